/**
 * The smoothing of TensorBoard and W&B: an exponential moving average whose start is not pulled toward zero.
 *
 * s_i = w * s_(i-1) + (1 - w) * y_i with s_0 = 0, shown as s_i / (1 - w^i), which is the mean of y_1 to y_i with the
 * weights w^(i-k). (The debiasing of Kingma and Ba, "Adam", ICLR 2015, section 3.)
 */

/** Where a point of a curve stands for several iterations. */
type StepsAt = (point: number) => number;

const ONE_STEP: StepsAt = () => 1;

/**
 * Values that are not finite stay where they are and are not averaged.
 *
 * @param values one a point
 * @param weight 0 (the values as they are) to below 1
 * @param stepsAt of how many iterations a point is the mean: it then counts as often
 */
export function smoothCurve(values: ArrayLike<number>, weight: number, stepsAt = ONE_STEP): Float64Array<ArrayBuffer> {
  const smoothed = Float64Array.from(values);
  if (weight <= 0) return smoothed;
  let average = 0;
  /** w^i: what is missing from the sum of the weights. */
  let missing = 1;
  for (let i = 0; i < smoothed.length; i++) {
    const value = smoothed[i]!;
    if (!Number.isFinite(value)) continue;
    const steps = stepsAt(i);
    const kept = steps === 1 ? weight : weight ** steps;
    average = kept * average + (1 - kept) * value;
    missing *= kept;
    smoothed[i] = average / (1 - missing);
  }
  return smoothed;
}
