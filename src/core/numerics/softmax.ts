/** softmax(v)_c = exp(v_c - m) / sum_k exp(v_k - m), with m the largest so that exp cannot overflow. */
export interface SoftmaxScale {
  readonly largest: number;
  readonly sum: number;
}

/** Of the values `start` to `start + length`. */
export function softmaxScale(values: Float64Array, start: number, length: number): SoftmaxScale {
  let largest = -Infinity;
  for (let i = start; i < start + length; i++) largest = Math.max(largest, values[i]!);
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += Math.exp(values[i]! - largest);
  return { largest, sum };
}

export function softmaxOf(value: number, { largest, sum }: SoftmaxScale): number {
  return Math.exp(value - largest) / sum;
}
