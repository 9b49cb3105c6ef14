import type { Experiment } from "../../config/schema/schema";
import type { ExperimentFiles } from "../../config/facts/dataFiles";
import type { NetworkSpec } from "../../shared/trace/networkSpec";
import type { Tensor } from "../../formats/safetensors";
import type { Loss } from "../../config/facts/taskTraits";
import { copySequences } from "../tasks/sequenceValues";
import { createTrainer } from "./trainer";

/** All that a training elsewhere needs to be the same one. */
export interface TrainingSource {
  readonly spec: NetworkSpec;
  readonly loss: Loss;
  /** Updates to make. */
  readonly iterations: number;
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  readonly trainingSequences: number;
  /** Iterations from one evaluation of the validation set to the next. */
  readonly validationInterval: number;
  /** The rows of a batch go on where those of the batch before ended. */
  readonly stream: boolean;
  readonly oneHot: boolean;
  readonly outputSteps: number;
  /** `inputs` [N, T, I], or symbols [N, T]; `targets` [N, outputSteps, O], or classes [N, outputSteps]. */
  readonly inputs: Tensor;
  readonly targets: Tensor;
  /** [N, outputSteps]: what each output step counts in the loss; null where all count alike. */
  readonly weights: Tensor | null;
  /** Of a stream of several series [N]: 1 for the first sequence of each, which starts from zeros; null for others. */
  readonly starts: Tensor | null;
  /** Before the first update. */
  readonly parameters: readonly Tensor[];
}

/** @throws ExperimentError as the experiment's own run would */
export function collectTrainingSource(experiment: Experiment, files: ExperimentFiles): TrainingSource {
  // The reference engine draws the same data and weights, and is always there.
  const trainer = createTrainer({ ...experiment, engine: "float64" }, { files });
  const { dataset, spec, loss, iterations, batchSize, batchesPerEpoch, carriesState, validationInterval } = trainer;
  const { sequences: N, timeSteps: T, inputSize: I, outputSize: O, outputSteps: S } = dataset;
  const oneHot = dataset.inputKind === "one-hot";
  return {
    spec,
    loss,
    iterations,
    batchSize,
    batchesPerEpoch,
    oneHot,
    trainingSequences: dataset.trainingSequences,
    validationInterval,
    stream: carriesState,
    outputSteps: S,
    inputs: { name: "inputs", shape: oneHot ? [N, T] : [N, T, I], values: copySequences(dataset.inputs, 0, N) },
    targets: {
      name: "targets",
      shape: dataset.targetKind === "classes" ? [N, S] : [N, S, O],
      values: copySequences(dataset.targets, 0, N),
    },
    weights:
      dataset.weights === undefined
        ? null
        : { name: "weights", shape: [N, S], values: copySequences(dataset.weights, 0, N) },
    starts:
      carriesState && dataset.startsSeries !== undefined
        ? {
            name: "starts",
            shape: [N],
            values: Float64Array.from({ length: N }, (_, n) => Number(dataset.startsSeries?.(n))),
          }
        : null,
    parameters: trainer.parameterTensors(),
  };
}
