/** The plotted gradient against the plotted prediction, step by step. */
import { smallestGradient } from "../../../src/shared/trace/gradientLimits";
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
  /** The first step, going back, at which they are not within {@link MATCH_FACTOR}; null: there is none. */
  readonly partsAt: number | null;
}

/** Two values are near each other within this factor. */
export const MATCH_FACTOR = 2;
/** Curves match that are near each other at this part of the steps. */
const MATCH_SHARE = 0.9;
/** A ratio this near to 1 is on neither side. */
const ROUNDING = 1e-6;

/**
 * @param measured [T + 1], signed or not, as plotted; what is too small for the engine is not compared
 * @param predicted [T + 1], attached to the measured curve at step T, which is not compared
 */
export function matchPrediction(
  measured: ArrayLike<number>,
  predicted: ArrayLike<number>,
  engine: EngineName,
): PredictionMatch {
  const ratios: number[] = [];
  let partsAt: number | null = null;
  for (let t = measured.length - 2; t >= 0; t--) {
    const ratio = logRatio(measured[t], predicted[t], engine);
    if (ratio === null) continue;
    ratios.push(ratio);
    if (partsAt === null && !isNear(ratio)) partsAt = t;
  }
  const lower = ratios.filter((ratio) => ratio < -ROUNDING);
  const higher = ratios.filter((ratio) => ratio > ROUNDING);
  const side = (lower.length > higher.length ? lower : higher).map(Math.abs).sort((a, b) => a - b);
  return {
    steps: ratios.length,
    near: ratios.filter(isNear).length,
    lower: lower.length,
    higher: higher.length,
    median: Math.exp(((side[(side.length - 1) >> 1] ?? 0) + (side[side.length >> 1] ?? 0)) / 2),
    partsAt,
  };
}

/** Whether the curves may be called consistent. */
export function isMatch({ near, steps }: PredictionMatch): boolean {
  return near >= MATCH_SHARE * steps;
}

/** How far a line has parted from the measured one where the two can be compared farthest back. */
export interface Gap {
  readonly step: number;
  /** |measured| / |line|. */
  readonly ratio: number;
}

/** Null where no step can be compared. */
export function gapAtFirst(measured: ArrayLike<number>, line: ArrayLike<number>, engine: EngineName): Gap | null {
  for (let t = 0; t < measured.length - 1; t++) {
    const ratio = logRatio(measured[t], line[t], engine);
    if (ratio !== null) return { step: t, ratio: Math.exp(ratio) };
  }
  return null;
}

/** ln |measured / line|; null where one of them cannot be compared. */
function logRatio(measured = NaN, line = NaN, engine: EngineName): number | null {
  const [m, p] = [Math.abs(measured), Math.abs(line)];
  return m >= smallestGradient(engine) && m < Infinity && p > 0 && p < Infinity ? Math.log(m) - Math.log(p) : null;
}

function isNear(ratio: number): boolean {
  return Math.abs(ratio) <= Math.log(MATCH_FACTOR);
}
