/**
 * How the gradient changes from one time step to the one before it, measured.
 *
 * Backpropagation multiplies by the same Jacobian once a step, so |dL/dh_t| is close to geometric in the number of
 * steps back (Bengio, Simard & Frasconi 1994; Pascanu et al. 2013). The factor is the slope of ln|g| over the steps back,
 * by least squares over the entries that are finite and not zero. For the linear scalar cell it is exactly its recurrent weight.
 */
interface StepFactor {
  /** Signed: negative where the gradient changes sign at every step. */
  readonly factor: number;
  readonly verdict: "vanishes" | "steady" | "explodes";
}

/** Within this of 1 a factor is called steady: over 10 steps less than a third is gained or lost. */
const STEADY_BAND = 0.03;

/** `gradient[t]` is dL/dh_t or its norm, t from 0 to T. Null when fewer than two entries can be used. */
export function factorPerStepBack(gradient: ArrayLike<number>): StepFactor | null {
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  let signChanges = 0;
  let neighbors = 0;
  let previous = 0;
  for (let t = gradient.length - 1; t >= 0; t--) {
    const value = gradient[t] ?? NaN;
    if (!Number.isFinite(value) || value === 0) {
      previous = 0;
      continue;
    }
    const stepsBack = gradient.length - 1 - t;
    const logSize = Math.log(Math.abs(value));
    count++;
    sumX += stepsBack;
    sumY += logSize;
    sumXX += stepsBack * stepsBack;
    sumXY += stepsBack * logSize;
    if (previous !== 0) {
      neighbors++;
      if (Math.sign(value) !== Math.sign(previous)) signChanges++;
    }
    previous = value;
  }
  const spread = count * sumXX - sumX * sumX;
  if (count < 2 || spread === 0) return null;
  const size = Math.exp((count * sumXY - sumX * sumY) / spread);
  const alternates = neighbors > 0 && signChanges === neighbors;
  const verdict = size < 1 - STEADY_BAND ? "vanishes" : size > 1 + STEADY_BAND ? "explodes" : "steady";
  return { factor: alternates ? -size : size, verdict };
}
