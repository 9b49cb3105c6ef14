/** Rows for a regression: features and targets of each. */
export interface RegressionRows {
  readonly rows: number;
  readonly featureCount: number;
  readonly targetCount: number;
  /** Writes the features of a row, `featureCount` numbers. */
  fillFeatures(row: number, into: Float64Array): void;
  targetAt(row: number, k: number): number;
  /** Target `k` is a function of so many of the features, the first ones. Never fewer than of target `k - 1`. */
  featuresOf(k: number): number;
}
