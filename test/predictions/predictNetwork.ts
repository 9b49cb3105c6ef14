/** Trains one network as the product does and holds its predicted decay against the measured one. */
import { predictDecay } from "../../src/core/analysis/gradientDecay";
import { createSnapshot } from "../../src/core/analysis/runSnapshot";
import { createReferenceNetwork } from "../../src/core/engine/referenceNetwork";
import { evaluateLoss } from "../../src/core/network/losses";
import { createTrainer, type Trainer } from "../../src/core/training/trainer";
import { createWasmNetwork } from "../../src/kernel/wasmNetwork";
import { finishWork } from "../../src/lib/slicedTask";
import { smallestGradient } from "../../src/shared/trace/gradientLimits";
import type { PredictedNetwork } from "./networks";

/** At step 1, relative to the last step T. */
export interface PredictionCase {
  readonly name: string;
  readonly set: PredictedNetwork["set"];
  readonly batches: number;
  /** |dL/dh_1| / |dL/dh_T|, the batch mean, as a power of ten. */
  readonly measured: number;
  /** Predicted over measured, as a power of ten. */
  readonly curve: number;
  /**
   * The same of the factor to the power of the steps, which are those between step 1 and T, or for lstm T - 1: at its
   * last step no gradient has come through the cells yet.
   */
  readonly factor: number;
  /** The curve is within a factor of 2 at every step. */
  readonly allAlong: boolean;
  /** |dL/dh_1| is below what 32-bit floats hold, so the panel cannot show it. */
  readonly hidden: boolean;
}

/**
 * The last layer, at the start and at the end.
 * @param batches updates to make; 0: at the start only
 */
export function predictNetwork(
  network: PredictedNetwork,
  batches = network.experiment.training.iterations,
): PredictionCase[] {
  const trainer = createTrainer(network.experiment, {
    kernel: (spec, capacity) => createWasmNetwork(spec, capacity, { variant: "plain" }),
  });
  const cases = [predictNow(network, trainer)];
  while (trainer.iteration < batches && trainer.step(null) === "running");
  return batches === 0 ? cases : [...cases, predictNow(network, trainer)];
}

function predictNow({ name, set, experiment }: PredictedNetwork, trainer: Trainer): PredictionCase {
  const { iteration } = trainer;
  const snapshot = createSnapshot(experiment, trainer, { iteration, parameters: trainer.parameters() });
  const { curve, factor } = finishWork(predictDecay(snapshot, trainer.spec.numLayers - 1));
  const norms = measureInFloat64(trainer);
  const T = trainer.dataset.timeSteps;
  const from = trainer.spec.cell === "lstm" ? T - 1 : T;
  const off = (predicted: number, t: number) => Math.log10(Math.abs(predicted) / (norms[t]! / norms[T]!));
  return {
    name,
    set,
    batches: iteration,
    measured: Math.log10(norms[1]! / norms[T]!),
    curve: off(curve[1]!, 1),
    // The power itself can be below what even 64-bit floats hold.
    factor: (from - 1) * Math.log10(Math.abs(factor)) - Math.log10(norms[1]! / norms[from]!),
    allAlong: norms.subarray(1).every((_, i) => Math.abs(off(curve[i + 1]!, i + 1)) <= Math.log10(2)),
    hidden: norms[1]! < smallestGradient("float32"),
  };
}

/** Batch mean of |dL/dh_t| of the last layer over the current batch, [T + 1], by the float64 engine. */
function measureInFloat64(trainer: Trainer): Float64Array {
  const { spec, loss, dataset, batchSize } = trainer;
  const { input, target } = trainer.captureStep();
  const reference = createReferenceNetwork(spec);
  reference.writeParameters(trainer.parameters());
  const outputs = reference.forward(input.values, batchSize, dataset.timeSteps, null);
  const gradient = new Float64Array(outputs.length);
  evaluateLoss(loss, outputs, target.values, gradient, spec.outputSize);
  reference.zeroGradients();
  reference.backward(gradient);
  const norms = new Float64Array(dataset.timeSteps + 1);
  reference.readStateGradientNorms(spec.numLayers - 1, norms);
  return norms;
}
