import type { Batch } from "../tasks/batches";
import type { Loss } from "../../config/facts/taskTraits";
import { evaluateLoss } from "../network/losses";
import type { Network, NetworkSpec } from "../network/network";
import { createHeldNetwork, createReferenceNetwork } from "../engine/referenceNetwork";
import type { Dataset } from "../tasks/task";
import { stateSize } from "../../shared/trace/networkSpec";

/**
 * The function of the parameters whose gradient truncated backpropagation computes: the sequence in pieces of
 * `truncate` steps counted from its end, each begun from the state that the parameters `base` lead to, which is held
 * fast while they vary. At `base` it equals the loss.
 * @param initial state before the first step, null for zeros
 */
export function createTruncatedLoss(
  network: Network,
  dataset: Dataset,
  batch: Batch,
  loss: Loss,
  base: Float64Array,
  initial: Float64Array | null,
): (parameters: Float64Array) => number {
  const { spec } = network;
  if (spec.directions === 2) return createHeldLoss(spec, dataset, batch, loss, base);
  const { timeSteps: T, inputSize: I, outputSize: O, outputSteps: S } = dataset;
  const truncate = Math.min(spec.truncate ?? T, T);
  const every = spec.readout === "every";
  const B = batch.size;
  const aside = createReferenceNetwork({ ...spec, truncate: null });
  const outputs = new Float64Array(B * S * O);
  const gradient = new Float64Array(outputs.length);

  const stateLength = B * stateSize(spec);
  const pieces: {
    readonly from: number;
    readonly length: number;
    readonly inputs: Float64Array;
    readonly state: Float64Array | null;
  }[] = [];
  let state = initial;
  aside.writeParameters(base);
  for (let from = 0, length = T % truncate || truncate; from < T; from += length, length = truncate) {
    const inputs = new Float64Array(B * length * I);
    for (let b = 0; b < B; b++)
      inputs.set(batch.inputs.subarray((b * T + from) * I, (b * T + from + length) * I), b * length * I);
    pieces.push({ from, length, inputs, state });
    aside.writeInitialState(state);
    aside.forward(inputs, B, length, null);
    state = new Float64Array(stateLength);
    aside.readFinalState(state);
  }

  return (parameters) => {
    aside.writeParameters(parameters);
    let penalty = 0;
    for (const piece of every || spec.ctrnn !== undefined ? pieces : pieces.slice(-1)) {
      aside.writeInitialState(piece.state);
      const part = aside.forward(piece.inputs, B, piece.length, null);
      penalty += aside.penalize?.(piece.length / T) ?? 0;
      const steps = every ? piece.length : 1;
      const at = every ? piece.from : 0;
      for (let b = 0; b < B; b++) outputs.set(part.subarray(b * steps * O, (b + 1) * steps * O), (b * S + at) * O);
    }
    return evaluateLoss(loss, outputs, batch.targets, gradient, O, batch.weights) + penalty;
  };
}

/** The same of a bidirectional network, whose directions have their own pieces. No state is carried into it. */
function createHeldLoss(
  spec: NetworkSpec,
  { timeSteps: T }: Dataset,
  { size: B, inputs, targets, weights, lengths }: Batch,
  loss: Loss,
  base: Float64Array,
): (parameters: Float64Array) => number {
  const aside = createHeldNetwork(spec);
  aside.writeParameters(base);
  const gradient = new Float64Array(aside.forward(inputs, B, T, null, lengths).length);
  return (parameters) => {
    aside.writeParameters(parameters);
    return evaluateLoss(loss, aside.forward(inputs, B, T, null, lengths), targets, gradient, spec.outputSize, weights);
  };
}
