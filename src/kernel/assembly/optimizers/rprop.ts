/** Resilient backpropagation in two variants; both look only at the sign of the gradient. */
import { addSquares, total } from "../squares";

/** 1, 0 or -1 as float32; NaN for NaN. */
// @ts-ignore: decorator
@inline
function sign4(v: v128): v128 {
  const one = f32x4.splat(1);
  const sign = f32x4.sub(v128.and(f32x4.gt(v, f32x4.splat(0)), one), v128.and(f32x4.lt(v, f32x4.splat(0)), one));
  return v128.bitselect(sign, v, f32x4.eq(v, v));
}

/**
 * Without backtracking (Riedmiller and Braun, 1993):
 *   s = sign g;  step *= (s = previous ? etaPlus : etaMinus);  p -= s·step;  previous = s.
 *
 * p, g, step, previous: [count], count a multiple of 4. Before the first update step is the initial step, previous
 * zero. norms: two float64, |update|² and |p|² before it.
 */
export function rpropUpdate(
  p: usize,
  g: usize,
  step: usize,
  previous: usize,
  count: u32,
  etaPlus: f32,
  etaMinus: f32,
  norms: usize,
): void {
  const plus = f32x4.splat(etaPlus),
    minus = f32x4.splat(etaMinus);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + (count << 2); p < end; p += 16, g += 16, step += 16, previous += 16) {
    const before = v128.load(p);
    const s = sign4(v128.load(g));
    const size = f32x4.mul(v128.load(step), v128.bitselect(plus, minus, f32x4.eq(s, v128.load(previous))));
    v128.store(step, size);
    v128.store(previous, s);
    const after = f32x4.sub(before, f32x4.mul(s, size));
    v128.store(p, after);
    updateSum = addSquares(updateSum, f32x4.sub(after, before));
    parameterSum = addSquares(parameterSum, before);
  }
  (store<f64>(norms, total(updateSum)), store<f64>(norms, total(parameterSum), 8));
}

/**
 * PyTorch's: where the sign turned the step shrinks, the parameter stays and the next sign counts as new.
 *   a = g·previous; step *= (a > 0 ? etaPlus : a < 0 ? etaMinus : 1), kept in [minStep, maxStep]; a < 0: g = 0; p -=
 *   sign(g)·step; previous = g.
 *
 * previous holds the sign of the gradient, which decides the same as the gradient and cannot underflow. The rest as in
 * rpropUpdate.
 */
export function rpropTorchUpdate(
  p: usize,
  g: usize,
  step: usize,
  previous: usize,
  count: u32,
  etaPlus: f32,
  etaMinus: f32,
  minStep: f32,
  maxStep: f32,
  norms: usize,
): void {
  const plus = f32x4.splat(etaPlus),
    minus = f32x4.splat(etaMinus),
    one = f32x4.splat(1),
    zero = f32x4.splat(0);
  const low = f32x4.splat(minStep),
    high = f32x4.splat(maxStep);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + (count << 2); p < end; p += 16, g += 16, step += 16, previous += 16) {
    const before = v128.load(p);
    let s = sign4(v128.load(g));
    const agreement = f32x4.mul(s, v128.load(previous));
    const turned = f32x4.lt(agreement, zero);
    const factor = v128.bitselect(plus, v128.bitselect(minus, one, turned), f32x4.gt(agreement, zero));
    const size = f32x4.min(f32x4.max(f32x4.mul(v128.load(step), factor), low), high);
    s = v128.andnot(s, turned);
    v128.store(step, size);
    v128.store(previous, s);
    const after = f32x4.sub(before, f32x4.mul(s, size));
    v128.store(p, after);
    updateSum = addSquares(updateSum, f32x4.sub(after, before));
    parameterSum = addSquares(parameterSum, before);
  }
  (store<f64>(norms, total(updateSum)), store<f64>(norms, total(parameterSum), 8));
}
