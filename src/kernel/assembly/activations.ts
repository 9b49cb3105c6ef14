/**
 * tanh and the logistic function on four lanes.
 *
 * tanh(x) = x P(x²) / Q(x²) on [-8.7, 8.7] with P and Q of degree four, a least-maximum fit of the relative error (1.5e-8 before
 * rounding); in float32 both errors, absolute and relative, stay below 3.6e-7. The logistic function is 1/2 + tanh(x/2)/2 with the
 * halves folded into the coefficients, absolute error below 2.5e-7. NaN gives NaN.
 *
 * The coefficients come from memory, each four times: V8 builds a constant vector anew at every use, in up to four instructions, while
 * a load is one. pmin and pmax are one instruction, min and max are seven.
 */
import { multiplyAdd } from "./simd";

// Limit, minus limit, then P and Q in turn from the highest power down.
// @ts-ignore: decorator
@inline const TANH: usize = memory.data<f32>([
  8.7, 8.7, 8.7, 8.7, -8.7, -8.7, -8.7, -8.7,
  1.3897648745050078e-08, 1.3897648745050078e-08, 1.3897648745050078e-08, 1.3897648745050078e-08,
  7.996533929144731e-07, 7.996533929144731e-07, 7.996533929144731e-07, 7.996533929144731e-07,
  2.0993843093221393e-05, 2.0993843093221393e-05, 2.0993843093221393e-05, 2.0993843093221393e-05,
  0.00033236488909713503, 0.00033236488909713503, 0.00033236488909713503, 0.00033236488909713503,
  0.0035187445163541798, 0.0035187445163541798, 0.0035187445163541798, 0.0035187445163541798,
  0.0259648956259972, 0.0259648956259972, 0.0259648956259972, 0.0259648956259972,
  0.13400467029979296, 0.13400467029979296, 0.13400467029979296, 0.13400467029979296,
  0.4673378726185218, 0.4673378726185218, 0.4673378726185218, 0.4673378726185218,
  0.999999985158698, 0.999999985158698, 0.999999985158698, 0.999999985158698,
  1, 1, 1, 1,
]);
// @ts-ignore: decorator
@inline const SIGMOID: usize = memory.data<f32>([
  17.4, 17.4, 17.4, 17.4, -17.4, -17.4, -17.4, -17.4,
  1.3571922602587967e-11, 1.3571922602587967e-11, 1.3571922602587967e-11, 1.3571922602587967e-11,
  3.1236460660721607e-09, 3.1236460660721607e-09, 3.1236460660721607e-09, 3.1236460660721607e-09,
  8.200719958289607e-08, 8.200719958289607e-08, 8.200719958289607e-08, 8.200719958289607e-08,
  5.193201392142735e-06, 5.193201392142735e-06, 5.193201392142735e-06, 5.193201392142735e-06,
  5.498038306803406e-05, 5.498038306803406e-05, 5.498038306803406e-05, 5.498038306803406e-05,
  0.001622805976624825, 0.001622805976624825, 0.001622805976624825, 0.001622805976624825,
  0.00837529189373706, 0.00837529189373706, 0.00837529189373706, 0.00837529189373706,
  0.11683446815463044, 0.11683446815463044, 0.11683446815463044, 0.11683446815463044,
  0.2499999962896745, 0.2499999962896745, 0.2499999962896745, 0.2499999962896745,
  1.0, 1.0, 1.0, 1.0,
]);
// @ts-ignore: decorator
@inline const HALF: usize = memory.data<f32>([0.5, 0.5, 0.5, 0.5]);

// @ts-ignore: decorator
@inline
export function tanh4(value: v128): v128 {
  return oddRational(value, TANH);
}

// @ts-ignore: decorator
@inline
export function sigmoid4(value: v128): v128 {
  return f32x4.add(oddRational(value, SIGMOID), v128.load(HALF));
}

// @ts-ignore: decorator
@inline
function oddRational(value: v128, table: usize): v128 {
  const x = f32x4.pmax(f32x4.pmin(value, v128.load(table)), v128.load(table, 16));
  const s = f32x4.mul(x, x);
  let p = multiplyAdd(s, v128.load(table, 32), v128.load(table, 64));
  let q = multiplyAdd(s, v128.load(table, 48), v128.load(table, 80));
  p = multiplyAdd(s, p, v128.load(table, 96));
  q = multiplyAdd(s, q, v128.load(table, 112));
  p = multiplyAdd(s, p, v128.load(table, 128));
  q = multiplyAdd(s, q, v128.load(table, 144));
  p = multiplyAdd(s, p, v128.load(table, 160));
  q = multiplyAdd(s, q, v128.load(table, 176));
  return f32x4.div(f32x4.mul(x, p), q);
}
