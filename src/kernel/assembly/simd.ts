/**
 * The vector primitives that every kernel file is written on; addresses in bytes. Numbers are of the type `real`, a
 * name that the compiler is given for f32 or f64.
 *
 * A *panel matrix* is the one layout of all matrices here: columns in groups of C, eight float32 or four float64, with
 * element (row, column) at
 *   base + (column / C) * stride + row * ROW + (column % C) * BYTES,   stride >= rows * ROW,
 * so that the same bytes serve as left operand, as transposed left operand and as right operand of a product.
 * Padding columns hold zeros and stay zero.
 */

/** Bytes of one number. */
// @ts-ignore: decorator
@inline export const BYTES: usize = sizeof<real>();

/** C: columns of a panel. */
// @ts-ignore: decorator
@inline export const COLUMNS: u32 = 32 / <u32>sizeof<real>();

/** Groups of four columns in a panel. */
// @ts-ignore: decorator
@inline export const QUADS: u32 = COLUMNS / 4;

/** Bytes of one row of a panel, which is two vectors. */
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
    return v128.relaxed_madd<real>(a, b, c);
  } else {
    return v128.add<real>(v128.mul<real>(a, b), c);
  }
}

/** Where a 1 lies. Splatted by its load, a constant costs the re-vectorizer nothing; as a vector, it is built anew. */
// @ts-ignore: decorator
@inline export const ONE: usize = memory.data<real>([1]);

/** Two vectors to one row of a panel: the upper half first, which the re-vectorizer makes one store. */
// @ts-ignore: decorator
@inline
export function storeRow(address: usize, low: v128, high: v128): void {
  v128.store(address, high, 16);
  v128.store(address, low);
}
