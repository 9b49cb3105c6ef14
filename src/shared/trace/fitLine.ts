/** Lines by least squares. */
export interface FittedLine {
  readonly slope: number;
  /** Standard error of the slope; 0 for two points. */
  readonly slopeError: number;
  /** Sum of the squared distances. */
  readonly squares: number;
  /** The largest distance. */
  readonly worst: number;
}

/** The second part of a curve in two lines needs points to be a line of its own. */
const FEWEST_AFTER_SPLIT = 3;

/** @param x ascending, two values or more */
export function fitLine(x: readonly number[], y: readonly number[]): FittedLine {
  const n = x.length;
  const meanX = mean(x);
  const meanY = mean(y);
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const dx = (x[i] ?? NaN) - meanX;
    xx += dx * dx;
    xy += dx * ((y[i] ?? NaN) - meanY);
  }
  const slope = xy / xx;
  let squares = 0;
  let worst = 0;
  for (let i = 0; i < n; i++) {
    const off = (y[i] ?? NaN) - meanY - slope * ((x[i] ?? NaN) - meanX);
    squares += off * off;
    worst = Math.max(worst, Math.abs(off));
  }
  return { slope, slopeError: n > 2 ? Math.sqrt(squares / (n - 2) / xx) : 0, squares, worst };
}

/**
 * The point at which two lines, which both have it, fit best; null with too few points. One pass over sums from both
 * ends.
 */
export function splitLine(
  x: readonly number[],
  y: readonly number[],
): { readonly at: number; readonly squares: number } | null {
  const n = x.length;
  const before = squaresUpTo(x, y);
  const after = squaresUpTo(x.toReversed(), y.toReversed());
  let best: { readonly at: number; readonly squares: number } | null = null;
  for (let at = 1; at <= n - FEWEST_AFTER_SPLIT; at++) {
    const squares = (before[at] ?? NaN) + (after[n - 1 - at] ?? NaN);
    if (best === null || squares < best.squares) best = { at, squares };
  }
  return best;
}

/** Squared distances from the line through the points 0 to i, for each i, updated point by point (Welford, 1962). */
function squaresUpTo(x: readonly number[], y: readonly number[]): Float64Array {
  const squares = new Float64Array(x.length);
  let meanX = 0;
  let meanY = 0;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = (x[i] ?? NaN) - meanX;
    const dy = (y[i] ?? NaN) - meanY;
    meanX += dx / (i + 1);
    meanY += dy / (i + 1);
    xx += dx * ((x[i] ?? NaN) - meanX);
    xy += dx * ((y[i] ?? NaN) - meanY);
    yy += dy * ((y[i] ?? NaN) - meanY);
    squares[i] = i < 2 ? 0 : Math.max(0, yy - (xy * xy) / xx);
  }
  return squares;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
