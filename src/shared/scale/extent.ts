/** How far values reach: what an axis has to show. */
export interface Extent {
  readonly min: number;
  readonly max: number;
  /** Smallest |value| that is not zero; Infinity when there is none. */
  readonly smallest: number;
}

/** Of the finite values only; null when there is none. */
export function extentOf(values: ArrayLike<number>, start = 0, end = values.length): Extent | null {
  let min = Infinity;
  let max = -Infinity;
  let smallest = Infinity;
  for (let i = start; i < end; i++) {
    const value = values[i] ?? NaN;
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    const size = Math.abs(value);
    if (size > 0 && size < smallest) smallest = size;
  }
  return min <= max ? { min, max, smallest } : null;
}

export function joinExtents(a: Extent | null, b: Extent | null): Extent | null {
  if (a === null || b === null) return a ?? b;
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max), smallest: Math.min(a.smallest, b.smallest) };
}

/** At most so many values are looked at for {@link typicalExtent}; they are taken evenly. */
const SAMPLES = 2048;
/** Neighbors in size that are so many powers of ten apart belong to different worlds. */
const GAP_DECADES = 12;
/** Among fewer values nothing is ordinary. */
const FEW = 12;
/** Where the search for gaps begins: most runs that explode do so at the end, so the lower part is the ordinary one. */
const ORDINARY_QUANTILE = 0.25;

/**
 * The extent without its outliers, for logarithmic axes and colors: values that exploded must not flatten the rest.
 * Leaves out what lies beyond a gap of {@link GAP_DECADES}, and the quantiles below `tail` and above 1 - `tail`. A
 * series that spans hundreds of decades evenly is kept whole. Sizes, so positive even where values are not. Null when
 * nothing is finite and other than zero.
 */
export function typicalExtent(values: ArrayLike<number>, start: number, end: number, tail = 0): Extent | null {
  const stride = Math.max(1, Math.ceil((end - start) / SAMPLES));
  const logs: number[] = [];
  // From the end, for the last one counts whatever the stride.
  for (let i = end - 1; i >= start; i -= stride) {
    const size = Math.abs(values[i] ?? NaN);
    if (size > 0 && size < Infinity) logs.push(Math.log10(size));
  }
  const whole = extentOf(values, start, end);
  if (whole === null || logs.length === 0) return null;
  if (logs.length < FEW)
    return { min: 10 ** Math.min(...logs), max: 10 ** Math.max(...logs), smallest: 10 ** Math.min(...logs) };
  logs.sort((a, b) => a - b);
  const last = logs.length - 1;
  const at = (i: number): number => logs[i] ?? 0;
  let low = Math.round(ORDINARY_QUANTILE * last);
  let high = low;
  while (high < last && at(high + 1) - at(high) < GAP_DECADES) high++;
  while (low > 0 && at(low) - at(low - 1) < GAP_DECADES) low--;
  // What the samples missed may be a spike that belongs to the picture.
  const largest = Math.log10(Math.max(Math.abs(whole.min), Math.abs(whole.max)));
  const top =
    tail === 0 && largest - at(high) < GAP_DECADES ? largest : at(Math.min(high, Math.round((1 - tail) * last)));
  const smallest = Math.log10(whole.smallest);
  const bottom = tail === 0 && at(low) - smallest < GAP_DECADES ? smallest : at(Math.max(low, Math.round(tail * last)));
  return { min: 10 ** Math.min(bottom, top), max: 10 ** top, smallest: 10 ** Math.min(bottom, top) };
}
