/**
 * Rows for a regression, as slices of flat arrays: row r has the features from `featureStart + r * featureStride` on
 * and the targets from `targetStart + r * targetStride` on.
 */
export interface RegressionRows {
  readonly rows: number;
  readonly features: Float64Array;
  readonly featureStart: number;
  readonly featureStride: number;
  readonly featureCount: number;
  readonly targets: Float64Array;
  readonly targetStart: number;
  readonly targetStride: number;
  readonly targetCount: number;
  /** Target `k` is a function of so many of the features, the first ones. Never fewer than of target `k - 1`. */
  featuresOf(k: number): number;
}
