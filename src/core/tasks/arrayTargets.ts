/** What the targets of files mean: numbers, bits, or classes, one for each sequence or for each of its steps. */
import * as l10n from "@vscode/l10n";
import type { OutputSteps } from "../../config/facts/taskTraits";
import { indicesOf, type ArrayValues } from "../../formats/fileArray";
import { describeValue } from "../../lib/outsideText";
import { ArrayError, type ArrayTask } from "./arrayError";
import { notFinite, type ArraySet } from "./arraySet";

export interface TargetValues {
  readonly outputSize: number;
  /** Of the classes, by their number; null for other targets. */
  readonly labels: readonly string[] | null;
  /** Of each set. Of classes their numbers. What does not count may be anything. */
  readonly values: readonly ArrayValues[];
}

/** Values of a target at one output step. @throws ArrayError when the shape is none of the read-out's */
export function targetWidthOf(set: ArraySet, task: ArrayTask, outputs: OutputSteps): number {
  return outputs === "every" ? widthAtEveryStep(set, task) : widthOfAnswer(set, task);
}

function widthAtEveryStep({ inputs, targets, fileSteps }: ArraySet, { targetKind }: ArrayTask): number {
  const isClass = targetKind === "classes";
  if (inputs.isRagged || targets.isRagged) {
    const other = targets.rows.findIndex((rows, n) => rows !== inputs.rows[n]);
    if (other >= 0)
      throw new ArrayError(
        "targets",
        l10n.t(
          "sequence {0} has {1} time steps, but {2} targets; model.readout {3} requires one per time step",
          other,
          inputs.rows[other]!,
          targets.rows[other]!,
          '"every"',
        ),
      );
  }
  const { shape } = targets.array;
  const width = (targets.isRagged ? shape[1] : shape[2]) ?? 1;
  const isOther = !targets.isRagged && (shape[1] !== fileSteps || shape.length > 3);
  if (isOther || (isClass && width !== 1))
    throw new ArrayError(
      "targets",
      l10n.t(
        "the targets have the shape {0}; model.readout {1} requires [sequences, {2}] or [sequences, {2}, outputs]",
        `[${shape.join(", ")}]`,
        '"every"',
        fileSteps ?? l10n.t("time steps"),
      ),
    );
  return width;
}

function widthOfAnswer({ targets, fileSteps }: ArraySet, { targetKind }: ArrayTask): number {
  if (targets.isRagged) {
    const other = targets.rows.findIndex((rows) => rows !== 1);
    throw new ArrayError(
      "targets",
      l10n.t(
        'sequence {0} has {1} targets, but others have {2}. Set model.readout to "every" for one per time step',
        other,
        targets.rows[other]!,
        targets.rows.find((rows) => rows !== targets.rows[other])!,
      ),
    );
  }
  const { shape } = targets.array;
  const [, second, third] = shape;
  const described = `[${shape.join(", ")}]`;
  if (fileSteps !== null && second === fileSteps && fileSteps > 1)
    throw new ArrayError(
      "targets",
      l10n.t(
        'the targets have the shape {0}, one per time step. Set model.readout to "every", or save {1}',
        described,
        "[sequences, 1, outputs]",
      ),
    );
  const width = shape.length > 2 ? (third ?? 1) : (second ?? 1);
  if (shape.length > 3 || (shape.length > 2 && second !== 1) || (targetKind === "classes" && width !== 1))
    throw new ArrayError(
      "targets",
      l10n.t(
        "the targets have the shape {0}; expected one per sequence: [sequences] or [sequences, outputs]",
        described,
      ),
    );
  return width;
}

/** The row of a target in its array. */
export function targetRow({ targets }: ArraySet, outputs: OutputSteps, sequence: number, step: number): number {
  return outputs === "every" ? targets.firsts[sequence]! + step : sequence;
}

/** @param width of a target at one output step */
export function readTargets(
  task: ArrayTask,
  sets: readonly ArraySet[],
  outputs: OutputSteps,
  width: number,
): TargetValues {
  if (task.targetKind === "classes") return classCodes(sets, outputs);
  const values = sets.map((set): ArrayValues => {
    const { array } = set.targets;
    if (array.kind === "text")
      throw new ArrayError(
        "targetKind",
        l10n.t('the targets are labels, such as {0}. Set task.targetKind to "classes"', describeValue(array.values[0])),
      );
    if (array.kind === "float" || task.targetKind === "bits")
      for (const position of countedTargets(set, outputs, width))
        requireTarget(array.values[position]!, task, () => placeOf(set, width, position));
    return array.values;
  });
  return { outputSize: width, labels: null, values };
}

/** Positions of the targets that count. */
function* countedTargets(set: ArraySet, outputs: OutputSteps, width: number): Generator<number> {
  const { lengths, counts } = set.steps;
  for (let n = 0; n < set.sequences; n++)
    for (let t = 0; t < (outputs === "every" ? lengths[n]! : 1); t++) {
      if (outputs === "every" && counts?.(n, t) === false) continue;
      const from = targetRow(set, outputs, n, t) * width;
      for (let position = from; position < from + width; position++) yield position;
    }
}

function placeOf({ targets }: ArraySet, width: number, position: number): string {
  const { array, firsts, isRagged } = targets;
  if (!isRagged) return indicesOf(position, array.shape).join(", ");
  const row = Math.floor(position / width);
  const sequence = firsts.findLastIndex((first) => first <= row);
  return [sequence, row - firsts[sequence]!, ...(width === 1 ? [] : [position % width])].join(", ");
}

function requireTarget(value: number, task: ArrayTask, place: () => string): void {
  if (!Number.isFinite(value)) throw notFinite("targets", value, place());
  if (task.targetKind === "bits" && value !== 0 && value !== 1)
    throw new ArrayError(
      "targetKind",
      l10n.t('the target {0} at [{1}] is not a bit. Set task.targetKind to "values" or "classes"', value, place()),
    );
}

/** More are no classes that a network of ours could tell apart: somebody means values. */
const MAX_CLASSES = 10_000;

/** Classes are numbered in the order of their labels, of all sets together. */
function classCodes(sets: readonly ArraySet[], outputs: OutputSteps): TargetValues {
  const labels = new Set<string | number>();
  for (const set of sets)
    for (const position of countedTargets(set, outputs, 1)) {
      const label = set.targets.array.values[position]!;
      if (typeof label === "number") requireClass(label, () => placeOf(set, 1, position));
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
    labels: classes.map(String),
    values: sets.map((set) => {
      const { values } = set.targets.array;
      const coded = new Float64Array(values.length);
      for (const position of countedTargets(set, outputs, 1)) coded[position] = codes.get(values[position]!)!;
      return coded;
    }),
  };
}

function requireClass(label: number, place: () => string): void {
  if (!Number.isFinite(label)) throw notFinite("targets", label, place());
  if (!Number.isInteger(label))
    throw new ArrayError(
      "targetKind",
      l10n.t('the target {0} at [{1}] is not a class. Set task.targetKind to "values"', label, place()),
    );
}
