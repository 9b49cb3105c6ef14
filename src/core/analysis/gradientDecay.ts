/**
 * What the weights and states predict for |dL/dh_t| on its way back, held against what backpropagation measures.
 *
 * `curve` is backpropagation of one sequence whose Jacobians are the means over the sequences:
 *
 *   v_T = the direction of dL/dh_T        v_{t-1} = E[dh_t / dh_{t-1}]^T v_t        curve_t = |v_t| / |v_T|
 *
 * lstm on h and c together; through the layers above as well, which send gradient into a lower layer at every step.
 * With one sequence it is backpropagation itself. What the mean leaves out is that the sequences differ: a gate that is
 * open for one and shut for another is half open for the mean, and the mean of products is not the product of means.
 * The loss at steps before the last is left out, too.
 *
 * `factor` is the spectral radius of the mean Jacobian over the steps as well: the rate of growth of its powers
 * (Gelfand's formula). Pascanu, Mikolov and Bengio, ICML 2013, bound the product of Jacobians by their largest singular
 * values, from which sufficient conditions for vanishing and necessary ones for exploding follow, but no estimate.
 *
 * `cellAlone` is the path from c_t to c_{t-1}, or h_t to h_{t-1}, through the gate f or z only: the constant error
 * carousel of Hochreiter and Schmidhuber, Neural Computation 9, 1997, with the forget gate of Gers et al., 2000; the
 * update gate is that of Cho et al., 2014.
 */
import type { GradientDecay } from "../../shared/trace/gradientDecay";
import { isCut } from "../../shared/trace/networkSpec";
import { MAX_EIGENVALUES } from "../../shared/trace/weightReport";
import { eigenvaluesOf, spectralRadius } from "../numerics/eigenvalues";
import { l2Norm } from "../numerics/l2Norm";
import { gatesAlone } from "./gatesAlone";
import { lossDirection } from "./lossDirection";
import { meanCoefficients, meanJacobian, MeanStep, runSample, type Sample } from "./meanJacobian";
import type { RunSnapshot } from "./runSnapshot";
import type { StepCoefficients } from "./stepCoefficients";
import type { SlicedTask } from "../../lib/slicedTask";

const POWER_STEPS = 400;

/**
 * Cost: a forward of up to 16 sequences, a backward pass of one, and once the eigenvalues of a matrix.
 * @param layer from 0, nearest to the input
 */
export function* predictDecay(snapshot: RunSnapshot, layer: number): SlicedTask<GradientDecay> {
  const sample = runSample(snapshot);
  yield;
  const layers = new Map<number, StepCoefficients>();
  for (let l = sample.network.spec.numLayers - 1; l >= layer; l--) layers.set(l, yield* meanCoefficients(sample, l));
  const own = layers.get(layer)!;
  const curve = yield* sendBack(sample, layers, lossDirection(sample, snapshot.trainer.loss));
  const n = own.parts * sample.network.spec.hiddenSize;
  const J = meanJacobian(sample, layer, own);
  return {
    curve,
    factor: n === 1 ? J[0]! : yield* radiusOf(J, n),
    cellAlone: yield* gatesAlone(sample, layer),
    sequences: sample.batch.size,
  };
}

/**
 * |dL/dh_t| of the lowest of the layers, [T + 1], relative to t = T; signed for one unit with one part.
 * @param layers the coefficients of each, from the last layer down to the one that is asked about
 * @param direction dL/dh_T of the last layer
 */
function* sendBack(
  sample: Sample,
  layers: ReadonlyMap<number, StepCoefficients>,
  direction: Float64Array,
): SlicedTask<Float64Array<ArrayBuffer>> {
  const { network, timeSteps: T } = sample;
  const { hiddenSize: H, truncate } = network.spec;
  const way = [...layers].map(([l, steps]) => ({
    step: new MeanStep(sample, l, steps),
    v: new Float64Array(steps.parts * H),
  }));
  const curve = new Float64Array(T + 1);
  const sizeOf = (v: Float64Array) => (v.length === 1 ? v[0]! : l2Norm(v, 0, H));
  for (let t = T; t >= 1; t--) {
    let fromAbove: Float64Array | null = t === T ? direction : null;
    for (const [i, one] of way.entries()) {
      fromAbove?.forEach((value, j) => (one.v[j] = one.v[j]! + value));
      if (i < way.length - 1) fromAbove = one.step.toInput(one.v, t);
      else curve[t] = sizeOf(one.v);
      one.v = isCut(t, T, truncate) ? new Float64Array(one.v.length) : one.step.toPreviousState(one.v, t);
    }
    yield;
  }
  curve[0] = sizeOf(way.at(-1)!.v);
  return curve.map((value) => value / curve[T]!);
}

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
