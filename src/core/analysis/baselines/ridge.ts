import type { SlicedTask } from "../../../lib/slicedTask";
import { Moments } from "./moments";
import type { RegressionRows } from "./regressionRows";
import { CALL, WorkMeter } from "./workMeter";

/** A linear map of the features per target: y_k = intercepts[k] + Σ_j weights[k][j] x_j. */
export interface LinearMaps {
  readonly intercepts: Float64Array;
  readonly weights: readonly Float64Array[];
}

/**
 * In units of the mean variation of a feature, Σ_rows (x - mean)²: from next to none to a map that hardly leaves the
 * mean.
 */
const PENALTIES = [1e-10, 1e-6, 1e-4, 1e-3, 1e-2, 0.1, 1, 10];
/** Share of the rows, the last ones, on which the penalties are compared. */
const HELD_BACK = 0.2;
/** Where there are too few rows to compare any. */
const PENALTY_OF_FEW = 0.1;

/**
 * Ridge regression (Hoerl and Kennard, 1970; Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd
 * edition, section 3.4.1): the map that minimizes Σ_rows (y - b - wᵀx)² + λ |w|², without a penalty on b. Of
 * {@link PENALTIES} it takes the one whose fit to the first 80 % of the rows predicts the others best.
 *
 * Costs D² / 2 + D K multiplications a row, and D³ / 6 a penalty.
 * @param compared targets from this one on decide about the penalty
 */
export function* fitRidge(source: RegressionRows, compared: number): SlicedTask<LinearMaps> {
  const moments = new Moments(source);
  const fitted = Math.floor(source.rows * (1 - HELD_BACK));
  let best = { error: Infinity, penalty: PENALTY_OF_FEW };
  if (fitted >= 2) {
    yield* moments.addUpTo(fitted);
    for (const penalty of PENALTIES) {
      const maps = yield* solve(source, moments, penalty, compared);
      const error = yield* squaredError(source, maps, fitted, compared);
      if (error < best.error) best = { error, penalty };
      yield;
    }
  }
  yield* moments.addUpTo(source.rows);
  return yield* solve(source, moments, best.penalty, 0);
}

/** (C + λ) w = c for each target from `first` on, C and c the centered sums of products. */
function* solve(source: RegressionRows, moments: Moments, penalty: number, first: number): SlicedTask<LinearMaps> {
  const { featureCount: D, targetCount: K } = source;
  const { rows, features, targets, cross } = moments;
  const factor = yield* factorize(moments, penalty, D);
  const meter = new WorkMeter();
  const intercepts = new Float64Array(K);
  const weights: Float64Array[] = Array.from({ length: K }, () => new Float64Array(0));
  for (let k = first; k < K; k++) {
    const used = source.featuresOf(k);
    const mean = targets[k]! / rows;
    const w = Float64Array.from({ length: used }, (_, j) => cross[k * D + j]! - features[j]! * mean);
    solveTriangles(factor, D, w);
    weights[k] = w;
    intercepts[k] = mean - w.reduce((sum, weight, j) => sum + (weight * features[j]!) / rows, 0);
    if (meter.isDue(used * used)) yield;
  }
  return { intercepts, weights };
}

/**
 * The Cholesky factor L of C + λ, lower half of [D, D]. The first rows and columns of it are the factor of the first
 * rows and columns of C + λ, so that one serves every target, however many of the features it uses.
 */
function* factorize({ rows, features, gram }: Moments, penalty: number, D: number): SlicedTask<Float64Array> {
  const meter = new WorkMeter();
  const factor = new Float64Array(D * D);
  const centered = (i: number, j: number): number => gram[i * D + j]! - (features[i]! * features[j]!) / rows;
  const lambda = penalty * meanVariation(Array.from({ length: D }, (_, i) => centered(i, i)));
  for (let i = 0; i < D; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = centered(i, j) + (i === j ? lambda : 0);
      for (let k = 0; k < j; k++) sum -= factor[i * D + k]! * factor[j * D + k]!;
      factor[i * D + j] = i === j ? Math.sqrt(sum) : sum / factor[j * D + j]!;
    }
    if (meter.isDue((i * i) / 2)) yield;
  }
  return factor;
}

/** Of features that are constant the weights are 0 whatever the penalty, so that they do not count. */
function meanVariation(variations: readonly number[]): number {
  const varied = variations.filter((variation) => variation > 0);
  return varied.length === 0 ? 1 : varied.reduce((sum, variation) => sum + variation, 0) / varied.length;
}

/** Replaces c by (L Lᵀ)⁻¹ c, L being as many of the first rows and columns as c is long. */
function solveTriangles(factor: Float64Array, D: number, c: Float64Array): void {
  const d = c.length;
  for (let i = 0; i < d; i++) {
    let sum = c[i]!;
    for (let j = 0; j < i; j++) sum -= factor[i * D + j]! * c[j]!;
    c[i] = sum / factor[i * D + i]!;
  }
  for (let i = d - 1; i >= 0; i--) {
    c[i] = c[i]! / factor[i * D + i]!;
    for (let j = 0; j < i; j++) c[j] = c[j]! - factor[i * D + j]! * c[i]!;
  }
}

function* squaredError(
  source: RegressionRows,
  { intercepts, weights }: LinearMaps,
  from: number,
  firstTarget: number,
): SlicedTask<number> {
  const meter = new WorkMeter();
  const features = new Float64Array(source.featureCount);
  let error = 0;
  for (let row = from; row < source.rows; row++) {
    source.fillFeatures(row, features);
    for (let k = firstTarget; k < source.targetCount; k++) {
      error += (source.targetAt(row, k) - predict(intercepts[k]!, weights[k]!, features, 0)) ** 2;
      if (meter.isDue(CALL + weights[k]!.length)) yield;
    }
  }
  return error;
}

/** @param offset of the first feature in `features` */
export function predict(intercept: number, weights: Float64Array, features: Float64Array, offset: number): number {
  let sum = intercept;
  for (let j = 0; j < weights.length; j++) sum += weights[j]! * features[offset + j]!;
  return sum;
}
