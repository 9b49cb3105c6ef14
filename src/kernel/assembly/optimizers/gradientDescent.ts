/** Gradient descent, with PyTorch's momentum and Nesterov momentum. */
import { addSquares, total } from "../squares";
import { multiplyAdd } from "../simd";

/**
 * d = g + decay·p;  p -= rate·d.
 *
 * p, g: [count], count a multiple of 4; p is updated. norms: two float64, |update|² and |p|² before it.
 */
export function sgdUpdate(p: usize, g: usize, count: u32, rate: f32, decay: f32, norms: usize): void {
  const step = f32x4.splat(-rate),
    weightDecay = f32x4.splat(decay);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + (count << 2); p < end; p += 16, g += 16) {
    const before = v128.load(p);
    const after = multiplyAdd(step, multiplyAdd(weightDecay, before, v128.load(g)), before);
    v128.store(p, after);
    updateSum = addSquares(updateSum, f32x4.sub(after, before));
    parameterSum = addSquares(parameterSum, before);
  }
  (store<f64>(norms, total(updateSum)), store<f64>(norms, total(parameterSum), 8));
}

/**
 * d = g + decay·p;  v = momentum·v + d;  p -= rate·v, or with nesterov p -= rate·(d + momentum·v).
 *
 * v: [count], zero before the first update. The rest as in sgdUpdate.
 */
export function momentumUpdate(
  p: usize,
  g: usize,
  v: usize,
  count: u32,
  rate: f32,
  momentum: f32,
  nesterov: bool,
  decay: f32,
  norms: usize,
): void {
  const step = f32x4.splat(-rate),
    weightDecay = f32x4.splat(decay),
    keep = f32x4.splat(momentum);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + (count << 2); p < end; p += 16, g += 16, v += 16) {
    const before = v128.load(p);
    const d = multiplyAdd(weightDecay, before, v128.load(g));
    const velocity = multiplyAdd(keep, v128.load(v), d);
    v128.store(v, velocity);
    const after = multiplyAdd(step, nesterov ? multiplyAdd(keep, velocity, d) : velocity, before);
    v128.store(p, after);
    updateSum = addSquares(updateSum, f32x4.sub(after, before));
    parameterSum = addSquares(parameterSum, before);
  }
  (store<f64>(norms, total(updateSum)), store<f64>(norms, total(parameterSum), 8));
}
