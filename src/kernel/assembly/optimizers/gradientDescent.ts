/** Gradient descent, with PyTorch's momentum and Nesterov momentum. */
import { addSquares, total } from "../squares";
import { BYTES, multiplyAdd } from "../simd";

/**
 * d = g + decay·p;  p -= rate·d.
 *
 * p, g: [count], count a multiple of 4; p is updated. norms: two float64, |update|² and |p|² before it.
 */
export function sgdUpdate(p: usize, g: usize, count: u32, rate: real, decay: real, norms: usize): void {
  const step = v128.splat<real>(-rate),
    weightDecay = v128.splat<real>(decay);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + count * BYTES; p < end; p += 16, g += 16) {
    const before = v128.load(p);
    const after = multiplyAdd(step, multiplyAdd(weightDecay, before, v128.load(g)), before);
    v128.store(p, after);
    updateSum = addSquares(updateSum, v128.sub<real>(after, before));
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
  rate: real,
  momentum: real,
  nesterov: bool,
  decay: real,
  norms: usize,
): void {
  const step = v128.splat<real>(-rate),
    weightDecay = v128.splat<real>(decay),
    keep = v128.splat<real>(momentum);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + count * BYTES; p < end; p += 16, g += 16, v += 16) {
    const before = v128.load(p);
    const d = multiplyAdd(weightDecay, before, v128.load(g));
    const velocity = multiplyAdd(keep, v128.load(v), d);
    v128.store(v, velocity);
    const after = multiplyAdd(step, nesterov ? multiplyAdd(keep, velocity, d) : velocity, before);
    v128.store(p, after);
    updateSum = addSquares(updateSum, v128.sub<real>(after, before));
    parameterSum = addSquares(parameterSum, before);
  }
  (store<f64>(norms, total(updateSum)), store<f64>(norms, total(parameterSum), 8));
}
