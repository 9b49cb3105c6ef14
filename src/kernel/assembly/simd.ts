/**
 * The vector primitives that every kernel file is written on: four float32 lanes, addresses in bytes.
 *
 * A *panel matrix* is the one layout of all matrices here: columns in groups of eight, element (row, column) at
 *   base + (column >> 3) * stride + row * ROW + (column & 7) * 4,   stride >= rows * ROW,
 * so that the same bytes serve as left operand, as transposed left operand and as right operand of a product.
 * Padding columns hold zeros and stay zero.
 */

/** Bytes of one row of a panel: eight float32. */
// @ts-ignore: decorator
@inline export const ROW: usize = 32;

/**
 * Whether this is the build for V8's re-vectorizer, which joins two neighboring operations into one of 256 bits: its
 * tiles have two panels a row, which without the re-vectorizer would spill. A constant that the compiler is given.
 */
// @ts-ignore: decorator
@inline export const WIDE: bool = isDefined(WIDE_VECTORS) && WIDE_VECTORS != 0;

/** a * b + c. One rounding in the relaxed build where the machine has FMA, two in the plain build. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return f32x4.relaxed_madd(a, b, c);
  } else {
    return f32x4.add(f32x4.mul(a, b), c);
  }
}

/** Where a 1 lies. Splatted by its load, a constant costs the re-vectorizer nothing; as a vector, it is built anew. */
// @ts-ignore: decorator
@inline export const ONE: usize = memory.data<f32>([1]);

/** Eight lanes to one row of a panel: the upper half first, which the re-vectorizer makes one store. */
// @ts-ignore: decorator
@inline
export function storeRow(address: usize, low: v128, high: v128): void {
  v128.store(address, high, 16);
  v128.store(address, low);
}
