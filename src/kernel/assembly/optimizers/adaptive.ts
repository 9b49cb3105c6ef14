/** RMSprop, Adam and AdamW as PyTorch computes them. */
import { addSquares, total } from "../squares";
import { BYTES, multiplyAdd } from "../simd";

/**
 * d = g + decay·p;  s = alpha·s + (1-alpha)·d²;  v = momentum·v + d / (√s + epsilon);  p -= rate·v.
 *
 * p, g, s, v: [count], count a multiple of 4; s and v are zero before the first update. oneMinusAlpha is given apart,
 * as it is rounded from float64. norms: two float64, |update|² and |p|² before it.
 */
export function rmspropUpdate(
  p: usize,
  g: usize,
  s: usize,
  v: usize,
  count: u32,
  rate: real,
  alpha: real,
  oneMinusAlpha: real,
  epsilon: real,
  momentum: real,
  decay: real,
  norms: usize,
): void {
  const step = v128.splat<real>(-rate),
    keep = v128.splat<real>(alpha),
    take = v128.splat<real>(oneMinusAlpha),
    eps = v128.splat<real>(epsilon);
  const weightDecay = v128.splat<real>(decay),
    keepVelocity = v128.splat<real>(momentum);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + count * BYTES; p < end; p += 16, g += 16, s += 16, v += 16) {
    const before = v128.load(p);
    const d = multiplyAdd(weightDecay, before, v128.load(g));
    const square = multiplyAdd(v128.mul<real>(take, d), d, v128.mul<real>(keep, v128.load(s)));
    v128.store(s, square);
    const velocity = multiplyAdd(
      keepVelocity,
      v128.load(v),
      v128.div<real>(d, v128.add<real>(v128.sqrt<real>(square), eps)),
    );
    v128.store(v, velocity);
    const after = multiplyAdd(step, velocity, before);
    v128.store(p, after);
    updateSum = addSquares(updateSum, v128.sub<real>(after, before));
    parameterSum = addSquares(parameterSum, before);
  }
  (store<f64>(norms, total(updateSum)), store<f64>(norms, total(parameterSum), 8));
}

/**
 * d = g + decay·p; m = beta1·m + (1-beta1)·d; v = beta2·v + (1-beta2)·d²; p = shrink·p - step·m /
 * (√v / correction + epsilon).
 *
 * Adam: shrink = 1. AdamW: decay = 0, shrink = 1 - rate·weightDecay. step = rate / (1 - beta1^k), correction =
 * √(1 - beta2^k) at update k. p, g, m, v: [count], count a multiple of 4; m and v are zero before the
 * first update. norms as in rmspropUpdate.
 */
export function adamUpdate(
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  count: u32,
  step: real,
  beta1: real,
  oneMinusBeta1: real,
  beta2: real,
  oneMinusBeta2: real,
  correction: real,
  epsilon: real,
  decay: real,
  shrink: real,
  norms: usize,
): void {
  const minusStep = v128.splat<real>(-step),
    keepFirst = v128.splat<real>(beta1),
    takeFirst = v128.splat<real>(oneMinusBeta1);
  const keepSecond = v128.splat<real>(beta2),
    takeSecond = v128.splat<real>(oneMinusBeta2);
  const inverseCorrection = v128.splat<real>(1 / correction),
    eps = v128.splat<real>(epsilon),
    weightDecay = v128.splat<real>(decay),
    shrinkage = v128.splat<real>(shrink);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + count * BYTES; p < end; p += 16, g += 16, m += 16, v += 16) {
    const before = v128.load(p);
    const d = multiplyAdd(weightDecay, before, v128.load(g));
    const first = multiplyAdd(takeFirst, d, v128.mul<real>(keepFirst, v128.load(m)));
    const second = multiplyAdd(v128.mul<real>(takeSecond, d), d, v128.mul<real>(keepSecond, v128.load(v)));
    v128.store(m, first);
    v128.store(v, second);
    const denominator = multiplyAdd(v128.sqrt<real>(second), inverseCorrection, eps);
    const after = multiplyAdd(shrinkage, before, v128.div<real>(v128.mul<real>(minusStep, first), denominator));
    v128.store(p, after);
    updateSum = addSquares(updateSum, v128.sub<real>(after, before));
    parameterSum = addSquares(parameterSum, before);
  }
  (store<f64>(norms, total(updateSum)), store<f64>(norms, total(parameterSum), 8));
}
