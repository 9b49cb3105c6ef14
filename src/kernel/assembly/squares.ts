/** Sums of squares in float64, where no float32 overflows or underflows; of float64, whoever sums looks for that. */

/** sum + Σ v² over the lanes of v, as two partial sums. */
// @ts-ignore: decorator
@inline
export function addSquares(sum: v128, v: v128): v128 {
  if (sizeof<real>() == 8) return f64x2.add(sum, f64x2.mul(v, v));
  const low = f64x2.promote_low_f32x4(v);
  const high = f64x2.promote_low_f32x4(v128.shuffle<f64>(v, v, 1, 1));
  return f64x2.add(sum, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
}

/** The same of a row's two vectors, one after the other. */
// @ts-ignore: decorator
@inline
export function addRowSquares(sum: v128, low: v128, high: v128): v128 {
  return addSquares(addSquares(sum, low), high);
}

/** Both partial sums together. */
// @ts-ignore: decorator
@inline
export function total(sum: v128): f64 {
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
