/**
 * The elementwise parts of a leaky layer for one time step and one panel of units. With p the sum of products, bias and
 * noise, and α of each unit:
 *   rate          h_t = (1-α)·h_{t-1} + α·f(p)
 *   current       v_t = (1-α)·v_{t-1} + α·p,        h_t = f(v_t)
 *   leak-inside   h_t = f((1-α)·h_{t-1} + α·p)
 */
import { reluPanel, tanhPanel } from "./activations";
import { complementPanel, softplusPanel } from "./exponentials";
import { cutBelow, multiplyAdd, ONE, ROW, storeRow } from "./simd";

// Forms.
// @ts-ignore: decorator
@inline export const RATE: u32 = 0;
// @ts-ignore: decorator
@inline export const CURRENT: u32 = 1;

// Nonlinearities f; the other is tanh.
// @ts-ignore: decorator
@inline const RELU: u32 = 2;
// @ts-ignore: decorator
@inline export const SOFTPLUS: u32 = 3;
// @ts-ignore: decorator
@inline const RETANH: u32 = 4;
// @ts-ignore: decorator
@inline const POWER: u32 = 5;

/** target = f(source), [rows][C] all; target may be source. scratch is overwritten by softplus. */
export function activatePanel(f: u32, source: usize, target: usize, scratch: usize, rows: u32): void {
  if (f == SOFTPLUS) return softplusPanel(source, target, scratch, rows);
  if (f == RELU || f == POWER) {
    reluPanel(source, target, rows);
    if (f == POWER) squarePanel(target, rows);
    return;
  }
  tanhPanel(source, target, rows);
  if (f == RETANH) reluPanel(target, target, rows);
}

function squarePanel(values: usize, rows: u32): void {
  for (; rows != 0; rows--, values += ROW) {
    const low = v128.load(values),
      high = v128.load(values, 16);
    storeRow(values, v128.mul<real>(low, low), v128.mul<real>(high, high));
  }
}

/**
 * target = f'(a) from values = f(a), [rows][C] both: tanh 1 - f², relu [f > 0], softplus 1 - e^-f, retanh
 * [f > 0]·(1 - f²), power 2·√f.
 */
export function slopePanel(f: u32, values: usize, target: usize, rows: u32): void {
  if (f == SOFTPLUS) return complementPanel(values, target, rows);
  if (f == POWER) {
    for (; rows != 0; rows--, values += ROW, target += ROW) {
      const low = v128.sqrt<real>(v128.load(values)),
        high = v128.sqrt<real>(v128.load(values, 16));
      storeRow(target, v128.add<real>(low, low), v128.add<real>(high, high));
    }
    return;
  }
  const isTanh = f != RELU;
  const isRectified = f == RELU || f == RETANH;
  for (; rows != 0; rows--, values += ROW, target += ROW) {
    const one = v128.load_splat<real>(ONE);
    const zero = v128.splat<real>(0);
    const low = v128.load(values),
      high = v128.load(values, 16);
    let slope0 = one,
      slope1 = one;
    if (isTanh) {
      slope0 = v128.sub<real>(one, v128.mul<real>(low, low));
      slope1 = v128.sub<real>(one, v128.mul<real>(high, high));
    }
    if (isRectified) {
      slope0 = v128.andnot(slope0, v128.le<real>(low, zero));
      slope1 = v128.andnot(slope1, v128.le<real>(high, zero));
    }
    storeRow(target, slope0, slope1);
  }
}

/** target = (1-α)·previous + α·values, [rows][C] all. alphas: [C]. */
export function leakPanel(alphas: usize, previous: usize, values: usize, target: usize, rows: u32): void {
  const one = v128.load_splat<real>(ONE);
  const alpha0 = v128.load(alphas),
    alpha1 = v128.load(alphas, 16);
  const kept0 = v128.sub<real>(one, alpha0),
    kept1 = v128.sub<real>(one, alpha1);
  for (; rows != 0; rows--, previous += ROW, values += ROW, target += ROW) {
    const low = multiplyAdd(alpha0, v128.load(values), v128.mul<real>(kept0, v128.load(previous))),
      high = multiplyAdd(alpha1, v128.load(values, 16), v128.mul<real>(kept1, v128.load(previous, 16)));
    storeRow(target, low, high);
  }
}

/**
 * The way back through one step. With a the argument of f:
 *   rate          dp = α·dh·f',  dh_{t-1} += (1-α)·dh
 *   current       dv = dh·f' + what v_{t+1} passed on,  dp = α·dv,  passed on: (1-α)·dv
 *   leak-inside   da = dh·f',  dp = α·da,  dh_{t-1} += (1-α)·da
 *
 * dh: [rows][C], of current overwritten by dv. d: f' in, dp out. passed: dh_{t-1}, added to; of current what is passed
 * on, read and overwritten. The column sums of dp are added to biasSum, [C]. Gradients below `least` are zero.
 */
