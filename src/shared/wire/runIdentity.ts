/** What a run is called and how its curves look, the same wherever it appears. */

/** The number and name of a run. */
export interface RunIdentity {
  /** From 1, counted per experiment file; 0 where it is not known. */
  readonly number: number;
  /** What was varied against the run before, such as "clip.norm 2", or the name that the user gave it. */
  readonly name: string;
}

/** A hyperparameter in which a run differs from the run before it. */
export interface VariedValue {
  readonly path: readonly string[];
  /** JSON; null also where the run does not have the value. */
  readonly value: unknown;
}

/** VS Code's chart colors (`charts.blue`, …) in the order in which the runs of an experiment get them. */
export const RUN_COLORS = ["blue", "orange", "purple", "green", "red", "yellow"] as const;

/** Of {@link RUN_COLORS}: it follows from the number alone, so that sorting, comparing or reloading changes none. */
export function runColorIndex(number: number): number {
  return (Math.max(1, number) - 1) % RUN_COLORS.length;
}

/** How many times the colors were used up before: runs with equal colors have different dashes. */
export function runColorRound(number: number): number {
  return Math.floor((Math.max(1, number) - 1) / RUN_COLORS.length);
}
