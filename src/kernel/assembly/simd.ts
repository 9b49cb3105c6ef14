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

/** A row of zeros. */
// @ts-ignore: decorator
@inline export const ZEROS: usize = memory.data(32, 16);

/**
 * Where the size lies below which a gradient on its way back through time is cut to zero: 2^-100 in float32, 2^-996 in
 * float64. Below 2^-126 and 2^-1022 numbers are subnormal, which makes arithmetic on many processors up to ten times
 * slower; between the two there is room for the factors of the products. What is cut would be lost beside anything that
 * it is added to: the last digit of a weight of 1 is 2^-24, and 2^-53.
 */
// @ts-ignore: decorator
@inline export const FLOOR: usize =
  sizeof<real>() == 4 ? memory.data<f32>([7.888609052210118e-31]) : memory.data<f64>([1.4932217896051503e-300]);

/** Zero in the lanes of which the size is below `floor`; NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function cutBelow(v: v128, floor: v128): v128 {
  return v128.andnot(v, v128.lt<real>(v128.abs<real>(v), floor));
}

/** Two vectors to one row of a panel: the upper half first, which the re-vectorizer makes one store. */
// @ts-ignore: decorator
@inline
export function storeRow(address: usize, low: v128, high: v128): void {
  v128.store(address, high, 16);
  v128.store(address, low);
}
