/** The spectral radius of a matrix of any size. */
import { MAX_EIGENVALUES } from "../../shared/trace/weightReport";
import { eigenvaluesOf, spectralRadius } from "../numerics/eigenvalues";
import type { SlicedTask } from "../../lib/slicedTask";

const POWER_STEPS = 400;

/**
 * Spectral radius; of a large matrix |W^k v|^(1/k), which tends to it (Gelfand), the first half of the steps left out.
 */
export function* radiusOf(weights: ArrayLike<number>, n: number): SlicedTask<number> {
  if (n <= MAX_EIGENVALUES) return spectralRadius(yield* eigenvaluesOf(weights, n));
  let v = Float64Array.from({ length: n }, (_, i) => Math.cos(i + 1));
  let growth = 0;
  for (let step = 0; step < POWER_STEPS; step++) {
    const next = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += weights[i * n + j]! * v[j]!;
      next[i] = sum;
    }
    const length = Math.hypot(...next);
    if (!(length > 0)) return length;
    if (step >= POWER_STEPS / 2) growth += Math.log(length);
    v = next.map((value) => value / length);
    yield;
  }
  return Math.exp(growth / (POWER_STEPS / 2));
}
