/** Gradient descent, with PyTorch's momentum and Nesterov momentum. */
import { addRowSquares, total } from "../squares";
import { BYTES, cutBelow, FLOOR, multiplyAdd, ROW, storeRow } from "../simd";

/**
 * d = g + decay·p;  p -= rate·d.
 *
 * p, g: [count], count a multiple of C; p is updated. norms: two float64, |update|² and |p|² before it.
 */
export function sgdUpdate(p: usize, g: usize, count: u32, rate: real, decay: real, norms: usize): void {
  const step = v128.splat<real>(-rate),
    weightDecay = v128.splat<real>(decay);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + count * BYTES; p < end; p += ROW, g += ROW) {
    const before0 = v128.load(p),
      before1 = v128.load(p, 16);
    const after0 = multiplyAdd(step, multiplyAdd(weightDecay, before0, v128.load(g)), before0),
      after1 = multiplyAdd(step, multiplyAdd(weightDecay, before1, v128.load(g, 16)), before1);
    storeRow(p, after0, after1);
    updateSum = addRowSquares(updateSum, v128.sub<real>(after0, before0), v128.sub<real>(after1, before1));
    parameterSum = addRowSquares(parameterSum, before0, before1);
  }
  (store<f64>(norms, total(updateSum)), store<f64>(norms, total(parameterSum), 8));
}

/**
 * d = g + decay·p;  v = momentum·v + d;  p -= rate·v, or with nesterov p -= rate·(d + momentum·v).
 *
 * v: [count], zero before the first update; below FLOOR it is zero. The rest as in sgdUpdate.
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
  const all = i32x4.splat(nesterov ? -1 : 0);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + count * BYTES; p < end; p += ROW, g += ROW, v += ROW) {
    const floor = v128.load_splat<real>(FLOOR);
    const before0 = v128.load(p),
      before1 = v128.load(p, 16);
    const d0 = multiplyAdd(weightDecay, before0, v128.load(g)),
      d1 = multiplyAdd(weightDecay, before1, v128.load(g, 16));
    const velocity0 = cutBelow(multiplyAdd(keep, v128.load(v), d0), floor),
      velocity1 = cutBelow(multiplyAdd(keep, v128.load(v, 16), d1), floor);
    const change0 = v128.bitselect(multiplyAdd(keep, velocity0, d0), velocity0, all),
      change1 = v128.bitselect(multiplyAdd(keep, velocity1, d1), velocity1, all);
    const after0 = multiplyAdd(step, change0, before0),
      after1 = multiplyAdd(step, change1, before1);
    storeRow(v, velocity0, velocity1);
    storeRow(p, after0, after1);
    updateSum = addRowSquares(updateSum, v128.sub<real>(after0, before0), v128.sub<real>(after1, before1));
    parameterSum = addRowSquares(parameterSum, before0, before1);
  }
  (store<f64>(norms, total(updateSum)), store<f64>(norms, total(parameterSum), 8));
}
