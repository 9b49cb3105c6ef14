/**
 * What the weights and states predict for |dL/dh_t| on its way back, held against what backpropagation measures.
 *
 * `curve` is one gradient for all sequences, sent back through the mean of their Jacobians:
 *
 *   v_T = the direction of dL/dh_T        v_{t-1} = E[dh_t / dh_{t-1}]^T v_t        curve_t = |v_t| / |v_T|
 *
 * lstm on h and c together; through the layers above as well, which send gradient into a lower layer at every step. In
 * the mean each sequence has the weight of what it still carries; sendBack.ts says how. What is left out is that the
 * gradients of the sequences point in different directions; with one sequence it is backpropagation itself. The loss at
 * steps before the last is left out, too.
 *
 * With all sequences weighted alike it is within a factor of 10 at step 1 in 44 of the 49 cases of the second set of
 * test/predictions, and so in 48: where a gate is open for one sequence and shut for another, it is half open in the
 * mean of every step. E[J^T C J] of their covariance C is no nearer in the cases that differ most; it takes H^3 a step.
 *
 * `factor` is the spectral radius of the plain mean over sequences and steps: the rate of growth of its powers
 * (Gelfand's formula). Pascanu, Mikolov and Bengio, ICML 2013, bound the product of Jacobians by their largest singular
 * values, from which sufficient conditions for vanishing and necessary ones for exploding follow, but no estimate.
 *
 * `cellAlone` is the path from c_t to c_{t-1}, or h_t to h_{t-1}, through the gate f or z only: the constant error
 * carousel of Hochreiter and Schmidhuber, Neural Computation 9, 1997, with the forget gate of Gers et al., 2000; the
 * update gate is that of Cho et al., 2014.
 */
import { layerWidth } from "../../shared/trace/networkSpec";
import type { GradientDecay } from "../../shared/trace/gradientDecay";
import { directionSample, refuseUnpredicted } from "./directionSample";
import { gatesAlone } from "./gatesAlone";
import { lossDirection } from "./lossDirection";
import { meanJacobianInPieces, readSequences, runSample, type StateSample } from "./meanJacobian";
import type { RunSnapshot } from "./runSnapshot";
import { sendBack } from "./sendBack";
import { radiusOf } from "./spectralRadius";
import { unitSlopes } from "./unitSlopes";
import type { SlicedTask } from "../../lib/slicedTask";

/**
 * Cost: a forward of up to 16 sequences, one gradient sent back, and the eigenvalues of a matrix; for rnn of
 * two.
 * @param layer from 0, nearest to the input
 * @throws Error in words for a person for a layer of a bidirectional network but the top one in its forward direction
 */
export function* predictDecay(snapshot: RunSnapshot, layer: number): SlicedTask<GradientDecay> {
  refuseUnpredicted(snapshot.trainer.spec, layer);
  const sample = runSample(snapshot);
  yield;
  const { spec } = sample.network;
  const T = sample.timeSteps;
  const width = layerWidth(spec);
  let fromAbove = new Float64Array(T * width);
  fromAbove.set(lossDirection(sample, snapshot.trainer.loss), (T - 1) * width);
  if (spec.directions === 2) return yield* decayOfLayer(directionSample(sample, layer), 0, fromAbove);
  for (let l = spec.numLayers - 1; l > layer; l--)
    fromAbove = (yield* sendBack(sample, l, yield* readSequences(sample, l), fromAbove, true)).toInput!;
  return yield* decayOfLayer(sample, layer, fromAbove);
}

/** @param fromAbove what reaches h_t from outside the layer, in the mean over the sequences, [T, H] */
export function* decayOfLayer(sample: StateSample, layer: number, fromAbove: Float64Array): SlicedTask<GradientDecay> {
  const { timeSteps: T } = sample;
  const sequences = yield* readSequences(sample, layer);
  const { sizes } = yield* sendBack(sample, layer, sequences, fromAbove, false);
  const J = yield* meanJacobianInPieces(sample, layer, sequences);
  return {
    curve: sizes.map((size) => size / sizes[T]!),
    factor: J.length === 1 ? J[0]! : yield* radiusOf(J, Math.sqrt(J.length)),
    cellAlone: yield* gatesAlone(sample, layer),
    slopes: yield* unitSlopes(sample, layer, sequences),
    sequences: sample.batch.size,
  };
}
