/**
 * What a plotted gradient over the time steps does on its way back, in numbers: the factor per step with its error, the
 * total, and where it is cut or too small for its engine. Captions, badges, tables and exports all use these numbers.
 *
 * Backpropagation multiplies by the same Jacobian once a step, so |dL/dh_t| is close to geometric in the number of
 * steps back (Bengio, Simard & Frasconi 1994; Pascanu et al. 2013). The factor is the slope of ln|g| over the steps
 * back, by least squares. For the linear scalar cell it is exactly its recurrent weight.
 */
import { fitLine, type FittedLine, splitLine } from "./fitLine";
import { smallestGradient } from "./gradientLimits";
import { isCut } from "./networkSpec";
import type { TraceHeader } from "./trace";

/** A stretch of the curve. */
interface Stretch {
  readonly steps: number;
  /** |g| at its earlier end over |g| at its later end. */
  readonly total: number;
  /** All of its values lie within a factor of 2 of each other. */
  readonly steady: boolean;
}

/** How the gradient changes from step `to` back to step `from`. */
export interface GradientTrend {
  readonly from: number;
  readonly to: number;
  /** |g_from| / |g_to|. */
  readonly total: number;
  /** Fitted, per step back; negative where the gradient changes sign at every step. */
  readonly factor: number;
  /** Standard error of |factor|; 0 for two steps, which no line misses. */
  readonly error: number;
  /** The fitted exponential is off by this factor where it is off most; 1 where it is exact. */
  readonly deviation: number;
  /** One factor describes the curve. */
  readonly fits: boolean;
  /** Where one does not: the stretch nearest to the last step and the one before it; null when two do not help. */
  readonly stretches: readonly [Stretch, Stretch] | null;
}

export interface GradientCurve {
  /** Null when fewer than two entries can be used. */
  readonly trend: GradientTrend | null;
  /** First and last step whose value is too small for the engine; such values are not used. */
  readonly tooSmall: { readonly from: number; readonly to: number } | null;
  /**
   * The gradient is exactly 0 at all steps before this one, and not because it has become too small; T + 1 where it is
   * 0 everywhere. Null: it is not.
   */
  readonly cutBefore: number | null;
}

/** A fit this near at every step describes the curve. */
const CLOSE = Math.log(1.25);
/** A fit this near describes it where two stretches do no better. */
const ROUGH = Math.log(2);
/** The same as a part of all that the curve rises or falls: over 30 decades a factor of 2 is nothing. */
const ROUGH_PART = 0.1;
/** Two stretches have to leave no more than this part of the squared error. */
const WORTH_SPLITTING = 0.25;
/** Largest over smallest value of a stretch that is called steady. */
const STEADY = 2;

/** Where units are saturated, all gates get a gradient below the limit while the state's is so much larger. */
const SATURATED = 2 ** 13;

/** What computed a gradient. `timeSteps` of the sequence, where the gradient begins before its last step. */
export type GradientSource = Pick<TraceHeader, "engine"> & Partial<Pick<TraceHeader, "truncate" | "timeSteps">>;

/** @param gradient dL/dh_t or its norm, t from 0 to the step of the loss */
export function measureGradient(gradient: ArrayLike<number>, source: GradientSource): GradientCurve {
  const smallest = smallestGradient(source.engine);
  const zeroBefore = firstNonZero(gradient);
  const endsAbruptly = zeroBefore > 0 && roundedBefore(gradient, source) === 0;
  const firstUsed = endsAbruptly ? zeroBefore : 0;
  // By steps back.
  const used: number[] = [];
  let from = -1;
  let to = -1;
  for (let t = gradient.length - 1; t >= firstUsed; t--) {
    const size = Math.abs(gradient[t] ?? NaN);
    if (size >= smallest && size < Infinity) used.push(t);
    else if (size < smallest && (size > 0 || t < zeroBefore)) {
      from = t;
      if (to < 0) to = t;
    }
  }
  return {
    trend: used.length < 2 ? null : measureTrend(gradient, used),
    tooSmall: from < 0 ? null : { from, to },
    cutBefore: endsAbruptly ? zeroBefore : null,
  };
}

/** The zeros before this step are values too small for the engine, not a gradient that was cut; 0: there are none. */
export function roundedBefore(gradient: ArrayLike<number>, source: GradientSource): number {
  const t = firstNonZero(gradient);
  return t > 0 && isUnderflow(gradient, t, smallestGradient(source.engine), source) ? t : 0;
}

function firstNonZero(gradient: ArrayLike<number>): number {
  let t = 0;
  while (t < gradient.length && gradient[t] === 0) t++;
  return t;
}

/** Whether the zeros before step t are what the engine makes of a value that goes on shrinking as it does there. */
function isUnderflow(
  gradient: ArrayLike<number>,
  t: number,
  smallest: number,
  { timeSteps, truncate }: GradientSource,
): boolean {
  const last = gradient.length - 1;
  if (isCut(t, timeSteps ?? last, truncate ?? null)) return false;
  const here = Math.abs(gradient[t] ?? NaN);
  const after = t < last ? Math.abs(gradient[t + 1] ?? NaN) : NaN;
  return here < smallest || here * (here / after) < smallest * SATURATED;
}

/** @param used steps, the last one first */
function measureTrend(gradient: ArrayLike<number>, used: readonly number[]): GradientTrend {
  const last = used[0] ?? 0;
  const first = used.at(-1) ?? 0;
  const x = used.map((t) => last - t);
  const y = used.map((t) => Math.log(Math.abs(gradient[t] ?? NaN)));
  const line = fitLine(x, y);
  const part = ROUGH_PART * Math.abs(line.slope) * (last - first);
  const split = line.worst <= Math.max(CLOSE, part) ? null : splitWell(x, y, line);
  const stretchOf = (start: number, end: number): Stretch => {
    const part = used.slice(start, end + 1);
    const sizes = part.map((t) => Math.abs(gradient[t] ?? NaN));
    return {
      steps: (part[0] ?? 0) - (part.at(-1) ?? 0),
      total: (sizes.at(-1) ?? NaN) / (sizes[0] ?? NaN),
      steady: Math.max(...sizes) <= STEADY * Math.min(...sizes),
    };
  };
  const size = Math.exp(line.slope);
  return {
    from: first,
    to: last,
    total: Math.abs(gradient[first] ?? NaN) / Math.abs(gradient[last] ?? NaN),
    factor: alternates(gradient, used) ? -size : size,
    error: size * line.slopeError,
    deviation: Math.exp(line.worst),
    fits: split === null && line.worst <= Math.max(ROUGH, part),
    stretches: split === null ? null : [stretchOf(0, split), stretchOf(split, used.length - 1)],
  };
}

function splitWell(x: readonly number[], y: readonly number[], line: FittedLine): number | null {
  const split = splitLine(x, y);
  return split !== null && split.squares <= WORTH_SPLITTING * line.squares ? split.at : null;
}

/** Between all neighbors that can be used, of which there is at least one pair. */
function alternates(gradient: ArrayLike<number>, used: readonly number[]): boolean {
  let pairs = 0;
  for (let i = 1; i < used.length; i++) {
    const t = used[i] ?? 0;
    if (t + 1 !== used[i - 1]) continue;
    if (Math.sign(gradient[t] ?? 0) === Math.sign(gradient[t + 1] ?? 0)) return false;
    pairs++;
  }
  return pairs > 0;
}
