/** Losses that simple answers reach: what a run has to beat before its loss says that something was learned. */

/** The simplest first. */
export const BASELINES = ["best-constant", "fixation", "last-value", "memoryless", "linear-window"] as const;
export type BaselineName = (typeof BASELINES)[number];

export interface Baseline {
  readonly name: BaselineName;
  /** In the run's own loss function, over the same targets as its validation loss. */
  readonly loss: number;
  /** For a person, in a few words: "linear map of the last 12 steps". */
  readonly label: string;
  /** The sequences that it is measured on: those that are held out where there are any. */
  readonly on: "validation" | "training";
}
