import type { Experiment, TaskConfig } from "../../config/schema/schema";
import type { ExperimentFiles } from "../../config/facts/dataFiles";
import { areArrays, isTableFile } from "../../config/facts/dataFiles";
import { trainingRowsOf } from "../../config/facts/seriesPlan";
import { withTargetKind, type Loss } from "../../config/facts/taskTraits";
import type { NetworkSpec } from "../../shared/trace/networkSpec";
import type { Tensor } from "../../formats/safetensors";
import { tableSource } from "../../tables/byteSource";
import { areTableFiles } from "../../tables/tableFiles";
import { readTaskTable, type TaskTable } from "../../tables/taskTable";
import type { RecipeTexts } from "../tasks/recipe";
import { copySequences } from "../tasks/sequenceValues";
import type { Dataset } from "../tasks/task";
import { createTrainer } from "./trainer";

/** All that a training elsewhere needs to be the same one. */
export interface TrainingSource {
  readonly spec: NetworkSpec;
  readonly loss: Loss;
  /** Updates to make. */
  readonly iterations: number;
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  readonly sequences: number;
  readonly trainingSequences: number;
  /** Iterations from one evaluation of the validation set to the next. */
  readonly validationInterval: number;
  /** The rows of a batch go on where those of the batch before ended. */
  readonly stream: boolean;
  /** Of a stream of several series: the first sequence of each starts from zeros. */
  readonly restarts: boolean;
  /** Whether output steps count differently in the loss. */
  readonly isWeighted: boolean;
  readonly oneHot: boolean;
  readonly timeSteps: number;
  readonly outputSteps: number;
  /** Of sequences of different lengths: only the last step of each counts. */
  readonly answersOnce: boolean;
  /** Sequences have different lengths, and padding follows the shorter ones. */
  readonly isPadded: boolean;
  readonly data: SequenceArrays | SourceTable;
  /** Before the first update. */
  readonly parameters: readonly Tensor[];
}

/** The sequences as they are. */
export interface SequenceArrays {
  readonly kind: "arrays";
  /** `inputs` [N, T, I], or symbols [N, T]; `targets` [N, outputSteps, O], or classes [N, outputSteps]. */
  readonly inputs: Tensor;
  readonly targets: Tensor;
  /** [N, outputSteps]: what each output step counts in the loss; null where all count alike. */
  readonly weights: Tensor | null;
  /** [N]: steps of each sequence before its padding, where a bidirectional network needs them; null for others. */
  readonly lengths: Tensor | null;
  /** Of a stream of several series [N]: 1 for the first sequence of each, which starts from zeros; null for others. */
  readonly starts: Tensor | null;
  /** What else is needed to predict; null for sequences that are not of tables. */
  readonly recipe: RecipeTexts | null;
}

/** A table that the sequences are made of. */
export interface SourceTable {
  readonly kind: "table";
  readonly task: Extract<TaskConfig, { readonly kind: "csv" }>;
  readonly table: Pick<TaskTable, "reading" | "inputs" | "targets" | "recipes">;
  /** The file; null where it is too large to be held. */
  readonly bytes: Uint8Array | null;
  readonly validationShare: number;
  /** Of the classes of the targets; null where all count alike. */
  readonly classWeights: readonly number[] | null;
  /** Characters in the file that only some tables have. */
  readonly hasPercent: boolean;
  readonly hasCurrency: boolean;
}

/** @throws ExperimentError as the experiment's own run would */
export function collectTrainingSource(experiment: Experiment, files: ExperimentFiles): TrainingSource {
  // The reference engine draws the same data and weights, and is always there.
  const trainer = createTrainer({ ...experiment, engine: "float64" }, { files });
  const { dataset, spec, loss, iterations, batchSize, batchesPerEpoch, carriesState, validationInterval } = trainer;
  return {
    spec,
    loss,
    iterations,
    batchSize,
    batchesPerEpoch,
    oneHot: dataset.inputKind === "one-hot",
    sequences: dataset.sequences,
    trainingSequences: dataset.trainingSequences,
    validationInterval,
    stream: carriesState,
    restarts: carriesState && dataset.startsSeries !== undefined,
    isWeighted: dataset.weights !== undefined,
    timeSteps: dataset.timeSteps,
    outputSteps: dataset.outputSteps,
    answersOnce: dataset.answersOnce === true,
    isPadded: dataset.lengths !== undefined,
    data:
      tableOf(experiment, files, dataset) ??
      arraysOf(dataset, spec.directions === 2, carriesState, trainer.header("", "").data?.recipe ?? null),
    parameters: trainer.parameterTensors(),
  };
}

function arraysOf(
  dataset: Dataset,
  needsLengths: boolean,
  carriesState: boolean,
  recipe: RecipeTexts | null,
): SequenceArrays {
  const { sequences: N, timeSteps: T, inputSize: I, outputSize: O, outputSteps: S } = dataset;
  const { weights, startsSeries, lengths } = dataset;
  return {
    kind: "arrays",
    recipe,
    inputs: {
      name: "inputs",
      shape: dataset.inputKind === "one-hot" ? [N, T] : [N, T, I],
      values: copySequences(dataset.inputs, 0, N),
    },
    targets: {
      name: "targets",
      shape: dataset.targetKind === "classes" ? [N, S] : [N, S, O],
      values: copySequences(dataset.targets, 0, N),
    },
    weights: weights === undefined ? null : { name: "weights", shape: [N, S], values: copySequences(weights, 0, N) },
    lengths:
      needsLengths && lengths !== undefined
        ? { name: "lengths", shape: [N], values: Float64Array.from(lengths) }
        : null,
    starts:
      carriesState && startsSeries !== undefined
        ? {
            name: "starts",
            shape: [N],
            values: Float64Array.from({ length: N }, (_, n) => Number(startsSeries(n))),
          }
        : null,
  };
}

/** Null for tasks without one table: the sequences of several files are written as they are. */
function tableOf(experiment: Experiment, { data }: ExperimentFiles, dataset: Dataset): SourceTable | null {
  const task = withTargetKind(experiment);
  if (task.kind !== "csv" || data === null || areArrays(data) || isTableFile(data) || areTableFiles(data)) return null;
  const { share } = experiment.training.validation;
  const source = tableSource(data);
  const { reading, inputs, targets, recipes } = readTaskTable(source, task, (series) =>
    trainingRowsOf(series, task, share),
  );
  const marks = { hasPercent: false, hasCurrency: false };
  for (const chunk of source.chunks(0)) {
    marks.hasPercent ||= chunk.includes(PERCENT);
    marks.hasCurrency ||= chunk.some((byte) => byte === DOLLAR || LEADS_OF_CURRENCIES.includes(byte));
  }
  return {
    kind: "table",
    task,
    table: { reading, inputs, targets, recipes },
    bytes: source.size > LARGEST_COPY ? null : source.read(0, source.size),
    validationShare: share,
    classWeights: dataset.classWeights ?? null,
    ...marks,
  };
}

/** Of a table: a larger one is not held. */
const LARGEST_COPY = 128 * 2 ** 20;

const PERCENT = 0x25;
const DOLLAR = 0x24;
/** In UTF-8 the first byte of pound and yen, and that of the euro. */
const LEADS_OF_CURRENCIES: readonly number[] = [0xc2, 0xe2];
