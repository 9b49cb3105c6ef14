/** What a sweep's threads and their owner say to each other. Both ends are ours, so the types are trusted. */
import type { ExperimentFiles } from "../config/facts/dataFiles";
import type { TrialResult } from "../shared/wire/sweep";
import type { SweepJob } from "../sweepPlan/trials";

/** What a thread is started with. */
export interface SweepThreadData {
  readonly job: SweepJob;
  readonly files: ExperimentFiles;
  /** See {@link SWEEP_CONTROL}. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** Which of the threads this is, from 0. */
  readonly thread: number;
  /** What the thread before this one broke at, for this one to report. */
  readonly broken: { readonly index: number; readonly message: string } | null;
}

/**
 * Slots of the shared Int32Array. Threads take the next trial by themselves, so none waits for a message; from
 * `current + thread` on stands what each is at, so that its owner knows what it was at when it broke.
 */
export const SWEEP_CONTROL = { next: 0, current: 1 } as const;
/** A thread that is at no trial. */
export const NO_TRIAL = -1;

export type SweepThreadReport =
  | { readonly type: "result"; readonly result: TrialResult }
  /** There are no more trials to take. */
  | { readonly type: "finished" };
