/** Resilient backpropagation in two variants; both look only at the sign of the gradient. */
import { BYTES, ONE, ROW, storeRow } from "../simd";
import { addRowSquares, total } from "../squares";

/** 1, 0 or -1 by lane; NaN for NaN. */
// @ts-ignore: decorator
@inline
function signOf(v: v128, one: v128): v128 {
  const sign = v128.sub<real>(
    v128.and(v128.gt<real>(v, v128.splat<real>(0)), one),
    v128.and(v128.lt<real>(v, v128.splat<real>(0)), one),
  );
  return v128.bitselect(sign, v, v128.eq<real>(v, v));
}

/**
 * Without backtracking (Riedmiller and Braun, 1993):
 *   s = sign g;  step *= (s = previous ? etaPlus : etaMinus);  p -= s·step;  previous = s.
 * Where s = previous = 0, as in padding, step stays as it is: grown at each update it would overflow, and 0·∞ is NaN.
 *
 * p, g, step, previous: [count], count a multiple of C. Before the first update step is the initial step, previous
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
    minus = v128.splat<real>(etaMinus),
    zero = v128.splat<real>(0);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + count * BYTES; p < end; p += ROW, g += ROW, step += ROW, previous += ROW) {
    const one = v128.load_splat<real>(ONE);
    const before0 = v128.load(p),
      before1 = v128.load(p, 16);
    const s0 = signOf(v128.load(g), one),
      s1 = signOf(v128.load(g, 16), one);
    const last0 = v128.load(previous),
      last1 = v128.load(previous, 16);
    const moving0 = v128.bitselect(plus, minus, v128.eq<real>(s0, last0)),
      moving1 = v128.bitselect(plus, minus, v128.eq<real>(s1, last1));
    const factor0 = v128.bitselect(one, moving0, v128.eq<real>(v128.or(s0, last0), zero)),
      factor1 = v128.bitselect(one, moving1, v128.eq<real>(v128.or(s1, last1), zero));
    const size0 = v128.mul<real>(v128.load(step), factor0),
      size1 = v128.mul<real>(v128.load(step, 16), factor1);
    const after0 = v128.sub<real>(before0, v128.mul<real>(s0, size0)),
      after1 = v128.sub<real>(before1, v128.mul<real>(s1, size1));
    storeRow(step, size0, size1);
    storeRow(previous, s0, s1);
    storeRow(p, after0, after1);
    updateSum = addRowSquares(updateSum, v128.sub<real>(after0, before0), v128.sub<real>(after1, before1));
    parameterSum = addRowSquares(parameterSum, before0, before1);
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
    zero = v128.splat<real>(0);
  const low = v128.splat<real>(minStep),
    high = v128.splat<real>(maxStep);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + count * BYTES; p < end; p += ROW, g += ROW, step += ROW, previous += ROW) {
    const one = v128.load_splat<real>(ONE);
    const before0 = v128.load(p),
      before1 = v128.load(p, 16);
    const sign0 = signOf(v128.load(g), one),
      sign1 = signOf(v128.load(g, 16), one);
    const agreement0 = v128.mul<real>(sign0, v128.load(previous)),
      agreement1 = v128.mul<real>(sign1, v128.load(previous, 16));
    const turned0 = v128.lt<real>(agreement0, zero),
      turned1 = v128.lt<real>(agreement1, zero);
    const factor0 = v128.bitselect(plus, v128.bitselect(minus, one, turned0), v128.gt<real>(agreement0, zero)),
      factor1 = v128.bitselect(plus, v128.bitselect(minus, one, turned1), v128.gt<real>(agreement1, zero));
    const size0 = v128.min<real>(v128.max<real>(v128.mul<real>(v128.load(step), factor0), low), high),
      size1 = v128.min<real>(v128.max<real>(v128.mul<real>(v128.load(step, 16), factor1), low), high);
    const s0 = v128.andnot(sign0, turned0),
      s1 = v128.andnot(sign1, turned1);
    const after0 = v128.sub<real>(before0, v128.mul<real>(s0, size0)),
      after1 = v128.sub<real>(before1, v128.mul<real>(s1, size1));
    storeRow(step, size0, size1);
    storeRow(previous, s0, s1);
    storeRow(p, after0, after1);
    updateSum = addRowSquares(updateSum, v128.sub<real>(after0, before0), v128.sub<real>(after1, before1));
    parameterSum = addRowSquares(parameterSum, before0, before1);
  }
  (store<f64>(norms, total(updateSum)), store<f64>(norms, total(parameterSum), 8));
}
