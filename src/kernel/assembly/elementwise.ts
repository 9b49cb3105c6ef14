/** Whole buffers, element by element: norms, clipping, sums. Counts are multiples of 4; NaN stays NaN. */
import { BYTES, COLUMNS, multiplyAdd, ROW, storeRow } from "./simd";
import { addSquares, total } from "./squares";

/** Σ values². scratch: two vectors, as the re-vectorizer starts from what is stored. */
export function sumOfSquares(values: usize, count: u32, scratch: usize): f64 {
  let even = f64x2.splat(0),
    odd = f64x2.splat(0);
  const end = values + count * BYTES;
  for (; values + ROW <= end; values += ROW) {
    even = addSquares(even, v128.load(values));
    odd = addSquares(odd, v128.load(values, 16));
  }
  storeRow(scratch, even, odd);
  if (values < end) v128.store(scratch, addSquares(v128.load(scratch), v128.load(values)));
  return total(f64x2.add(v128.load(scratch), v128.load(scratch, 16)));
}

/** values *= factor. */
export function scale(values: usize, count: u32, factor: real): void {
  const f = v128.splat<real>(factor);
  const end = values + count * BYTES;
  for (; values + ROW <= end; values += ROW)
    storeRow(values, v128.mul<real>(v128.load(values), f), v128.mul<real>(v128.load(values, 16), f));
  if (values < end) v128.store(values, v128.mul<real>(v128.load(values), f));
}

/** Each value into [-limit, limit]. */
export function clampValues(values: usize, count: u32, limit: real): void {
  const high = v128.splat<real>(limit),
    low = v128.splat<real>(-limit);
  const end = values + count * BYTES;
  for (; values + ROW <= end; values += ROW)
    storeRow(
      values,
      v128.max<real>(v128.min<real>(v128.load(values), high), low),
      v128.max<real>(v128.min<real>(v128.load(values, 16), high), low),
    );
  if (values < end) v128.store(values, v128.max<real>(v128.min<real>(v128.load(values), high), low));
}

/** out = a + b; out may be a or b. */
export function addValues(a: usize, b: usize, out: usize, count: u32): void {
  const end = a + count * BYTES;
  for (; a + ROW <= end; a += ROW, b += ROW, out += ROW)
    storeRow(out, v128.add<real>(v128.load(a), v128.load(b)), v128.add<real>(v128.load(a, 16), v128.load(b, 16)));
  if (a < end) v128.store(out, v128.add<real>(v128.load(a), v128.load(b)));
}

/**
 * target += factor·values; nothing where the factor, which lies at an address, is 0. count: a multiple of C; target may
 * not be values.
 */
export function addScaledValues(target: usize, values: usize, count: u32, factor: usize): void {
  if (load<real>(factor) == 0) return;
  const f = v128.load_splat<real>(factor);
  const end = target + count * BYTES;
  for (; target < end; target += ROW, values += ROW) {
    const low = multiplyAdd(f, v128.load(values), v128.load(target)),
      high = multiplyAdd(f, v128.load(values, 16), v128.load(target, 16));
    storeRow(target, low, high);
  }
}

/** out = a·b; out may be a or b. */
export function multiplyValues(a: usize, b: usize, out: usize, count: u32): void {
  multiplyRows(a, b, out, count / COLUMNS);
  const done: usize = (count / COLUMNS) * ROW;
  if (count % COLUMNS != 0) v128.store(out + done, v128.mul<real>(v128.load(a + done), v128.load(b + done)));
}

/** out = a·b, [rows][C] each. */
// @ts-ignore: decorator
@inline
export function multiplyRows(a: usize, b: usize, out: usize, rows: u32): void {
  for (; rows != 0; rows--, a += ROW, b += ROW, out += ROW)
    storeRow(out, v128.mul<real>(v128.load(a), v128.load(b)), v128.mul<real>(v128.load(a, 16), v128.load(b, 16)));
}

/** Zeroes a buffer. */
export function clear(values: usize, bytes: usize): void {
  memory.fill(values, 0, bytes);
}
