/** How good the answers of a network are over a whole part of the data, in the terms of its targets. */
export interface Measures {
  readonly part: "training" | "validation";
  /** How many of them were measured, of how many. */
  readonly sequences: number;
  readonly of: number;
  /** One for each number that is predicted; null for bits and classes. */
  readonly values: readonly ValueErrors[] | null;
  /** Null where nothing is told apart. */
  readonly classes: ClassMeasures | null;
}

/** In the units of the data. */
export interface ValueErrors {
  /** Of the column; "" where it has none. */
  readonly name: string;
  readonly rmse: number;
  readonly mae: number;
  /** In percent, from 0 to 200; null for what is no series of a table. */
  readonly smape: number | null;
  /** Null for what is no series of a table, and where the series never changes. */
  readonly mase: number | null;
  /** Rows that the forecast goes back which MASE compares with; absent: it repeats the row before. */
  readonly season?: number;
  /** Null where the sequences do not follow one another. */
  readonly lag: LagMatch | null;
}

/** How far back in time the predictions look like the targets. */
export interface LagMatch {
  /** Rows: predictions correlate best with the target so many rows before their own. */
  readonly lag: number;
  /** Pearson's, at that lag and at none. */
  readonly correlation: number;
  readonly atZero: number;
  /** RMS distance of the predictions from the target at that lag, in parts of that from their own; 1 at a lag of 0. */
  readonly distance: number;
}

/** Bits are two classes, "0" and "1", all outputs of a step together. */
export interface ClassMeasures {
  readonly labels: readonly string[];
  /**
   * [C, C]: how often the class of the row was answered with that of the column. Empty for more classes than
   * {@link MAX_CONFUSED}.
   */
  readonly confusion: Float64Array<ArrayBuffer>;
  readonly accuracy: number;
  /** Mean recall of the classes that occur among the targets. */
  readonly balancedAccuracy: number;
  /** Mean F1 of the classes that occur among targets or answers. */
  readonly macroF1: number;
}

export const MAX_CONFUSED = 100;
