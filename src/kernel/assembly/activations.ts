/**
 * tanh and the logistic function on four lanes.
 *
 * tanh(x) = x P(x²) / Q(x²) on [-8.7, 8.7] with P and Q of degree four, a least-maximum fit of the relative error (1.5e-8 before
 * rounding); in float32 both errors, absolute and relative, stay below 3.6e-7. The logistic function is 1/2 + tanh(x/2)/2 with the
 * halves folded into the coefficients, absolute error below 2.5e-7. NaN gives NaN.
 */
import { clamp, multiplyAdd } from "./simd";

// @ts-ignore: decorator
@inline
export function tanh4(value: v128): v128 {
  const x = clamp(value, 8.7);
  const s = f32x4.mul(x, x);
  let p = multiplyAdd(s, f32x4.splat(1.3897648745050078e-8), f32x4.splat(2.0993843093221393e-5));
  let q = multiplyAdd(s, f32x4.splat(7.996533929144731e-7), f32x4.splat(3.3236488909713503e-4));
  p = multiplyAdd(s, p, f32x4.splat(3.5187445163541798e-3));
  q = multiplyAdd(s, q, f32x4.splat(2.5964895625997200e-2));
  p = multiplyAdd(s, p, f32x4.splat(0.13400467029979296));
  q = multiplyAdd(s, q, f32x4.splat(0.4673378726185218));
  p = multiplyAdd(s, p, f32x4.splat(0.999999985158698));
  q = multiplyAdd(s, q, f32x4.splat(1));
  return f32x4.div(f32x4.mul(x, p), q);
}

// @ts-ignore: decorator
@inline
export function sigmoid4(value: v128): v128 {
  const x = clamp(value, 17.4);
  const s = f32x4.mul(x, x);
  let p = multiplyAdd(s, f32x4.splat(1.3897648745050078e-8 / 1024), f32x4.splat(2.0993843093221393e-5 / 256));
  let q = multiplyAdd(s, f32x4.splat(7.996533929144731e-7 / 256), f32x4.splat(3.3236488909713503e-4 / 64));
  p = multiplyAdd(s, p, f32x4.splat(3.5187445163541798e-3 / 64));
  q = multiplyAdd(s, q, f32x4.splat(2.5964895625997200e-2 / 16));
  p = multiplyAdd(s, p, f32x4.splat(0.13400467029979296 / 16));
  q = multiplyAdd(s, q, f32x4.splat(0.4673378726185218 / 4));
  p = multiplyAdd(s, p, f32x4.splat(0.999999985158698 / 4));
  q = multiplyAdd(s, q, f32x4.splat(1));
  return f32x4.add(f32x4.div(f32x4.mul(x, p), q), f32x4.splat(0.5));
}
