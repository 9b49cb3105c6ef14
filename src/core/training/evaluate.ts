import { finishWork, type SlicedTask } from "../../lib/slicedTask";
import { createBatch, fillRow } from "../tasks/batches";
import type { LossKind } from "../../config/facts/taskTraits";
import { evaluateLoss } from "../network/losses";
import type { Network } from "../network/network";
import { createScorer, hasAccuracy, hasExactAccuracy } from "./score";
import type { Dataset } from "../tasks/task";

export interface Evaluation {
  readonly sequences: number;
  readonly loss: number;
  /** Null where there is no right or wrong, and exactAccuracy also where a sequence has one output only. */
  readonly accuracy: number | null;
  readonly exactAccuracy: number | null;
}

/**
 * Loss and accuracy over the sequences `from` to `to` of a data set, from a state of zeros and without dropout.
 * @param largestBatch sequences that go through the network at once
 */
export function evaluateSequences(
  network: Network,
  dataset: Dataset,
  loss: LossKind,
  from: number,
  to: number,
  largestBatch: number,
): Evaluation {
  return finishWork(evaluateParts(network, dataset, loss, from, to, largestBatch));
}

/** The same, with a yield after each batch. */
export function* evaluateParts(
  network: Network,
  dataset: Dataset,
  loss: LossKind,
  from: number,
  to: number,
  largestBatch: number,
): SlicedTask<Evaluation> {
  const { timeSteps: T, outputSize: O, outputSteps: S } = dataset;
  const size = Math.min(largestBatch, to - from);
  const scorer = createScorer(dataset, loss);
  const gradient = new Float64Array(size * S * O);
  let batch = createBatch(dataset, size);
  let sum = 0;
  network.writeInitialState(null);
  for (let start = from; start < to; start += size) {
    const count = Math.min(size, to - start);
    if (count !== batch.size) batch = createBatch(dataset, count);
    for (let b = 0; b < count; b++) fillRow(dataset, start + b, batch, b);
    const outputs = network.forward(batch.inputs, count, T, null);
    sum += evaluateLoss(loss, outputs, batch.targets, gradient.subarray(0, outputs.length), O) * count;
    scorer.add(outputs, batch.targets, count);
    yield;
  }
  return {
    sequences: to - from,
    loss: sum / (to - from),
    accuracy: hasAccuracy(dataset) ? scorer.accuracy() : null,
    exactAccuracy: hasExactAccuracy(dataset) ? scorer.exactAccuracy() : null,
  };
}
