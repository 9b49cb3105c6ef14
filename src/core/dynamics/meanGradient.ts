/** Loss and gradient over sequences of the data, in float64 without dropout, clipping, and truncation. */
import { createReferenceNetwork } from "../engine/referenceNetwork";
import { evaluateLoss } from "../network/losses";
import type { Network } from "../network/network";
import { createBatch, fillRow, weightOf } from "../tasks/batches";
import type { RunSnapshot } from "../analysis/runSnapshot";
import type { SlicedTask } from "../../lib/slicedTask";

/** Multiplications of a forward and its way back, between which it yields; of more than one sequence. */
const PIECE = 4e6;

export interface LossGradient {
  readonly loss: number;
  readonly gradient: Float64Array<ArrayBuffer>;
}

export class GradientOfSequences {
  private readonly network: Network;

  constructor(private readonly snapshot: RunSnapshot) {
    this.network = createReferenceNetwork({ ...snapshot.trainer.spec, truncate: null });
  }

  /** The mean over sequences, each from the first state, as the loss of a batch of them is. */
  *at(parameters: Float64Array, sequences: readonly number[]): SlicedTask<LossGradient> {
    const { network } = this;
    const { dataset, loss, parameterCount } = this.snapshot.trainer;
    const { outputSize: O, outputSteps, timeSteps: T } = dataset;
    network.writeParameters(parameters);
    network.zeroGradients();
    const size = Math.max(1, Math.min(sequences.length, Math.floor(PIECE / (3 * parameterCount * T))));
    let sum = 0;
    let weights = 0;
    for (let start = 0; start < sequences.length; start += size) {
      const part = sequences.slice(start, start + size);
      const batch = createBatch(dataset, part.length);
      for (const [b, n] of part.entries()) fillRow(dataset, n, batch, b);
      const outputs = network.forward(batch.inputs, part.length, T, null);
      yield;
      const weight = weightOf(batch);
      const slope = new Float64Array(part.length * outputSteps * O);
      if (weight > 0) sum += weight * evaluateLoss(loss, outputs, batch.targets, slope, O, batch.weights);
      sum += network.penalize?.(weight) ?? 0;
      weights += weight;
      network.backward(slope.map((value) => value * weight));
      yield;
    }
    const gradient = new Float64Array(parameterCount);
    network.readGradients(gradient);
    return { loss: sum / weights, gradient: gradient.map((value) => value / weights) };
  }
}
