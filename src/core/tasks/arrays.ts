import * as l10n from "@vscode/l10n";
import type { ArrayFiles } from "../../config/facts/dataFiles";
import { countHeldOut } from "../../config/facts/dataCounts";
import type { OutputSteps } from "../../config/facts/taskTraits";
import type { ArrayValues } from "../../formats/fileArray";
import type { FileWarning } from "../../formats/sequenceFile";
import { ArrayError, type ArrayTask } from "./arrayError";
import { readArraySet, type ArraySet } from "./arraySet";
import { readTargets, targetRow, targetWidthOf } from "./arrayTargets";
import { lengthWeights } from "./paddedSequences";
import { joinedSequences, raggedSequences, storedSequences, type SequenceValues } from "./sequenceValues";
import type { Dataset } from "./task";

/** What is odd about a data file that can be read. */
export interface DataWarning extends FileWarning {
  readonly file: string;
}

/**
 * Arrays as a data set: inputs [N, T, I] as they are, targets as {@link ArrayTask.targetKind} says. Classes are the
 * labels of both files, numbers in their order and texts by their code units. The validation sequences are those of
 * their own file, else the last ones. Sequences of different lengths are padded to the longest of both files: every
 * step has an output, and those of weight 0 do not count.
 * @throws ArrayError where arrays do not go together, or an Error of the format
 */
export function arraysDataset(
  files: ArrayFiles,
  task: ArrayTask,
  outputs: OutputSteps,
  validationShare: number,
): { readonly dataset: Dataset; readonly warnings: readonly DataWarning[] } {
  const training = readArraySet(task, files.format, files.training);
  const validation = files.validation === null ? null : readArraySet(task, files.format, files.validation);
  if (validation !== null) requireSameSizes(training, validation);
  const sets = validation === null ? [training] : [training, validation];
  const widths = sets.map((set) => targetWidthOf(set, task, outputs));
  if (widths[1] !== undefined && widths[1] !== widths[0])
    throw new ArrayError(
      "validation",
      l10n.t("its targets have {0} values, those of training {1}", widths[1], widths[0]!),
    );
  const { outputSize, labels, values } = readTargets(task, sets, outputs, widths[0]!);
  const sequences = sets.reduce((sum, set) => sum + set.sequences, 0);
  const plan = planSteps(sets, outputs);
  const { timeSteps, outputSteps, lengths } = plan;
  const join = (one: (set: ArraySet, index: number) => SequenceValues): SequenceValues =>
    joined(training.sequences, sets.map(one));
  const dataset: Dataset = {
    sequences,
    trainingSequences: validation === null ? sequences - countHeldOut(sequences, validationShare) : training.sequences,
    timeSteps,
    inputSize: training.inputSize,
    outputSize,
    outputSteps,
    inputKind: "values",
    inputs: join((set) => inputsOf(set, timeSteps)),
    targetKind: task.targetKind,
    ...(labels === null ? {} : { classes: labels }),
    targets: join((set, index) => targetsOf(set, values[index]!, plan, widths[0]!, outputs)),
    ...(plan.hasWeights ? { weights: join((set) => weightsOf(set, plan)) } : {}),
    ...(lengths === null ? {} : { lengths }),
    ...(plan.answersOnce ? { answersOnce: true } : {}),
    score: { tolerance: null, steps: outputSteps },
    stream: false,
  };
  const ofFile = (file: string, set: ArraySet | null) => (set?.warnings ?? []).map((warning) => ({ file, ...warning }));
  return { dataset, warnings: [...ofFile(task.file, training), ...ofFile(task.validation, validation)] };
}

/** @param count sequences for training, which come first */
function joined(count: number, [training, validation]: readonly SequenceValues[]): SequenceValues {
  return validation === undefined ? training! : joinedSequences(training!, count, validation);
}

/** Files that say how long each sequence is may have others than those of training. */
function requireSameSizes(training: ArraySet, validation: ArraySet): void {
  const sizesOf = ({ fileSteps, inputSize, hasLengths }: ArraySet): string =>
    hasLengths ? `[${inputSize}]` : `[${fileSteps}, ${inputSize}]`;
  if (sizesOf(training) !== sizesOf(validation))
    throw new ArrayError(
      "validation",
      training.hasLengths
        ? l10n.t("its steps have {0} features, those of training {1}", validation.inputSize, training.inputSize)
        : l10n.t(
            "its sequences have {0} time steps and features, those of training {1}",
            sizesOf(validation),
            sizesOf(training),
          ),
    );
}

interface StepPlan {
  readonly timeSteps: number;
  readonly outputSteps: number;
  /** Of all sequences; null where all are as long. */
  readonly lengths: Uint32Array | null;
  /** One target, that of the last step, although there is an output at every step. */
  readonly answersOnce: boolean;
  /** Whether some output steps do not count. */
  readonly hasWeights: boolean;
}

function planSteps(sets: readonly ArraySet[], outputs: OutputSteps): StepPlan {
  const timeSteps = Math.max(...sets.map(({ steps }) => steps.timeSteps));
  const isPadded = sets.some(({ steps }) => steps.lengths.some((length) => length < timeSteps));
  const hasGaps = outputs === "every" && sets.some(({ steps }) => steps.counts !== null);
  return {
    timeSteps,
    outputSteps: outputs === "every" || isPadded ? timeSteps : 1,
    lengths: isPadded ? Uint32Array.from(sets.flatMap(({ steps }) => Array.from(steps.lengths))) : null,
    answersOnce: outputs === "last" && isPadded,
    hasWeights: isPadded || hasGaps,
  };
}

function inputsOf({ inputs, inputSize, fileSteps, steps }: ArraySet, timeSteps: number): SequenceValues {
  const { values } = inputs.array;
  return fileSteps === timeSteps && !isPadded(steps.lengths, timeSteps)
    ? storedSequences(values, timeSteps * inputSize)
    : raggedSequences(values, inputs.firsts, steps.lengths, timeSteps, inputSize);
}

function isPadded(lengths: Uint32Array, timeSteps: number): boolean {
  return lengths.some((length) => length < timeSteps);
}

function targetsOf(
  set: ArraySet,
  values: ArrayValues,
  { timeSteps, outputSteps, answersOnce, hasWeights }: StepPlan,
  width: number,
  outputs: OutputSteps,
): SequenceValues {
  const { lengths, counts } = set.steps;
  if (!hasWeights && (outputs === "last" || set.fileSteps === timeSteps))
    return storedSequences(values, outputSteps * width);
  const isTarget = (n: number, t: number): boolean =>
    answersOnce ? t === lengths[n]! - 1 : t < lengths[n]! && counts?.(n, t) !== false;
  const at = (n: number, index: number): number => {
    const t = Math.floor(index / width);
    return isTarget(n, t) ? values[targetRow(set, outputs, n, t) * width + (index % width)]! : 0;
  };
  return filledBy(timeSteps * width, at);
}

function weightsOf({ steps: { lengths, counts } }: ArraySet, { timeSteps, answersOnce }: StepPlan): SequenceValues {
  const ofLengths = lengthWeights(lengths, timeSteps, answersOnce);
  if (counts === null || answersOnce) return ofLengths;
  return filledBy(timeSteps, (n, t) => Number(t < lengths[n]! && counts(n, t)));
}

function filledBy(length: number, at: SequenceValues["at"]): SequenceValues {
  return {
    length,
    at,
    fill(sequence, target, offset = 0) {
      for (let index = 0; index < length; index++) target[offset + index] = at(sequence, index);
    },
  };
}
