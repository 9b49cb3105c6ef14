export interface Moments {
  readonly mean: number;
  /** 0 for a column that is constant but for rounding. */
  readonly deviation: number;
}

/** A deviation below this share of the mean is rounding of the sum. */
const CONSTANT = 1e-12;

/** Mean and standard deviation of the first `rows` values, without those that are missing (NaN). */
export function momentsOf(values: Float64Array, rows: number): Moments {
  let sum = 0;
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  if (count === 0) return { mean: 0, deviation: 0 };
  const mean = sum / count;
  let squares = 0;
  for (let row = 0; row < rows; row++) {
    const value = values[row]!;
    if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  }
  const deviation = Math.sqrt(squares / count);
  return { mean, deviation: deviation < CONSTANT * Math.abs(mean) ? 0 : deviation };
}

export function isConstant(values: Float64Array, rows: number): boolean {
  return momentsOf(values, rows).deviation === 0;
}