export function ctrnnCellBackward(
  form: u32,
  alphas: usize,
  dh: usize,
  d: usize,
  passed: usize,
  biasSum: usize,
  rows: u32,
  least: real,
): void {
  const floor = v128.splat<real>(least);
  const alpha0 = v128.load(alphas),
    alpha1 = v128.load(alphas, 16);
  let bias0 = v128.load(biasSum),
    bias1 = v128.load(biasSum, 16);
  for (; rows != 0; rows--, dh += ROW, d += ROW, passed += ROW) {
    const one = v128.load_splat<real>(ONE);
    const slope0 = v128.load(d),
      slope1 = v128.load(d, 16);
    const earlier0 = v128.load(passed),
      earlier1 = v128.load(passed, 16);
    let sum0 = v128.load(dh),
      sum1 = v128.load(dh, 16);
    let dp0 = v128.mul<real>(sum0, slope0),
      dp1 = v128.mul<real>(sum1, slope1);
    if (form != RATE) {
      sum0 = dp0;
      sum1 = dp1;
    }
    if (form == CURRENT) {
      dp0 = sum0 = v128.add<real>(sum0, earlier0);
      dp1 = sum1 = v128.add<real>(sum1, earlier1);
    }
    dp0 = cutBelow(v128.mul<real>(alpha0, dp0), floor);
    dp1 = cutBelow(v128.mul<real>(alpha1, dp1), floor);
    let next0 = cutBelow(v128.mul<real>(v128.sub<real>(one, alpha0), sum0), floor),
      next1 = cutBelow(v128.mul<real>(v128.sub<real>(one, alpha1), sum1), floor);
    if (form != CURRENT) {
      next0 = v128.add<real>(earlier0, next0);
      next1 = v128.add<real>(earlier1, next1);
    }
    ((bias0 = v128.add<real>(bias0, dp0)), (bias1 = v128.add<real>(bias1, dp1)));
    if (form == CURRENT) storeRow(dh, sum0, sum1);
    storeRow(passed, next0, next1);
    storeRow(d, dp0, dp1);
  }
  storeRow(biasSum, bias0, bias1);
}

// @ts-ignore: decorator
@inline const HALF: usize = memory.data<real>([0.5]);

/**
 * Adds dL/d(leak) of one step to leakSum, [C], where α = sigmoid(leak), with n the noise in p:
 *   rate          α·(1-α)·dh·(f - h_{t-1}) - (1-α)·dp·n/2
 *   the others    (1-α)·dp·(p - n/2 - previous)
 *
 * hidden: f or p. previous: h_{t-1} or v_{t-1}. dh, dp as {@link ctrnnCellBackward} left them; noise: 0 where there is
 * none; else [rows][C] all.
 */
export function leakGradient(
  form: u32,
  alphas: usize,
  hidden: usize,
  previous: usize,
  dh: usize,
  dp: usize,
  noise: usize,
  leakSum: usize,
  rows: u32,
): void {
  const zero = v128.splat<real>(0);
  const alpha0 = v128.load(alphas),
    alpha1 = v128.load(alphas, 16);
  let total0 = zero,
    total1 = zero;
  for (let at: usize = 0, size: usize = rows * ROW; at < size; at += ROW) {
    const hiddenAt = hidden + at,
      previousAt = previous + at,
      dhAt = dh + at,
      dpAt = dp + at,
      noiseAt = noise + at;
    const change0 = v128.sub<real>(v128.load(hiddenAt), v128.load(previousAt)),
      change1 = v128.sub<real>(v128.load(hiddenAt, 16), v128.load(previousAt, 16));
    const dp0 = v128.load(dpAt),
      dp1 = v128.load(dpAt, 16);
    let factor0 = dp0,
      factor1 = dp1;
    if (form == RATE) {
      factor0 = v128.mul<real>(alpha0, v128.load(dhAt));
      factor1 = v128.mul<real>(alpha1, v128.load(dhAt, 16));
    }
    total0 = multiplyAdd(factor0, change0, total0);
    total1 = multiplyAdd(factor1, change1, total1);
    if (noise != 0) {
      const half = v128.load_splat<real>(HALF);
      total0 = v128.sub<real>(total0, v128.mul<real>(dp0, v128.mul<real>(half, v128.load(noiseAt))));
      total1 = v128.sub<real>(total1, v128.mul<real>(dp1, v128.mul<real>(half, v128.load(noiseAt, 16))));
    }
  }
  const one = v128.load_splat<real>(ONE);
  const low = multiplyAdd(v128.sub<real>(one, alpha0), total0, v128.load(leakSum)),
    high = multiplyAdd(v128.sub<real>(one, alpha1), total1, v128.load(leakSum, 16));
  storeRow(leakSum, low, high);
}
