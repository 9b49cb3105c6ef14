/** The plotted gradient against the plotted prediction, step by step. */
import { smallestNormal } from "../../../src/shared/trace/gradientLimits";
import type { EngineName } from "../../../src/shared/trace/trace";

export interface PredictionMatch {
  /** Steps at which both curves have a value that can be compared. */
  readonly steps: number;
  /** At how many of them they are within {@link MATCH_FACTOR}. */
  readonly near: number;
  readonly lower: number;
  readonly higher: number;
  /** Median factor between the two, 1 or more, where measured lies on the side that is more frequent. */
  readonly median: number;
}

/** Two values are near each other within this factor. */
export const MATCH_FACTOR = 2;
/** Curves match that are near each other at this part of the steps. */
const MATCH_SHARE = 0.9;
/** A ratio this near to 1 is on neither side. */
const ROUNDING = 1e-6;

/**
 * @param from the step at which the prediction is attached to the measured curve, which is not compared
 * @param measured signed or not, as plotted; what is too small for the engine is not compared
 */
export function matchPrediction(
  measured: ArrayLike<number>,
  predicted: ArrayLike<number>,
  from: number,
  engine: EngineName,
): PredictionMatch {
  const smallest = smallestNormal(engine);
  const ratios: number[] = [];
  for (let t = 0; t < from; t++) {
    const [m, p] = [Math.abs(measured[t] ?? NaN), Math.abs(predicted[t] ?? NaN)];
    if (m >= smallest && m < Infinity && p > 0 && p < Infinity) ratios.push(Math.log(m) - Math.log(p));
  }
  const lower = ratios.filter((ratio) => ratio < -ROUNDING);
  const higher = ratios.filter((ratio) => ratio > ROUNDING);
  const side = (lower.length > higher.length ? lower : higher).map(Math.abs).sort((a, b) => a - b);
  return {
    steps: ratios.length,
    near: ratios.filter((ratio) => Math.abs(ratio) <= Math.log(MATCH_FACTOR)).length,
    lower: lower.length,
    higher: higher.length,
    median: Math.exp(((side[(side.length - 1) >> 1] ?? 0) + (side[side.length >> 1] ?? 0)) / 2),
  };
}

/** Whether the curves may be called consistent. */
export function isMatch({ near, steps }: PredictionMatch): boolean {
  return near >= MATCH_SHARE * steps;
}
