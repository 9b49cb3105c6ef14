/** What a sweep is made of and what comes out of it, as thread, host, terminal and view tell each other. */

/** One run of a sweep: what differs from the file. */
export interface Trial {
  /** From 0, in the order in which the runs are started. */
  readonly index: number;
  readonly seed: number;
  /** One for each parameter of the sweep, in their order, each as it would stand in the file. */
  readonly values: readonly unknown[];
}

/**
 * "failed": it could not be run. "stopped": it did badly, and its figures are those of its last iteration. `message`
 * says why for both. "done" also where it stopped at its goal.
 */
export const TRIAL_STATUSES = ["done", "diverged", "failed", "stopped"] as const;
export type TrialStatus = (typeof TRIAL_STATUSES)[number];

/**
 * Figures at the end of a run, and the lowest validation loss on the way; NaN where they make no sense. `gradientReach`
 * is how much of the gradient reaches the first step, see src/core/training/gradientReach.ts.
 */
export const TRIAL_FIGURES = [
  "loss",
  "validationLoss",
  "bestValidationLoss",
  "accuracy",
  "exactAccuracy",
  "gradientReach",
] as const;
export type TrialFigure = (typeof TRIAL_FIGURES)[number];

export interface TrialResult extends Trial, Readonly<Record<TrialFigure, number>> {
  readonly status: TrialStatus;
  /** Iteration that the figures are of: the last one. */
  readonly iterations: number;
  /** Iteration at which the goal was reached first; null when it was not, or there is none. */
  readonly reachedAt: number | null;
  readonly trainMs: number;
  readonly message: string | null;
}

/** What a run is called: counted from 1, as seeds are. */
export function trialNumber({ index }: Pick<Trial, "index">): number {
  return index + 1;
}

export interface SweepParameter {
  /** The path as it is written: "training.optimizer.learningRate". */
  readonly key: string;
  /** Numbers have a place on an axis; all other values are choices. */
  readonly kind: "number" | "choice";
  /** In their order, as the file or the study has them. Left out: in the order in which they were tried. */
  readonly choices?: readonly unknown[];
  readonly scale: "linear" | "log";
  /** Where values may lie, as a study says; of choices their numbers. Left out: where they were tried. */
  readonly range?: { readonly low: number; readonly high: number; readonly step: number | null };
}

/** What a study of Optuna optimizes. */
export interface StudyObjective {
  /** Under which its values go: a loss where small is good, an accuracy where large is. */
  readonly figure: TrialFigure;
  readonly name: string;
}

export interface SweepGoalInfo {
  readonly metric: TrialFigure;
  readonly value: number;
}

/** Combinations of a grid that its constraints leave out. */
export interface Excluded {
  readonly combinations: number;
  /** Without constraints. */
  readonly of: number;
}

/** What is known before the first result. */
export interface SweepInfo {
  readonly parameters: readonly SweepParameter[];
  readonly seeds: number;
  readonly trials: number;
  readonly goal: SweepGoalInfo | null;
  /** Absent where no constraint leaves any out. */
  readonly excluded?: Excluded;
  /** Of a study of Optuna, which has no other figures than these. Its trials are counted from 0. */
  readonly objectives?: readonly StudyObjective[];
}

/** What ranks the runs; null: what they have. */
export function rankingFigure({ goal, objectives }: SweepInfo): TrialFigure | null {
  return goal?.metric ?? objectives?.[0]?.figure ?? null;
}

/** A value of a parameter as it stands in a table, a legend or a cell. */
export function valueLabel(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The goal as a sentence has it: "exactAccuracy ≥ 0.99". */
export function goalLabel({ metric, value }: SweepGoalInfo): string {
  return `${metric} ${isLoss(metric) ? "≤" : "≥"} ${value}`;
}

/** Small is good for a loss, large for an accuracy. */
export function isLoss(figure: TrialFigure): boolean {
  return figure === "loss" || figure === "validationLoss" || figure === "bestValidationLoss";
}

export function reaches({ metric, value }: SweepGoalInfo, figure: number): boolean {
  return isLoss(metric) ? figure <= value : figure >= value;
}
