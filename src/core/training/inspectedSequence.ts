import type { TraceHeader } from "../../shared/trace/trace";
import { evaluateLoss } from "../network/losses";
import type { Network } from "../network/network";
import { createBatch, fillRow, type Batch } from "../tasks/batches";
import { targetWidth, type Dataset } from "../tasks/task";
import { copyParameters, type TrainingSetup } from "./trainingSetup";

/** Of a batch of one sequence its first `steps`. The target of an output step that does not count is NaN. */
export function dataOf(
  dataset: Dataset,
  { inputs, targets, weights }: Batch,
  steps: number,
): { input: number[]; target: number[] } {
  const width = targetWidth(dataset);
  const end = dataset.outputSteps === 1 ? width : steps * width;
  return {
    input: Array.from(inputs.subarray(0, steps * dataset.inputSize)),
    target: Array.from(targets.subarray(0, end), (target, i) =>
      weights?.[Math.floor(i / width)] === 0 ? NaN : target,
    ),
  };
}

/**
 * The one sequence whose states and gradients the trace shows. With batches it has a network of its own, so that it is
 * the same sequence in every row; else it is a row of the only batch.
 */
export class InspectedSequence {
  /** Holds the sequence after `run`. */
  readonly network: Network;
  /** Its row in the batch of `network`. */
  readonly row: number;
  /** Its steps that are data. */
  readonly steps: number;
  readonly description: TraceHeader["inspected"];
  private readonly batch: Batch;
  private readonly gradient: Float64Array;

  constructor(private readonly setup: TrainingSetup) {
    const { experiment, dataset, spec, createNetwork } = setup;
    const { sequence } = experiment.trace;
    const isAlone = experiment.training.batchSize !== "full";
    this.network = isAlone ? createNetwork(spec, { batch: 1, timeSteps: dataset.timeSteps }) : setup.network;
    this.row = isAlone ? 0 : sequence;
    this.steps = dataset.lengths?.[sequence] ?? dataset.timeSteps;
    this.batch = createBatch(dataset, 1);
    fillRow(dataset, sequence, this.batch, 0);
    this.gradient = new Float64Array(dataset.outputSteps * dataset.outputSize);
    this.description = {
      sequence,
      inputSize: dataset.inputSize,
      ...dataOf(dataset, this.batch, this.steps),
    };
  }

  /**
   * Forward and backward of the sequence alone, scaled as it would be in a batch; nothing where the batch holds it.
   * @param outputs of the batch
   * @returns those of `network`
   */
  run(outputs: Float64Array): Float64Array {
    const { network, batch, gradient, setup } = this;
    if (network === setup.network) return outputs;
    copyParameters(setup, network);
    const { timeSteps, outputSize } = setup.dataset;
    const own = network.forward(batch.inputs, 1, timeSteps, null, batch.lengths);
    evaluateLoss(setup.loss, own, batch.targets, gradient, outputSize, batch.weights);
    for (let i = 0; i < gradient.length; i++) gradient[i] = gradient[i]! / setup.batches.size;
    network.penalize?.(1 / setup.batches.size);
    network.backward(gradient, true);
    return own;
  }
}
