/** What a sweep's threads and their owner say to each other. Both ends are ours, so the types are trusted. */
import type { ExperimentFiles } from "../config/facts/dataFiles";
import type { Trial, TrialResult } from "../shared/wire/sweep";
import type { SeedLoss, SeedResult } from "../shared/wire/seeds";
import type { SearchEvent } from "../sweepPlan/searchEvents";
import type { RungReport } from "../sweepPlan/stopping";
import type { SweepJob } from "../sweepPlan/trials";

/** Of a trial whose curve is wanted. */
export interface SeedFigures extends Pick<SeedResult, "finalLoss" | "baseline" | "curve"> {
  readonly loss: SeedLoss;
  /** That every curve has a point at. */
  readonly iterations: Float64Array<ArrayBuffer>;
}

/** What a thread is started with. */
export interface SweepThreadData {
  readonly job: SweepJob;
  /** Indices of the trials that have a result already. */
  readonly done: readonly number[];
  /** Whether the loss curve of each trial is wanted too. */
  readonly wantsCurves: boolean;
  readonly files: ExperimentFiles;
  /** See {@link SWEEP_CONTROL}. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** Which of the threads this is, from 0. */
  readonly thread: number;
  /** What the thread before this one broke at, for this one to report. */
  readonly broken: {
    readonly index: number;
    readonly message: string;
    /** Where the runs are not planned from the start. */
    readonly trial: Trial | null;
  } | null;
}

/**
 * Slots of the shared Int32Array. Threads take the next trial by themselves, so none waits for a message. Each thread
 * has three more slots: the trial that it is at, so that its owner knows what it was at when it broke, whether it is
 * held, and the owner's answer at a rung.
 */
export const SWEEP_CONTROL = { next: 0, first: 1, perThread: 3 } as const;

export function currentSlot(thread: number): number {
  return SWEEP_CONTROL.first + SWEEP_CONTROL.perThread * thread;
}

/** While it is not 0 the thread stands still between two iterations and uses no processor. */
export function heldSlot(thread: number): number {
  return currentSlot(thread) + 1;
}

/** Holds the {@link rungAnswer} to the latest report of a rung that was answered. */
export function answerSlot(thread: number): number {
  return currentSlot(thread) + 2;
}

/** @param asked reports of rungs that the thread has made so far, this one included */
export function rungAnswer(asked: number, stops: boolean): number {
  return 2 * asked + (stops ? 1 : 0);
}

/** A thread that is at no trial. */
export const NO_TRIAL = -1;

/** Answers of the owner, where it depends on other runs which one comes next. */
export type SweepThreadRequest =
  | { readonly kind: "train"; readonly trial: Trial }
  /** A combination, after these events. */
  | { readonly kind: "propose"; readonly combination: number; readonly events: readonly SearchEvent[] }
  | { readonly kind: "finish" };

export type SweepThreadReport =
  /** A trial has been taken: what is in the shared words of the thread is known to its owner from now on. */
  | { readonly type: "begun" }
  | { readonly type: "result"; readonly result: TrialResult; readonly seed: SeedFigures | null }
  /** Share of the iterations of a trial whose curve is wanted. */
  | { readonly type: "progress"; readonly index: number; readonly share: number }
  /** A trial is at a rung; it waits for the answer in its slot. */
  | { readonly type: "rung"; readonly report: RungReport; readonly asked: number }
  /** It is free. */
  | { readonly type: "ask" }
  | { readonly type: "proposed"; readonly values: readonly unknown[] }
  /** There are no more trials to take. */
  | { readonly type: "finished" };
