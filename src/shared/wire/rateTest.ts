/** The learning-rate range test: a copy of the experiment, trained from its start while its learning rate grows. */
import type { ConfigPath } from "./findings";

/** Where the file has the learning rate. */
export const LEARNING_RATE_PATH: ConfigPath = ["training", "optimizer", "learningRate"];

/** As far as the test has come. Of each update that was made, at most a few hundred. */
interface RateCurve {
  /** Ascending. */
  readonly rates: Float64Array<ArrayBuffer>;
  /** Of the next batch, which is the first that the update has changed. */
  readonly losses: Float64Array<ArrayBuffer>;
  /** Exponential moving average of the losses, without a bias toward 0 at the start. */
  readonly smoothed: Float64Array<ArrayBuffer>;
  /** Before the first update. */
  readonly initialLoss: number;
}

export interface RateVerdict {
  /** The rate at which the loss rose so far, or was no longer finite, that the test stopped; null: it did not. */
  readonly stoppedAt: number | null;
  /** A tenth of `stoppedAt`, rounded to one digit. */
  readonly largestStable: number | null;
  /** How far the smoothed loss fell after the first ten updates, at most. */
  readonly fall: number;
  /** By how much the losses of successive batches differ; their median. */
  readonly noise: number;
  /**
   * Where the smoothed loss falls most steeply over the logarithm of the rate, and where it is lowest; null where it
   * fell by no more than 1.5 times the noise.
   */
  readonly steepest: number | null;
  readonly lowest: number | null;
  /** `steepest`, but at most a tenth of `lowest`, rounded to one digit; null where these are. */
  readonly suggested: number | null;
}

export type RateTest = RateCurve & RateVerdict;

export interface RateTestState {
  readonly phase: "starting" | "running" | "done" | "stopped" | "failed";
  /** Why it waits or failed, for a person. */
  readonly message: string | null;
  /** The range, and the updates that it takes if the loss does not rise. */
  readonly from: number;
  readonly to: number;
  readonly updates: number;
  /** Null until the first update. */
  readonly test: RateTest | null;
}

/** As views show it. */
export interface ShownRateTest extends RateTestState {
  /** The learning rate in the file; null while its text is no experiment. */
  readonly inFile: number | null;
}
