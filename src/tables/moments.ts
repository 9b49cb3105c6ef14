import type { RowRange } from "./series";

export interface Moments {
  readonly mean: number;
  /** 0 for a column that is constant but for rounding. */
  readonly deviation: number;
}

/** A deviation below this share of the mean is rounding of the sum. */
const CONSTANT = 1e-12;

/** Mean and standard deviation of the values in these rows, without those that are missing (NaN). */
export function momentsOf(values: Float64Array, ranges: readonly RowRange[]): Moments {
  let sum = 0;
  let count = 0;
  for (const { from, to } of ranges)
    for (let row = from; row < to; row++) {
      const value = values[row]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
  if (count === 0) return { mean: 0, deviation: 0 };
  const mean = sum / count;
  let squares = 0;
  for (const { from, to } of ranges)
    for (let row = from; row < to; row++) {
      const value = values[row]!;
      if (!Number.isNaN(value)) squares += (value - mean) ** 2;
    }
  const deviation = Math.sqrt(squares / count);
  return { mean, deviation: deviation < CONSTANT * Math.abs(mean) ? 0 : deviation };
}

export function isConstant(values: Float64Array): boolean {
  return momentsOf(values, [{ from: 0, to: values.length }]).deviation === 0;
}
