/**
 * L2 norm of the elements [start, end). Does not overflow or underflow on the way: a norm beyond the largest double is
 * reported as the largest double while every element is finite. NaN when an element is NaN.
 */
export function l2Norm(values: ArrayLike<number>, start = 0, end = values.length): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += values[i]! * values[i]!;
  return rootOfSquares(sum) ?? scaledNorm(values, start, end);
}

/**
 * The norm from the sum of the squares; null where a second pass is needed: squares of elements below 1e-150 are lost,
 * and above 1e154 they overflow.
 */
export function rootOfSquares(sum: number): number | null {
  return sum > 1e-280 && sum < Infinity ? Math.sqrt(sum) : null;
}

function scaledNorm(values: ArrayLike<number>, start: number, end: number): number {
  let largest = 0;
  for (let i = start; i < end; i++) {
    const magnitude = Math.abs(values[i]!);
    if (Number.isNaN(magnitude)) return NaN;
    if (magnitude > largest) largest = magnitude;
  }
  if (largest === 0 || largest === Infinity) return largest;
  let sum = 0;
  for (let i = start; i < end; i++) {
    const ratio = values[i]! / largest;
    sum += ratio * ratio;
  }
  return Math.min(largest * Math.sqrt(sum), Number.MAX_VALUE);
}
