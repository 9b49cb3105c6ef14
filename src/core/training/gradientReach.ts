/**
 * How much of the gradient reaches the first step, at the parameters of now and over the current batch:
 *
 *   r = sum_b |dL_b/dh_b1| / sum_b |dL_b/dh_bT|
 *
 * L_b is the loss of sequence b at its last step T that counts, so that every part of the gradient at step 1 has flowed
 * back; h are the states of the top layer, of lru the moduli of its complex ones. Nothing is dropped out, and no noise
 * is added. Where the loss is about the last step alone, it is the ratio of the ends of the trace's profile.
 *
 * 0 where truncation cuts the gradient off, or it is below the range of the engine's numbers. NaN of a bidirectional
 * network, which reads both ends of a sequence last, and where there is no gradient at T.
 */
import { layerWidth } from "../../shared/trace/networkSpec";
import { evaluateLoss } from "../network/losses";
import { l2Norm } from "../numerics/l2Norm";
import type { Batch } from "../tasks/batches";
import type { TrainingSetup } from "./trainingSetup";

/** Costs one more iteration. Leaves the last forward and backward of the network those of this question. */
export function gradientReach({ network, batches, dataset, loss }: TrainingSetup): number {
  const { spec } = network;
  if (spec.directions === 2) return NaN;
  const { timeSteps: T, outputSteps: S, outputSize: O } = dataset;
  const { batch } = batches;
  const outputs = network.forward(batch.inputs, batch.size, T, null, batch.lengths);
  const gradient = new Float64Array(outputs.length);
  evaluateLoss(loss, outputs, batch.targets, gradient, O, batch.weights);
  const answers = Array.from({ length: batch.size }, (_, b) => lastAnswer(batch, b, S));
  for (const [b, answer] of answers.entries())
    for (let s = 0; s < S; s++) if (s !== answer) gradient.fill(0, (b * S + s) * O, (b * S + s + 1) * O);
  network.backward(gradient, true);
  const P = layerWidth(spec);
  const states = new Float64Array((T + 1) * P);
  let first = 0;
  let last = 0;
  for (const [b, answer] of answers.entries()) {
    if (answer < 0) continue;
    const end = S === 1 ? T : answer + 1;
    network.readStateGradients(spec.numLayers - 1, b, states);
    first += l2Norm(states, P, 2 * P);
    last += l2Norm(states, end * P, (end + 1) * P);
  }
  return first / last;
}

/** The last output step of a sequence that counts; -1: none does. */
function lastAnswer({ weights }: Batch, sequence: number, steps: number): number {
  let step = steps - 1;
  while (step >= 0 && weights?.[sequence * steps + step] === 0) step--;
  return step;
}
