/**
 * tanh, the logistic function and relu on whole panels; the first two of float64 are in exponentials.ts.
 *
 * tanh(x) = x P(x²) / Q(x²) on [-8.7, 8.7] with P and Q of degree four, a least-maximum fit of the relative error
 * (1.5e-8 before rounding); in float32 both errors, absolute and relative, stay below 3.6e-7. The logistic function is
 * 1/2 + tanh(x/2)/2 with the halves folded into the coefficients, absolute error below 2.5e-7. NaN gives NaN.
 *
 * The coefficients come from memory, splatted by their loads: V8 builds a constant vector anew at every use, in up to
 * four instructions. Each is loaded once for a row's two vectors; for one vector at a time the loads, not the
 * arithmetic, would take the time. pmin and pmax are one instruction, min and max are seven.
 */
import { sigmoidByPowers, tanhByPowers } from "./exponentials";
import { multiplyAdd, ROW, storeRow } from "./simd";

// Limit, minus limit, P and Q in turn from the highest power down, and what is added to P/Q in the end.
// @ts-ignore: decorator
@inline const TANH: usize = memory.data<f32>([
  8.7, -8.7, 1.3897648745050078e-8, 7.996533929144731e-7, 2.0993843093221393e-5, 0.00033236488909713503,
  0.0035187445163541798, 0.0259648956259972, 0.13400467029979296, 0.4673378726185218, 0.999999985158698, 1, 0,
]);
// @ts-ignore: decorator
@inline const SIGMOID: usize = memory.data<f32>([
  17.4, -17.4, 1.3571922602587967e-11, 3.1236460660721607e-9, 8.200719958289607e-8, 5.193201392142735e-6,
  5.498038306803406e-5, 0.001622805976624825, 0.00837529189373706, 0.11683446815463044, 0.2499999962896745, 1, 0.5,
]);

/** target = tanh(source), [rows][C] both; they may be the same. */
export function tanhPanel(source: usize, target: usize, rows: u32): void {
  if (sizeof<real>() == 8) tanhByPowers(source, target, rows);
  else oddRational(source, target, TANH, rows);
}

/** values = 1 / (1 + exp(-values)), [rows][C]. */
export function sigmoidPanel(values: usize, rows: u32): void {
  if (sizeof<real>() == 8) sigmoidByPowers(values, rows);
  else oddRational(values, values, SIGMOID, rows);
}

/** target = max(0, source), [rows][C] both; they may be the same. Keeps NaN, as PyTorch's does. */
export function reluPanel(source: usize, target: usize, rows: u32): void {
  const zero = v128.splat<real>(0);
  for (; rows != 0; rows--, source += ROW, target += ROW) {
    const low = v128.load(source),
      high = v128.load(source, 16);
    storeRow(target, v128.andnot(low, v128.le<real>(low, zero)), v128.andnot(high, v128.le<real>(high, zero)));
  }
}

function oddRational(source: usize, target: usize, table: usize, rows: u32): void {
  for (; rows != 0; rows--, source += ROW, target += ROW) {
    let c = v128.load32_splat(table),
      d = v128.load32_splat(table, 4);
    const x0 = f32x4.pmax(f32x4.pmin(v128.load(source), c), d),
      x1 = f32x4.pmax(f32x4.pmin(v128.load(source, 16), c), d);
    const s0 = f32x4.mul(x0, x0),
      s1 = f32x4.mul(x1, x1);
    ((c = v128.load32_splat(table, 8)), (d = v128.load32_splat(table, 16)));
    let p0 = multiplyAdd(s0, c, d),
      p1 = multiplyAdd(s1, c, d);
    ((c = v128.load32_splat(table, 12)), (d = v128.load32_splat(table, 20)));
    let q0 = multiplyAdd(s0, c, d),
      q1 = multiplyAdd(s1, c, d);
    ((c = v128.load32_splat(table, 24)), (d = v128.load32_splat(table, 28)));
    ((p0 = multiplyAdd(s0, p0, c)), (p1 = multiplyAdd(s1, p1, c)));
    ((q0 = multiplyAdd(s0, q0, d)), (q1 = multiplyAdd(s1, q1, d)));
    ((c = v128.load32_splat(table, 32)), (d = v128.load32_splat(table, 36)));
    ((p0 = multiplyAdd(s0, p0, c)), (p1 = multiplyAdd(s1, p1, c)));
    ((q0 = multiplyAdd(s0, q0, d)), (q1 = multiplyAdd(s1, q1, d)));
    ((c = v128.load32_splat(table, 40)), (d = v128.load32_splat(table, 44)));
    ((p0 = multiplyAdd(s0, p0, c)), (p1 = multiplyAdd(s1, p1, c)));
    ((q0 = multiplyAdd(s0, q0, d)), (q1 = multiplyAdd(s1, q1, d)));
    c = v128.load32_splat(table, 48);
    storeRow(target, f32x4.add(f32x4.div(f32x4.mul(x0, p0), q0), c), f32x4.add(f32x4.div(f32x4.mul(x1, p1), q1), c));
  }
}
