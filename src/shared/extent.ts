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

/**
 * The extent without its outliers, for logarithmic axes and colours: one value that exploded must not flatten the rest.
 * Between the quantiles `tail` and 1 - `tail` of the sizes (0: all of them), and within `decades` powers of ten of the median.
 * Positive even where values are not. Null when nothing is finite and other than zero.
 */
export function typicalExtent(values: ArrayLike<number>, start: number, end: number, { tail, decades }: { readonly tail: number; readonly decades: number }): Extent | null {
  const stride = Math.max(1, Math.ceil((end - start) / SAMPLES));
  const logs: number[] = [];
  // The last one counts too, whatever the stride.
  for (let i = end - 1; i >= start; i -= stride) {
    const size = Math.abs(values[i] ?? NaN);
    if (size > 0 && size < Infinity) logs.push(Math.log10(size));
  }
  const whole = extentOf(values, start, end);
  if (whole === null || logs.length === 0) return null;
  logs.sort((a, b) => a - b);
  const quantile = (q: number): number => logs[Math.round(q * (logs.length - 1))] ?? 0;
  const median = quantile(0.5);
  const largest = Math.log10(Math.max(Math.abs(whole.min), Math.abs(whole.max)));
  const low = Math.max(tail === 0 ? Math.log10(whole.smallest) : quantile(tail), median - decades);
  const high = Math.min(tail === 0 ? largest : quantile(1 - tail), median + decades);
  return { min: 10 ** low, max: 10 ** Math.max(low, high), smallest: 10 ** low };
}
