import * as l10n from "@vscode/l10n";
import type { Experiment, TaskConfig } from "../schema/schema";
import { prefersFloat32 } from "./engineChoice";
import { gateCount, parameterCountOf, parameterLayout, type NetworkSpec } from "../../shared/trace/networkSpec";
import { isGenerated, resolveBias, resolveReadout } from "./taskTraits";

/** Bytes that one experiment may take while it trains. */
export const MEMORY_LIMIT = 1024 ** 3;

/** The size of a data set before it is made. */
export interface DatasetShape {
  readonly sequences: number;
  readonly trainingSequences: number;
  readonly timeSteps: number;
  readonly inputSize: number;
  readonly outputSize: number;
}

/** Null for tasks whose data come from a file. */
export function datasetShape(task: TaskConfig, validationShare: number): DatasetShape | null {
  if (!isGenerated(task)) return null;
  const { sequences } = task;
  const heldOut =
    validationShare > 0 ? Math.min(sequences - 1, Math.max(1, Math.round(sequences * validationShare))) : 0;
  const shape = { sequences, trainingSequences: sequences - heldOut };
  switch (task.kind) {
    case "binary-addition":
      return { ...shape, timeSteps: task.bits + 1, inputSize: 2, outputSize: 1 };
    case "adding":
      return { ...shape, timeSteps: task.length, inputSize: 2, outputSize: 1 };
    case "copy":
      return {
        ...shape,
        timeSteps: 2 * task.items + task.delay,
        inputSize: task.symbols + 2,
        outputSize: task.symbols + 1,
      };
    case "temporal-order":
      return { ...shape, timeSteps: task.length, inputSize: 6, outputSize: 4 };
    case "count-ones":
    case "parity":
    case "sine":
      return { ...shape, timeSteps: task.length, inputSize: 1, outputSize: 1 };
  }
}

export function networkSpec(experiment: Experiment, inputSize: number, outputSize: number): NetworkSpec {
  const { model, training } = experiment;
  return {
    cell: model.cell,
    nonlinearity: model.nonlinearity,
    inputSize,
    hiddenSize: model.hiddenSize,
    numLayers: model.numLayers,
    bias: resolveBias(model),
    dropout: model.numLayers > 1 ? model.dropout : 0,
    readout: resolveReadout(experiment),
    outputSize,
    truncate: training.truncate > 0 ? training.truncate : null,
  };
}

/**
 * Bytes of 64-bit floats that training takes: the data set, a batch of it, and two networks (one for questions on the
 * side and for validation) with parameters, gradients, two moments, and for each sequence and step of a batch what the
 * way back needs; and the parameters of the best validation loss.
 */
export function estimateMemory(experiment: Experiment, data: DatasetShape): number {
  const { timeSteps: T, inputSize: I, outputSize: O } = data;
  const spec = networkSpec(experiment, I, O);
  const { numLayers: L } = spec;
  // Units of 8 bytes for a row of so many numbers: float32 rounds up to whole panels of eight. Questions on the side
  // are float64's.
  const stored = (numbers: number): number =>
    prefersFloat32(experiment) ? Math.max(numbers, 4 * Math.ceil(numbers / 8)) : numbers;
  const H = stored(spec.hiddenSize);
  const { batchSize } = experiment.training;
  const batch = batchSize === "full" ? data.trainingSequences : Math.min(batchSize, data.trainingSequences);
  const gates = (spec.cell === "gru" ? 4 : 2) * gateCount(spec.cell) * H;
  const states = (spec.cell === "lstm" ? 4 : 2) * H;
  const perStep = stored(I) + L * (gates + states) + (L - 1) * 3 * H + 2 * stored(O);
  const parameters = parameterCountOf(parameterLayout(spec));
  const networks = 2 * (4 * parameters + batch * (T + 1) * perStep);
  const best = experiment.training.validation.share > 0 ? parameters : 0;
  const sequences = (data.sequences + batch) * (T + 1) * (I + O);
  return 8 * (networks + best + sequences);
}

/** The sentence that refuses an experiment, or null when it fits. */
export function describeTooLarge(experiment: Experiment, data: DatasetShape): string | null {
  const bytes = estimateMemory(experiment, data);
  if (bytes <= MEMORY_LIMIT) return null;
  return l10n.t(
    "This experiment needs about {0} of memory; the limit is {1}. Reduce the number of sequences, their length, the batch size, or the hidden size.",
    formatBytes(bytes),
    formatBytes(MEMORY_LIMIT),
  );
}

function formatBytes(bytes: number): string {
  const gibibytes = bytes / 1024 ** 3;
  return `${gibibytes < 10 ? gibibytes.toFixed(1) : Math.round(gibibytes).toLocaleString("en-US")} GiB`;
}
