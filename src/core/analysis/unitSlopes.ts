/**
 * What the slopes of the units do to the recurrent weights of an rnn: J = diag(f') W_hh. The spectral radius of W_hh
 * alone and the mean slope tell whether the path along which J is strongest has slopes like those of all units.
 */
import type { GradientDecay } from "../../shared/trace/gradientDecay";
import type { SlicedTask } from "../../lib/slicedTask";
import type { StateSample } from "./meanJacobian";
import { radiusOf } from "./spectralRadius";
import { tensorNamed, type StepCoefficients } from "./stepCoefficients";

/** Null for other cells, and for one unit, whose factor is weight times slope. Cost: the eigenvalues of a matrix. */
export function* unitSlopes(
  { network, parameters }: StateSample,
  layer: number,
  sequences: readonly StepCoefficients[],
): SlicedTask<GradientDecay["slopes"]> {
  const { cell, hiddenSize: H, nonlinearity } = network.spec;
  if (cell !== "rnn" || H === 1) return null;
  let sum = 0;
  let count = 0;
  for (const { hidden } of sequences) {
    for (const slope of hidden) sum += slope;
    count += hidden.length;
  }
  const radius = yield* radiusOf(tensorNamed(network, parameters, `weight_hh_l${layer}`)!, H);
  return { radius, mean: sum / count, nonlinearity };
}
