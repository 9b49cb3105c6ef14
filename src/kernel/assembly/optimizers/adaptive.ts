/** RMSprop, Adam and AdamW as PyTorch computes them. */
import { addSquares, total } from "../squares";
import { multiplyAdd } from "../simd";

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
  rate: f32,
  alpha: f32,
  oneMinusAlpha: f32,
  epsilon: f32,
  momentum: f32,
  decay: f32,
  norms: usize,
): void {
  const step = f32x4.splat(-rate),
    keep = f32x4.splat(alpha),
    take = f32x4.splat(oneMinusAlpha),
    eps = f32x4.splat(epsilon);
  const weightDecay = f32x4.splat(decay),
    keepVelocity = f32x4.splat(momentum);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + (count << 2); p < end; p += 16, g += 16, s += 16, v += 16) {
    const before = v128.load(p);
    const d = multiplyAdd(weightDecay, before, v128.load(g));
    const square = multiplyAdd(f32x4.mul(take, d), d, f32x4.mul(keep, v128.load(s)));
    v128.store(s, square);
    const velocity = multiplyAdd(keepVelocity, v128.load(v), f32x4.div(d, f32x4.add(f32x4.sqrt(square), eps)));
    v128.store(v, velocity);
    const after = multiplyAdd(step, velocity, before);
    v128.store(p, after);
    updateSum = addSquares(updateSum, f32x4.sub(after, before));
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
  step: f32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  correction: f32,
  epsilon: f32,
  decay: f32,
  shrink: f32,
  norms: usize,
): void {
  const minusStep = f32x4.splat(-step),
    keepFirst = f32x4.splat(beta1),
    takeFirst = f32x4.splat(oneMinusBeta1);
  const keepSecond = f32x4.splat(beta2),
    takeSecond = f32x4.splat(oneMinusBeta2);
  const inverseCorrection = f32x4.splat(1 / correction),
    eps = f32x4.splat(epsilon),
    weightDecay = f32x4.splat(decay),
    shrinkage = f32x4.splat(shrink);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + (count << 2); p < end; p += 16, g += 16, m += 16, v += 16) {
    const before = v128.load(p);
    const d = multiplyAdd(weightDecay, before, v128.load(g));
    const first = multiplyAdd(takeFirst, d, f32x4.mul(keepFirst, v128.load(m)));
    const second = multiplyAdd(f32x4.mul(takeSecond, d), d, f32x4.mul(keepSecond, v128.load(v)));
    v128.store(m, first);
    v128.store(v, second);
    const denominator = multiplyAdd(f32x4.sqrt(second), inverseCorrection, eps);
    const after = multiplyAdd(shrinkage, before, f32x4.div(f32x4.mul(minusStep, first), denominator));
    v128.store(p, after);
    updateSum = addSquares(updateSum, f32x4.sub(after, before));
    parameterSum = addSquares(parameterSum, before);
  }
  (store<f64>(norms, total(updateSum)), store<f64>(norms, total(parameterSum), 8));
}
