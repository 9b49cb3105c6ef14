/** Resilient backpropagation in two variants; both look only at the sign of the gradient. */
import { BYTES } from "../simd";
import { addSquares, total } from "../squares";

/** 1, 0 or -1 by lane; NaN for NaN. */
// @ts-ignore: decorator
@inline
function signOf(v: v128): v128 {
  const one = v128.splat<real>(1);
  const sign = v128.sub<real>(
    v128.and(v128.gt<real>(v, v128.splat<real>(0)), one),
    v128.and(v128.lt<real>(v, v128.splat<real>(0)), one),
  );
  return v128.bitselect(sign, v, v128.eq<real>(v, v));
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
  etaPlus: real,
  etaMinus: real,
  norms: usize,
): void {
  const plus = v128.splat<real>(etaPlus),
    minus = v128.splat<real>(etaMinus);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + count * BYTES; p < end; p += 16, g += 16, step += 16, previous += 16) {
    const before = v128.load(p);
    const s = signOf(v128.load(g));
    const size = v128.mul<real>(v128.load(step), v128.bitselect(plus, minus, v128.eq<real>(s, v128.load(previous))));
    v128.store(step, size);
    v128.store(previous, s);
    const after = v128.sub<real>(before, v128.mul<real>(s, size));
    v128.store(p, after);
    updateSum = addSquares(updateSum, v128.sub<real>(after, before));
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
  etaPlus: real,
  etaMinus: real,
  minStep: real,
  maxStep: real,
  norms: usize,
): void {
  const plus = v128.splat<real>(etaPlus),
    minus = v128.splat<real>(etaMinus),
    one = v128.splat<real>(1),
    zero = v128.splat<real>(0);
  const low = v128.splat<real>(minStep),
    high = v128.splat<real>(maxStep);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + count * BYTES; p < end; p += 16, g += 16, step += 16, previous += 16) {
    const before = v128.load(p);
    let s = signOf(v128.load(g));
    const agreement = v128.mul<real>(s, v128.load(previous));
    const turned = v128.lt<real>(agreement, zero);
    const factor = v128.bitselect(plus, v128.bitselect(minus, one, turned), v128.gt<real>(agreement, zero));
    const size = v128.min<real>(v128.max<real>(v128.mul<real>(v128.load(step), factor), low), high);
    s = v128.andnot(s, turned);
    v128.store(step, size);
    v128.store(previous, s);
    const after = v128.sub<real>(before, v128.mul<real>(s, size));
    v128.store(p, after);
    updateSum = addSquares(updateSum, v128.sub<real>(after, before));
    parameterSum = addSquares(parameterSum, before);
  }
  (store<f64>(norms, total(updateSum)), store<f64>(norms, total(parameterSum), 8));
}
