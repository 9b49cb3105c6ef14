/**
 * RMSprop, Adam and AdamW as PyTorch computes them, with two changes that change no weight of ordinary size, and keep
 * subnormal numbers out (see FLOOR in simd.ts): a moment below a floor is zero, and so are the squares of gradients
 * below another. With them zero, the denominator stays epsilon to its last digit, and an update stays the same to 1e-22
 * of the learning rate.
 */
import { addRowSquares, total } from "../squares";
import { BYTES, cutBelow, FLOOR, multiplyAdd, ROW, storeRow } from "../simd";

// For an epsilon of 1e-8 or more: the least root of a square that counts, and the least mean of squares.
// @ts-ignore: decorator
@inline const LEAST_ROOT: real = sizeof<real>() == 4 ? 2.7755575615628914e-17 : 3.128e-148;
// @ts-ignore: decorator
@inline const LEAST_SQUARE: real = sizeof<real>() == 4 ? 7.52316384526264e-37 : 9.332636185032189e-302;

/** For a smaller epsilon everything that is cut is smaller by this factor. */
// @ts-ignore: decorator
@inline
function shareOf(epsilon: real): real {
  return min<real>(1, epsilon * 1e8);
}

/** keep·mean + take·d², cut. */
// @ts-ignore: decorator
@inline
function meanOfSquares(mean: v128, d: v128, keep: v128, take: v128, leastRoot: v128, leastSquare: v128): v128 {
  const root = cutBelow(d, leastRoot);
  return cutBelow(multiplyAdd(v128.mul<real>(take, root), root, v128.mul<real>(keep, mean)), leastSquare);
}

/**
 * d = g + decay·p;  s = alpha·s + (1-alpha)·d²;  v = momentum·v + d / (√s + epsilon);  p -= rate·v.
 *
 * p, g, s, v: [count], count a multiple of C; s and v are zero before the first update. oneMinusAlpha is given apart,
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
  const share = shareOf(epsilon);
  const leastRoot = v128.splat<real>(share * LEAST_ROOT),
    leastSquare = v128.splat<real>(share * share * LEAST_SQUARE);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + count * BYTES; p < end; p += ROW, g += ROW, s += ROW, v += ROW) {
    const floor = v128.load_splat<real>(FLOOR);
    const before0 = v128.load(p),
      before1 = v128.load(p, 16);
    const d0 = multiplyAdd(weightDecay, before0, v128.load(g)),
      d1 = multiplyAdd(weightDecay, before1, v128.load(g, 16));
    const square0 = meanOfSquares(v128.load(s), d0, keep, take, leastRoot, leastSquare),
      square1 = meanOfSquares(v128.load(s, 16), d1, keep, take, leastRoot, leastSquare);
    const ratio0 = v128.div<real>(d0, v128.add<real>(v128.sqrt<real>(square0), eps)),
      ratio1 = v128.div<real>(d1, v128.add<real>(v128.sqrt<real>(square1), eps));
    const velocity0 = cutBelow(multiplyAdd(keepVelocity, v128.load(v), ratio0), floor),
      velocity1 = cutBelow(multiplyAdd(keepVelocity, v128.load(v, 16), ratio1), floor);
    const after0 = multiplyAdd(step, velocity0, before0),
      after1 = multiplyAdd(step, velocity1, before1);
    storeRow(s, square0, square1);
    storeRow(v, velocity0, velocity1);
    storeRow(p, after0, after1);
    updateSum = addRowSquares(updateSum, v128.sub<real>(after0, before0), v128.sub<real>(after1, before1));
    parameterSum = addRowSquares(parameterSum, before0, before1);
  }
  (store<f64>(norms, total(updateSum)), store<f64>(norms, total(parameterSum), 8));
}

/**
 * d = g + decay·p; m = beta1·m + (1-beta1)·d; v = beta2·v + (1-beta2)·d²; p = shrink·p - step·m /
 * (√v / correction + epsilon).
 *
 * Adam: shrink = 1. AdamW: decay = 0, shrink = 1 - rate·weightDecay. step = rate / (1 - beta1^k), correction =
 * √(1 - beta2^k) at update k. p, g, m, v: [count], count a multiple of C; m and v are zero before the
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
  const share = shareOf(epsilon),
    floor = v128.splat<real>(share * load<real>(FLOOR)),
    leastRoot = v128.splat<real>(share * LEAST_ROOT),
    leastSquare = v128.splat<real>(share * share * LEAST_SQUARE);
  let updateSum = f64x2.splat(0),
    parameterSum = f64x2.splat(0);
  for (const end = p + count * BYTES; p < end; p += ROW, g += ROW, m += ROW, v += ROW) {
    const before0 = v128.load(p),
      before1 = v128.load(p, 16);
    const d0 = multiplyAdd(weightDecay, before0, v128.load(g)),
      d1 = multiplyAdd(weightDecay, before1, v128.load(g, 16));
    const first0 = cutBelow(multiplyAdd(takeFirst, d0, v128.mul<real>(keepFirst, v128.load(m))), floor),
      first1 = cutBelow(multiplyAdd(takeFirst, d1, v128.mul<real>(keepFirst, v128.load(m, 16))), floor);
    const second0 = meanOfSquares(v128.load(v), d0, keepSecond, takeSecond, leastRoot, leastSquare),
      second1 = meanOfSquares(v128.load(v, 16), d1, keepSecond, takeSecond, leastRoot, leastSquare);
    const denominator0 = multiplyAdd(v128.sqrt<real>(second0), inverseCorrection, eps),
      denominator1 = multiplyAdd(v128.sqrt<real>(second1), inverseCorrection, eps);
    const after0 = multiplyAdd(shrinkage, before0, v128.div<real>(v128.mul<real>(minusStep, first0), denominator0)),
      after1 = multiplyAdd(shrinkage, before1, v128.div<real>(v128.mul<real>(minusStep, first1), denominator1));
    storeRow(m, first0, first1);
    storeRow(v, second0, second1);
    storeRow(p, after0, after1);
    updateSum = addRowSquares(updateSum, v128.sub<real>(after0, before0), v128.sub<real>(after1, before1));
    parameterSum = addRowSquares(parameterSum, before0, before1);
  }
  (store<f64>(norms, total(updateSum)), store<f64>(norms, total(parameterSum), 8));
}
