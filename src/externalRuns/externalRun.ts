import { createHash } from "node:crypto";
import type { RunState } from "../runs/liveness";
import type { RunSummary } from "../runs/runSummary";

/**
 * A run that somebody else writes: a probe in a PyTorch script, RNN Lab on another machine, TensorBoard or trackio. It
 * is only ever read: nothing in this folder writes, moves or deletes a file.
 */
export interface ExternalRun {
  readonly id: string;
  /** Null where its file was not opened, or could not be read. */
  readonly kind: "probe" | "lab" | "tensorboard" | "trackio" | null;
  /** Its file; of event files, their folder. */
  readonly path: string;
  /** Which one of several in a file; null where it is the only one. */
  readonly part: string | null;
  readonly name: string;
  /** "unopened": its folder is not trusted. "unreadable": see `problem`. */
  readonly state: RunState | "unopened" | "unreadable";
  /** Milliseconds since 1970; where that is not known, those of the last write. */
  readonly startedAt: number;
  /** Milliseconds from the start to the end, or to the last write; null where it is not known. */
  readonly trainMs: number | null;
  readonly iterations: number | null;
  /** The last one; null where there is none. */
  readonly loss: number | null;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
  /** Why it cannot be read, in words for a person. */
  readonly problem: string | null;
  /** Of a run that RNN Lab recorded elsewhere. */
  readonly summary: RunSummary | null;
  /** What of the file is shown, and by which rule, in words for a person. */
  readonly notes: readonly string[];
}

/** The same in each window, and after a reload. */
export function externalRunId(path: string): string {
  return `external-${createHash("sha256").update(path).digest("hex").slice(0, 32)}`;
}

/** Whether a process may still write it. */
export function isLive({ state }: Pick<ExternalRun, "state">): boolean {
  return state === "starting" || state === "running" || state === "paused";
}

/** Latest first. */
export function byStart(a: ExternalRun, b: ExternalRun): number {
  return b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1);
}
