import { createReferenceNetwork } from "../engine/referenceNetwork";
import { evaluateLoss } from "../network/losses";
import type { Network } from "../network/network";
import type { CarriedState } from "./carriedState";
import { captureStep, type CapturedStep } from "./captureStep";
import type { TrainingSetup } from "./trainingSetup";

/**
 * Answers questions about other parameters over the current batch in networks of their own, made on first use: training
 * is not disturbed, and nothing is dropped out.
 */
export class SideNetworks {
  /** In 64-bit floats, whatever the engine. */
  private reference: Network | null = null;
  /** By what trains; the same as `reference` where that is it. */
  private engine: Network | null = null;
  private readonly outputGradient: Float64Array;

  constructor(
    private readonly setup: TrainingSetup,
    private readonly carried: CarriedState,
  ) {
    const { batches, dataset } = setup;
    this.outputGradient = new Float64Array(batches.size * dataset.outputSteps * dataset.outputSize);
  }

  /** See Trainer.lossAt. */
  lossAt(parameters: Float64Array): number {
    this.reference ??= createReferenceNetwork(this.setup.spec);
    return this.evaluate(this.forward(this.reference, parameters)) + (this.reference.penalize?.() ?? 0);
  }

  /** See Trainer.gradientAt. */
  gradientAt(parameters: Float64Array): Float64Array<ArrayBuffer> {
    const gradients = new Float64Array(parameters.length);
    this.backpropagate(parameters).network.readGradients(gradients);
    return gradients;
  }

  /** The step at these parameters. */
  captureStep(parameters: Float64Array): CapturedStep {
    const { loss, outputs, network } = this.backpropagate(parameters);
    return captureStep(network, this.setup.dataset, this.setup.batches.batch, loss, outputs);
  }

  private backpropagate(parameters: Float64Array): { loss: number; outputs: Float64Array; network: Network } {
    const { spec, backend, createNetwork, batches, dataset } = this.setup;
    if (backend === "reference") this.engine = this.reference ??= createReferenceNetwork(spec);
    else this.engine ??= createNetwork(spec, { batch: batches.size, timeSteps: dataset.timeSteps });
    const network = this.engine;
    const outputs = this.forward(network, parameters);
    const loss = this.evaluate(outputs) + (network.penalize?.() ?? 0);
    network.zeroGradients();
    network.backward(this.outputGradient);
    return { loss, outputs, network };
  }

  private forward(network: Network, parameters: Float64Array): Float64Array {
    const { batches, dataset } = this.setup;
    network.writeParameters(parameters);
    network.writeInitialState(this.carried.initial);
    const { inputs, lengths } = batches.batch;
    return network.forward(inputs, batches.size, dataset.timeSteps, null, lengths);
  }

  /** The loss; its gradient is in `outputGradient`. */
  private evaluate(outputs: Float64Array): number {
    const { loss, batches, dataset } = this.setup;
    const { targets, weights } = batches.batch;
    return evaluateLoss(loss, outputs, targets, this.outputGradient, dataset.outputSize, weights);
  }
}
