import * as l10n from "@vscode/l10n";
import type { ArrayFiles } from "../../config/facts/dataFiles";
import { countHeldOut } from "../../config/facts/dataCounts";
import type { OutputSteps } from "../../config/facts/taskTraits";
import { indicesOf, type FileArray, type NumberArray } from "../../formats/fileArray";
import type { FileWarning } from "../../formats/sequenceFile";
import { describeValue } from "../../lib/outsideText";
import { ArrayError, readArraySet, type ArraySet, type ArrayTask } from "./arraySet";
import { joinedSequences, storedSequences, type SequenceValues } from "./sequenceValues";
import type { Dataset } from "./task";

/** What is odd about a data file that can be read. */
export interface DataWarning extends FileWarning {
  readonly file: string;
}

/**
 * Arrays as a data set: inputs [N, T, I] as they are, targets as {@link ArrayTask.targetKind} says. Classes are the
 * labels of both files, numbers in their order and texts by their code units. The validation sequences are those of
 * their own file, else the last ones.
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
  const { timeSteps, inputSize } = training;
  const outputSteps = outputs === "every" ? timeSteps : 1;
  const widths = sets.map((set) => targetWidthOf(set, task, outputs));
  if (widths[1] !== undefined && widths[1] !== widths[0])
    throw new ArrayError(
      "validation",
      l10n.t("its targets have {0} values, those of training {1}", widths[1], widths[0]!),
    );
  const { outputSize, values } = targetValues(task, sets, widths[0]!);
  const sequences = sets.reduce((sum, set) => sum + set.sequences, 0);
  const width = task.targetKind === "classes" ? 1 : outputSize;
  const dataset: Dataset = {
    sequences,
    trainingSequences: validation === null ? sequences - countHeldOut(sequences, validationShare) : training.sequences,
    timeSteps,
    inputSize,
    outputSize,
    outputSteps,
    inputKind: "values",
    inputs: joined(
      training.sequences,
      sets.map(({ inputs }) => storedSequences(inputs, timeSteps * inputSize)),
    ),
    targetKind: task.targetKind,
    targets: joined(
      training.sequences,
      values.map((each) => storedSequences(each, outputSteps * width)),
    ),
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

function requireSameSizes(training: ArraySet, validation: ArraySet): void {
  const sizesOf = ({ timeSteps, inputSize }: ArraySet): string => `[${timeSteps}, ${inputSize}]`;
  if (sizesOf(training) !== sizesOf(validation))
    throw new ArrayError(
      "validation",
      l10n.t(
        "its sequences have {0} time steps and features, those of training {1}",
        sizesOf(validation),
        sizesOf(training),
      ),
    );
}

/** Values of a target at one output step. @throws ArrayError when the shape is none of the read-out's */
function targetWidthOf({ targets, timeSteps }: ArraySet, { targetKind }: ArrayTask, outputs: OutputSteps): number {
  const [, second, third] = targets.shape;
  const described = `[${targets.shape.join(", ")}]`;
  const isClass = targetKind === "classes";
  const isEvery = second === timeSteps && timeSteps > 1;
  if (outputs === "every") {
    if (second !== timeSteps || targets.shape.length > 3 || (isClass && (third ?? 1) !== 1))
      throw new ArrayError(
        "targets",
        l10n.t(
          "the targets have the shape {0}; model.readout {1} requires [sequences, {2}] or [sequences, {2}, outputs]",
          described,
          '"every"',
          timeSteps,
        ),
      );
    return third ?? 1;
  }
  if (isEvery)
    throw new ArrayError(
      "targets",
      l10n.t(
        'the targets have the shape {0}, one per time step. Set model.readout to "every", or save {1}',
        described,
        "[sequences, 1, outputs]",
      ),
    );
  const width = targets.shape.length > 2 ? (third ?? 1) : (second ?? 1);
  if (targets.shape.length > 3 || (targets.shape.length > 2 && second !== 1) || (isClass && width !== 1))
    throw new ArrayError(
      "targets",
      l10n.t(
        "the targets have the shape {0}; expected one per sequence: [sequences] or [sequences, outputs]",
        described,
      ),
    );
  return width;
}

interface TargetValues {
  readonly outputSize: number;
  /** Of each set. */
  readonly values: readonly (Float64Array | Float32Array | Uint8Array)[];
}

function targetValues(task: ArrayTask, sets: readonly ArraySet[], width: number): TargetValues {
  if (task.targetKind === "classes") return classCodes(sets.map(({ targets }) => targets));
  const numbers = sets.map(({ targets }): NumberArray => {
    if (targets.kind === "text")
      throw new ArrayError(
        "targetKind",
        l10n.t(
          'the targets are labels, such as {0}. Set task.targetKind to "classes"',
          describeValue(targets.values[0]),
        ),
      );
    return targets;
  });
  if (task.targetKind === "bits") for (const array of numbers) requireBits(array);
  return { outputSize: width, values: numbers.map(({ values }) => values) };
}

function requireBits({ values, shape }: NumberArray): void {
  const odd = values.findIndex((value) => value !== 0 && value !== 1);
  if (odd >= 0)
    throw new ArrayError(
      "targetKind",
      l10n.t(
        'the target {0} at [{1}] is not a bit. Set task.targetKind to "values" or "classes"',
        values[odd]!,
        indicesOf(odd, shape).join(", "),
      ),
    );
}

/** More are no classes that a network of ours could tell apart: somebody means values. */
const MAX_CLASSES = 10_000;

function classCodes(targets: readonly FileArray[]): TargetValues {
  const labels = new Set<string | number>();
  for (const { values, shape } of targets)
    for (const [position, label] of values.entries()) {
      if (typeof label === "number" && !Number.isInteger(label))
        throw new ArrayError(
          "targetKind",
          l10n.t(
            'the target {0} at [{1}] is not a class. Set task.targetKind to "values"',
            label,
            indicesOf(position, shape).join(", "),
          ),
        );
      labels.add(label);
      if (labels.size > MAX_CLASSES)
        throw new ArrayError(
          "targetKind",
          l10n.t(
            'there are more than {0} classes. Set task.targetKind to "values"',
            MAX_CLASSES.toLocaleString("en-US"),
          ),
        );
    }
  const classes = [...labels].sort((a, b) => (a < b ? -1 : 1));
  const codes = new Map(classes.map((label, code) => [label, code]));
  return {
    outputSize: classes.length,
    values: targets.map(({ values }) =>
      Float64Array.from(values as readonly (string | number)[], (label) => codes.get(label)!),
    ),
  };
}
