/** Messages between the chaos run and the extension host of a window, one line of JSON each. */
import type { RunPhase } from "../../src/shared/trace/trace";

export type Question =
  /** Answered with a {@link HostState}. */
  | { readonly kind: "state" }
  /** Delays of the event loop since the last such question, counted by {@link bucketOf}. */
  | { readonly kind: "delays" }
  /** An argument `{ "path": … }` is the URI of a file. Answers "waits" when the command does not end. */
  | { readonly kind: "command"; readonly id: string; readonly args: readonly unknown[] }
  | { readonly kind: "open"; readonly path: string }
  | { readonly kind: "closeEditors" }
  | { readonly kind: "closePanel"; readonly path: string }
  /** Types over the value of a field. Answers with {@link Edited}. */
  | {
      readonly kind: "edit";
      readonly path: string;
      readonly field: string;
      readonly value: string;
      readonly save: boolean;
    }
  /** Types something wrong over the value of a field, and corrects it. */
  | { readonly kind: "typo"; readonly path: string; readonly field: string }
  | { readonly kind: "nudge"; readonly path: string; readonly field: string; readonly times: number };

export interface Edited {
  readonly text: string;
  readonly isSaved: boolean;
}

export interface SessionState {
  readonly uri: string;
  readonly name: string;
  readonly fileName: string;
  readonly phase: RunPhase;
  readonly iteration: number;
  readonly runId: string | null;
  /** Trained here, and to be on the disk. */
  readonly isRecorded: boolean;
  readonly notSaved: string | null;
  /** Another run has been asked for, or an edit is about to ask for one. */
  readonly isOnTheMove: boolean;
}

export interface PanelState {
  readonly uri: string;
  readonly name: string;
  readonly fileName: string;
  readonly isVisible: boolean;
  readonly phase: RunPhase;
  readonly iteration: number;
}

export interface HostState {
  readonly rss: number;
  readonly sessions: readonly SessionState[];
  readonly panels: readonly PanelState[];
  /** Recorded runs as this window lists them. */
  readonly listed: readonly { readonly id: string; readonly state: string }[];
  /** Runs that gave way to the next while somebody typed, since the host started. */
  readonly passed: readonly PassedRun[];
}

/** A run that was started by typing and that typing replaced. */
export interface PassedRun {
  readonly runId: string;
  readonly lifetimeMs: number;
}

export type HostMessage =
  | { readonly type: "hello"; readonly process: number }
  | { readonly type: "answer"; readonly id: number; readonly value: unknown }
  | { readonly type: "failed"; readonly id: number; readonly error: string }
  /** The latest iteration of each run under way that is to be on the disk. */
  | { readonly type: "progress"; readonly runs: readonly (readonly [runId: string, iteration: number])[] };

export interface HostQuestion {
  readonly id: number;
  readonly question: Question;
}

/** Eight buckets to each doubling, from 1/8 ms to over a minute. */
export const BUCKETS = 160;

export function bucketOf(milliseconds: number): number {
  return Math.min(BUCKETS - 1, Math.max(0, Math.ceil(8 * Math.log2(Math.max(milliseconds, 1 / 8) * 8))));
}

/** Upper bound of the bucket with this part of all counts; NaN without any. */
export function percentile(counts: readonly number[], part: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let left = total * part;
  for (const [bucket, count] of counts.entries()) {
    left -= count;
    if (total > 0 && left <= 0) return 2 ** (bucket / 8) / 8;
  }
  return NaN;
}

/** Splits incoming text into lines. */
export function lineReader(onLine: (line: string) => void): (chunk: string) => void {
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  };
}

/** Shown in the status bar, by which a page and its extension host find together. */
export const STATUS_PREFIX = "chaos host";
