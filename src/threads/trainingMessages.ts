/** What the session and the worker thread say to each other. Both ends are ours, so the types are trusted. */
import type { ForeignSource } from "../externalRuns/foreignRun";
import type { MemoryLimit } from "../config/facts/memoryLimit";
import type { Experiment } from "../config/schema/schema";
import type { AppliedChange } from "../core/optimizers/schedule";
import type { RunExtension } from "../runs/extendedRun";
import type { RecordRequest } from "../runs/runFileWriter";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import type { Baseline } from "../shared/wire/baselines";
import type { Finding } from "../shared/wire/findings";
import type { Reply } from "../lib/requests";
import type { ThreadsSetting } from "../lib/threadCount";
import type { RunFigures } from "./fixMessages";
import type { Question } from "../shared/wire/questions";
import type { SeriesUpdate } from "../shared/trace/scalarSeries";
import type { LossSurface, RunStatus, TraceHeader, TraceRows } from "../shared/trace/trace";
import type { Pace } from "../shared/wire/protocol";
import type { WeightsChoice } from "../runs/restartedRun";

/** Slots of the shared Int32Array: read by the worker between steps, so a stop needs no message to be delivered. */
export const CONTROL = { stop: 0, length: 1 } as const;

/**
 * Values of the slot `stop`, which is 0 while the run may go on. Another run is to begin at once after one that is
 * replaced; one that was passed through leaves no file either.
 */
export const STOP = { asked: 1, replaced: 2, passedThrough: 3 } as const;

/** The file of a recorded run: to show it, or to go on from its last checkpoint. */
export interface SavedRunRef {
  readonly runId: string;
  readonly path: string;
  /** Of its file, where it is known. */
  readonly bytes?: number;
  readonly resume: boolean;
  /** From which it goes on; left out: the last ones. */
  readonly weights?: WeightsChoice;
  /** Iteration of the checkpoint that it could go on from, for the view; null: it cannot. */
  readonly resumeFrom: number | null;
  /** It is the latest run of an experiment file and stands in the session of that file; others are read-only. */
  readonly isLatest?: boolean;
  /** Another process trains it. */
  readonly isUnderWay?: boolean;
}

export type WorkerRequest =
  /**
   * Ends whatever runs and starts anew. A run `byTyping` leaves the processor to the views after the first rows, until
   * they are drawn or for a moment. `paused` starts with the first row only.
   */
  | {
      readonly type: "start";
      readonly runId: string;
      readonly experiment: Experiment;
      readonly files?: ExperimentFiles;
      readonly threads?: ThreadsSetting;
      readonly configHash: string;
      readonly pace: Pace;
      readonly paused: boolean;
      readonly byTyping?: boolean;
      readonly control: Int32Array<SharedArrayBuffer>;
      readonly record?: RecordRequest | null;
      readonly from?: SavedRunRef;
      /** What the run may take; left out: as the thread was started with. */
      readonly memory?: MemoryLimit;
    }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  /** One iteration, then paused. */
  | { readonly type: "step" }
  | { readonly type: "setPace"; readonly pace: Pace }
  /** Look at the stop flag: a paused run would not see it by itself. */
  | { readonly type: "stop" }
  /** Frees all that the thread has, and ends it once the ends of its runs are in their files. No run is under way. */
  | { readonly type: "leave" }
  /** The session is gone: writes what a run under way needs to go on, and ends the thread. */
  | { readonly type: "interrupt" }
  /** How the run `runId`, which has to be under way, makes its updates from now on. */
  | {
      readonly type: "changeUpdates";
      readonly requestId: number;
      readonly runId: string | null;
      readonly experiment: Experiment;
    }
  /**
   * Leaves the processor to others for so long: whoever types waits for the window, and may be about to start another
   * run.
   */
  | { readonly type: "throttle"; readonly milliseconds: number }
  /** A view has drawn rows of the run `runId`. */
  | { readonly type: "drawn"; readonly runId: string }
  /** One of the trace frames has been taken in. */
  | { readonly type: "credit" }
  /**
   * At the current parameters of the run `runId`, or at the initial ones of `experiment` when that run is not loaded.
   */
  | {
      readonly type: "checkGradients";
      readonly requestId: number;
      readonly runId: string | null;
      readonly experiment: Experiment;
      readonly files?: ExperimentFiles;
    }
  /** Of the run files at these paths. */
  | {
      readonly type: "readCurves";
      readonly requestId: number;
      readonly paths: readonly string[];
      readonly points: number;
    }
  /** Scalars that other programs have recorded. */
  | {
      readonly type: "readForeign";
      readonly requestId: number;
      readonly sources: readonly ForeignSource[];
      readonly points: number;
    }
  /** About the run `runId`, which has to be loaded. */
  | { readonly type: "ask"; readonly requestId: number; readonly runId: string | null; readonly question: Question };

export type WorkerReport =
  | { readonly type: "started"; readonly header: TraceHeader }
  /** The traced rows since the last report, which may be thinned, and the scalars of every iteration since. */
  | {
      readonly type: "rows";
      readonly runId: string;
      readonly rows: TraceRows;
      readonly scalars: SeriesUpdate;
      readonly status: RunStatus;
    }
  /** A change of phase; a final phase is always preceded by the last rows. */
  | { readonly type: "status"; readonly runId: string; readonly status: RunStatus }
  | { readonly type: "surface"; readonly surface: LossSurface }
  /** What is wrong with the run as far as it is; each report replaces the one before. None: nothing was found yet. */
  | { readonly type: "findings"; readonly runId: string; readonly findings: readonly Finding[] }
  /** Of a run in which something was found. */
  | { readonly type: "figures"; readonly runId: string; readonly figures: RunFigures }
  /** How many threads the arithmetic of the run uses, and how wide the vectors of the kernel are. */
  | { readonly type: "threads"; readonly runId: string; readonly threads: number; readonly vectorBits: 128 | 256 }
  /** Losses of simple answers to the run's task: once a run, when they are known. */
  | { readonly type: "baselines"; readonly runId: string; readonly baselines: readonly Baseline[] }
  /** What a recorded run took over before it is shown or goes on, in the order of the iterations. */
  | { readonly type: "applied"; readonly runId: string; readonly changes: readonly AppliedChange[] }
  /** A run that goes on past its end, or had gone on when it was recorded: all of its extensions. */
  | { readonly type: "extended"; readonly runId: string; readonly extensions: readonly RunExtension[] }
  /** What keeps the run from being recorded, the disk's own words; null: it is recorded again. */
  | { readonly type: "recording"; readonly runId: string; readonly problem: string | null }
  /**
   * To a request with a `requestId`: a GradientCheck, the first iteration with other updates, an Answer, or the curves
   * of runs.
   */
  | Reply;

export type Post = (report: WorkerReport, transfer?: ArrayBuffer[]) => void;
export type StartRequest = Extract<WorkerRequest, { type: "start" }>;
