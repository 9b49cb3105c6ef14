/** One experiment trained with several seeds, each with its loss curve. */
import type { SweepGoalInfo, TrialStatus } from "./sweep";

/** The experiment's own seed and those that follow it. */
export const TRIED_SEEDS = 10;
/** Points of a curve at most: with ten seeds, a message has 11 x 500 numbers of 8 bytes, 44 KB. */
const CURVE_POINTS = 500;

/**
 * The iterations that the curves have a point at: at most {@link CURVE_POINTS}, evenly spaced, the first and the last
 * included. They depend on the number of iterations alone, so all seeds have the same ones.
 */
export function curveIterations(iterations: number): Float64Array<ArrayBuffer> {
  const points = Math.min(iterations + 1, CURVE_POINTS);
  return Float64Array.from({ length: points }, (_, i) =>
    points === 1 ? 0 : Math.round((i * iterations) / (points - 1)),
  );
}

/** What the losses of all seeds are. */
export interface SeedLoss {
  readonly on: "validation" | "training";
  /** Iterations that a point of a curve is the mean of, itself the last; 1: not smoothed. */
  readonly window: number;
  /**
   * What the final loss is: the last one, the lowest one where training stops early, or the mean of the last 5 % of the
   * iterations.
   */
  readonly final: "last" | "lowest" | "mean";
}

export interface SeedResult {
  readonly seed: number;
  readonly status: TrialStatus;
  /** Why it failed, for a person. */
  readonly message: string | null;
  /** Iteration that it ended at. */
  readonly iterations: number;
  /** See {@link SeedLoss}; NaN where it diverged or failed. */
  readonly finalLoss: number;
  /** At the end; NaN where it makes no sense. */
  readonly accuracy: number;
  /** The same. */
  readonly exactAccuracy: number;
  /** Whether it reached the goal of the sweep block at any iteration; null without a goal. */
  readonly reached: boolean | null;
  /** The lowest baseline on the data of this seed; null where none was computed. */
  readonly baseline: number | null;
  /**
   * Loss at each of the common iterations until the run ended: shorter where it diverged or stopped early. Finite.
   * 4 KB at most.
   */
  readonly curve: Float64Array<ArrayBuffer>;
}

export interface SeedTrials {
  readonly phase: "running" | "done" | "stopped" | "failed";
  /** Why nothing could be trained, for a person. */
  readonly message: string | null;
  /** Runs use all processors, so that training waits. */
  readonly waiting: boolean;
  /** Share of all iterations that are done, in whole percent. */
  readonly percent: number;
  readonly seeds: readonly number[];
  readonly goal: SweepGoalInfo | null;
  /** Null until the first seed has been trained. */
  readonly loss: SeedLoss | null;
  /** Of the points of all curves; see {@link curveIterations}. */
  readonly iterations: Float64Array<ArrayBuffer>;
  /** In the order in which they ended. */
  readonly results: readonly SeedResult[];
}
