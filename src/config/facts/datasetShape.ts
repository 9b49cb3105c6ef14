import { countEncodedInputs, entryOf, targetsOf } from "../../tables/taskTable";
import { countHeldOut, type DataCounts } from "./dataCounts";
import { divisionOf, planTable } from "./seriesPlan";
import { longest } from "./sequenceLengths";
import type { TaskConfig } from "../schema/schema";
import { isGenerated } from "./taskTraits";
import { isTrialTask, longestTrial, trialTraits } from "./trialTasks";

/** The size of a data set before it is made. */
export interface DatasetShape {
  readonly sequences: number;
  readonly trainingSequences: number;
  readonly timeSteps: number;
  readonly inputSize: number;
  readonly outputSize: number;
  /** Whether sequences have different lengths, where only the data file says so. */
  readonly isPadded?: boolean;
  /** Of the data file; absent where there is none. */
  readonly counts?: DataCounts;
}

/**
 * @param counts of the task's data file, where they are known
 * @returns null for tasks whose data come from a file that has not been counted, or is too short
 */
export function datasetShape(
  task: TaskConfig,
  validationShare: number,
  counts: DataCounts | null = null,
): DatasetShape | null {
  if (task.kind === "arrays") return counts?.arrays === undefined ? null : shapeOfArrays(validationShare, counts);
  if (!isGenerated(task)) return counts === null ? null : shapeOfFile(task, validationShare, counts);
  const shape = splitOf(task.sequences, validationShare);
  if (isTrialTask(task)) {
    const { inputs, answers } = trialTraits(task);
    return { ...shape, timeSteps: longestTrial(task), inputSize: inputs.length, outputSize: answers?.length ?? 1 };
  }
  switch (task.kind) {
    case "binary-addition":
      return { ...shape, timeSteps: task.bits + 1, inputSize: 2, outputSize: 1 };
    case "adding":
      return { ...shape, timeSteps: longest(task.length), inputSize: 2, outputSize: 1 };
    case "copy":
      return {
        ...shape,
        timeSteps: 2 * task.items + task.delay,
        inputSize: task.symbols + 2,
        outputSize: task.symbols + 1,
      };
    case "temporal-order":
      return { ...shape, timeSteps: longest(task.length), inputSize: 6, outputSize: 4 };
    case "flip-flop":
      return { ...shape, timeSteps: longest(task.length), inputSize: task.bits, outputSize: task.bits };
    case "count-ones":
    case "parity":
    case "sine":
      return { ...shape, timeSteps: longest(task.length), inputSize: 1, outputSize: 1 };
  }
}

function shapeOfFile(
  task: Extract<TaskConfig, { readonly kind: "csv" | "text" }>,
  validationShare: number,
  counts: DataCounts,
): DatasetShape | null {
  if (task.kind === "text") {
    const sequences = Math.floor((counts.rows - 1) / task.length);
    if (sequences < (validationShare > 0 ? 2 : 1)) return null;
    const split = splitOf(sequences, validationShare);
    return { ...split, timeSteps: task.length, inputSize: counts.symbols, outputSize: counts.symbols, counts };
  }
  const { timeSteps, trainingSequences, validationSequences } = planTable(
    task,
    counts.series ?? [counts.rows],
    divisionOf(validationShare, counts.trainingSeries),
  );
  const sequences = trainingSequences + validationSequences;
  if (trainingSequences === 0) return null;
  const inputSize = counts.inputs ?? countEncodedInputs(task);
  const numbers = task.columns.filter((column) => entryOf(column).kind === "number").length;
  const outputSize = counts.outputs ?? (task.target === "" ? numbers : targetsOf(task).length);
  return { sequences, trainingSequences, timeSteps, inputSize, outputSize, counts };
}

function shapeOfArrays(validationShare: number, counts: DataCounts): DatasetShape | null {
  const { sequences, validationSequences, timeSteps, inputSize, outputSize, isPadded } = counts.arrays!;
  const split =
    validationSequences === null
      ? splitOf(sequences, validationShare)
      : { sequences: sequences + validationSequences, trainingSequences: sequences };
  return { ...split, timeSteps, inputSize, outputSize, isPadded, counts };
}

function splitOf(sequences: number, validationShare: number): Pick<DatasetShape, "sequences" | "trainingSequences"> {
  return { sequences, trainingSequences: sequences - countHeldOut(sequences, validationShare) };
}
