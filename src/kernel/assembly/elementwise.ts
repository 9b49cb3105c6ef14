/** Whole buffers of float32, element by element: norms, clipping, sums. Counts are multiples of 4; NaN stays NaN. */
import { addSquares, total } from "./squares";

/** Σ values². */
export function sumOfSquares(values: usize, count: u32): f64 {
  let even = f64x2.splat(0),
    odd = f64x2.splat(0);
  const end = values + (count << 2);
  for (; values + 32 <= end; values += 32) {
    even = addSquares(even, v128.load(values));
    odd = addSquares(odd, v128.load(values, 16));
  }
  if (values < end) even = addSquares(even, v128.load(values));
  return total(f64x2.add(even, odd));
}

/** values *= factor. */
export function scale(values: usize, count: u32, factor: f32): void {
  const f = f32x4.splat(factor);
  for (const end = values + (count << 2); values < end; values += 16)
    v128.store(values, f32x4.mul(v128.load(values), f));
}

/** Each value into [-limit, limit]. */
export function clampValues(values: usize, count: u32, limit: f32): void {
  const high = f32x4.splat(limit),
    low = f32x4.splat(-limit);
  for (const end = values + (count << 2); values < end; values += 16)
    v128.store(values, f32x4.max(f32x4.min(v128.load(values), high), low));
}

/** out = a + b; out may be a or b. */
export function addValues(a: usize, b: usize, out: usize, count: u32): void {
  for (const end = a + (count << 2); a < end; a += 16, b += 16, out += 16)
    v128.store(out, f32x4.add(v128.load(a), v128.load(b)));
}

/** out = a·b; out may be a or b. */
export function multiplyValues(a: usize, b: usize, out: usize, count: u32): void {
  for (const end = a + (count << 2); a < end; a += 16, b += 16, out += 16)
    v128.store(out, f32x4.mul(v128.load(a), v128.load(b)));
}

/** Zeroes a buffer. */
export function clear(values: usize, bytes: usize): void {
  memory.fill(values, 0, bytes);
}
