/** Where the colors of signed values end. */

/** This part of the sizes has colors of its own; what is larger has the color of the end. */
const PERCENTILE = 0.99;
/** A largest size nearer to the percentile than this factor is no outlier: nothing is clipped. */
const OUTLIER = 1.5;
/** Among fewer values nothing is ordinary. */
const FEW = 12;

export interface ColorBound {
  /** The colors go from -bound to bound. Above 0. */
  readonly bound: number;
  /** Largest size of a finite value; 0 where there is none. */
  readonly largest: number;
  /** Whether sizes beyond the bound share the color of the end. */
  readonly isClipped: boolean;
}

/**
 * One outlier must not leave one color for all others: beyond 1.5 times the 99th percentile of the sizes, the bound is
 * that percentile. Zeros do not count, because a sparse matrix is mostly zeros. Rounded up to two digits, so that colors
 * do not creep from frame to frame. Sorts the values once: O(n log n).
 */
export function colorBound(parts: readonly ArrayLike<number>[]): ColorBound {
  const sizes = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  for (const values of parts)
    for (let i = 0; i < values.length; i++) {
      const size = Math.abs(values[i] ?? NaN);
      if (size > 0 && size < Infinity) sizes[count++] = size;
    }
  if (count === 0) return { bound: 1, largest: 0, isClipped: false };
  const sorted = sizes.subarray(0, count).sort();
  const largest = sorted[count - 1]!;
  // One below the last at least, so that a single outlier is left out of few values too.
  const usual = sorted[Math.floor(PERCENTILE * (count - 1))]!;
  const isClipped = count >= FEW && largest > OUTLIER * usual;
  return { bound: roundUp(isClipped ? usual : largest), largest, isClipped };
}

/** To two digits. */
function roundUp(size: number): number {
  const step = 10 ** (Math.floor(Math.log10(size)) - 1);
  const rounded = Number((Math.ceil(size / step - 1e-9) * step).toPrecision(2));
  return rounded > 0 && Number.isFinite(rounded) ? rounded : size;
}
