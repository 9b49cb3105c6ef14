/**
 * What the extension host and the page of a sweep say to each other. Frames carry a sequence number and are
 * acknowledged; at most {@link MAX_FRAMES_IN_FLIGHT} of protocol.ts are unacknowledged. A page that misses results asks
 * for all of them.
 */
import type { SweepInfo } from "./sweep";
import type { ChartFormat } from "./savedCharts";
import type { TrialBlock } from "./trialColumns";

export type SweepPhase = "idle" | "running" | "done" | "stopped" | "failed";

/** Whose sweep it is: that of an experiment file, or a study in a journal of Optuna, which is only shown. */
export type SweepSource = "experiment" | "optuna";

/** Runs that have not ended. */
export interface SweepProgress {
  /** Where they are trained, such as "Slurm"; empty: here. */
  readonly place: string;
  readonly queued: number;
  readonly running: number;
}

/** A trial of a study that has not ended. */
export interface TrialUnderWay {
  readonly index: number;
  /** In the order of the parameters; null where the trial has none, or has none yet. */
  readonly values: readonly unknown[];
  /** That it reported last, with its value; NaN before it has. */
  readonly step: number;
  readonly value: number;
  /** Milliseconds since 1970; NaN where the journal does not say. */
  readonly startedAt: number;
}

export interface SweepView {
  readonly source: SweepSource;
  /** URI of the file, as text; also what the page keeps as its state across a window reload. */
  readonly uri: string;
  readonly name: string;
  readonly fileName: string;
  readonly phase: SweepPhase;
  /** Null before the first sweep of this file. */
  readonly info: SweepInfo | null;
  /** Null where nobody counts them, as of a sweep that has ended. */
  readonly progress: SweepProgress | null;
  /** Of a study: trials that are running, the first of them. */
  readonly underWay?: readonly TrialUnderWay[];
  readonly elapsedMs: number;
  /** Threads at work, or at work until it ended. */
  readonly threads: number;
  /** Why it failed, or that it was interrupted, in words for a person. */
  readonly message: string | null;
  /** False in an untrusted workspace. */
  readonly canRun: boolean;
}

/**
 * `first`: how many results came before these; 0 starts anew. `pending`: how many are still to come in further frames.
 * In the order in which the runs ended.
 */
export interface SweepFrame {
  readonly type: "sweep";
  readonly sequence: number;
  readonly view: SweepView;
  readonly first: number;
  readonly pending: number;
  readonly results: TrialBlock;
}

/** The same ids as in the palette. */
export const SWEEP_COMMANDS = ["sweep", "continueSweep", "stopSweep", "saveSweep"] as const;
export type SweepCommand = (typeof SWEEP_COMMANDS)[number];

export type SweepPageMessage =
  | { readonly type: "ready" }
  | { readonly type: "acknowledge"; readonly sequence: number }
  | { readonly type: "requestSnapshot" }
  | { readonly type: "command"; readonly command: SweepCommand }
  | { readonly type: "openFile" }
  /** `index` of a trial. */
  | { readonly type: "openTrial"; readonly index: number }
  /** Its values are to be written into the file. */
  | { readonly type: "applyTrial"; readonly index: number }
  /** A chart as a file, to be written where the reader says; or why there is none. */
  | {
      readonly type: "chartFile";
      readonly chart: string;
      readonly format: ChartFormat;
      readonly content: Uint8Array<ArrayBuffer>;
    }
  | { readonly type: "chartFailed"; readonly message: string }
  | { readonly type: "viewError"; readonly message: string };
