/** The arrays of one file, or of several that belong together, as sequences with targets. */
import * as l10n from "@vscode/l10n";
import type { ArrayFormat, ArrayPart } from "../../config/facts/dataFiles";
import type { TaskConfig } from "../../config/schema/schema";
import { indicesOf, type ArrayValues, type FileArray, type NumberArray } from "../../formats/fileArray";
import { readJsonLines } from "../../formats/jsonLines";
import { readNpy } from "../../formats/npy";
import { readSafetensorsArrays } from "../../formats/safetensorsArrays";
import type { FileWarning, StepValues } from "../../formats/sequenceFile";
import { readTs, type TsFile } from "../../formats/tsFile";
import { describeNames, describeValue } from "../../lib/outsideText";

export type ArrayTask = Extract<TaskConfig, { readonly kind: "arrays" }>;

export interface ArraySet {
  readonly sequences: number;
  readonly timeSteps: number;
  readonly inputSize: number;
  /** [N, T, I] */
  readonly inputs: ArrayValues;
  /** [N], [N, O], [N, T] or [N, T, O], the meaning of which the read-out decides; labels are texts. */
  readonly targets: FileArray;
  readonly warnings: readonly FileWarning[];
}

/** What is wrong with the arrays, at the key of the task that could be changed. */
export class ArrayError extends Error {
  constructor(
    readonly key: keyof ArrayTask,
    message: string,
  ) {
    super(message);
  }
}

/** @throws ArrayError, or an Error of the format */
export function readArraySet(task: ArrayTask, format: ArrayFormat, parts: readonly ArrayPart[]): ArraySet {
  const { inputs, targets, mask, lengths, warnings = [] } = collect(task, format, parts);
  const { shape } = inputs;
  const [sequences = 0, timeSteps = 0, inputSize = 1] = shape;
  if (shape.length < 2 || shape.length > 3 || shape.includes(0))
    throw new ArrayError(
      "inputs",
      l10n.t(
        "the inputs have the shape [{0}]; expected [sequences, time steps, features] or [sequences, time steps]",
        shape.join(", "),
      ),
    );
  requireFinite("inputs", inputs);
  if (targets.kind !== "text") requireFinite("targets", targets);
  if (targets.shape[0] !== sequences)
    throw new ArrayError(
      "targets",
      l10n.t("there are {0} sequences of inputs, but {1} of targets", sequences, targets.shape[0] ?? 0),
    );
  if (mask !== null) requireWholeMask(mask, [sequences, timeSteps]);
  if (lengths !== null) requireOneLength(Array.from(lengths.values), timeSteps);
  return { sequences, timeSteps, inputSize, inputs: inputs.values, targets, warnings };
}

interface Collected {
  readonly inputs: NumberArray;
  readonly targets: FileArray;
  readonly mask: NumberArray | null;
  readonly lengths: NumberArray | null;
  readonly warnings?: readonly FileWarning[];
}

function collect(task: ArrayTask, format: ArrayFormat, parts: readonly ArrayPart[]): Collected {
  const bytes = parts[0]?.bytes ?? new Uint8Array();
  if (format === "ts") return collectTs(task, readTs(bytes));
  if (format === "jsonl") {
    const keys = { ...task, mask: task.mask === "" ? null : task.mask };
    const { inputs, targets, labels, mask } = readJsonLines(bytes, keys);
    if (task.lengths !== "")
      throw new ArrayError("lengths", l10n.t("JSON Lines have a length for each sequence already; remove the key"));
    return {
      inputs: dense("inputs", inputs),
      targets: labels === null ? dense("targets", targets!) : textArray(labels),
      mask: mask && dense("mask", mask),
      lengths: null,
    };
  }
  const arrays =
    format === "safetensors" ? readSafetensorsArrays(bytes) : parts.flatMap((part) => readNpy(part.bytes, part.name));
  const numbers = (key: "inputs" | "mask" | "lengths"): NumberArray => {
    const array = find(task, key, arrays);
    if (array.kind === "text")
      throw new ArrayError(key, l10n.t("the array {0} contains text; expected numbers", describeValue(task[key])));
    return array;
  };
  return {
    inputs: numbers("inputs"),
    targets: find(task, "targets", arrays),
    mask: task.mask === "" ? null : numbers("mask"),
    lengths: task.lengths === "" ? null : numbers("lengths"),
  };
}

function collectTs(task: ArrayTask, { inputs, labels, targets, warnings }: TsFile): Collected {
  for (const key of ["mask", "lengths"] as const)
    if (task[key] !== "") throw new ArrayError(key, l10n.t("a {0} file has no such array; remove the key", ".ts"));
  if (labels === null && targets === null)
    throw new ArrayError(
      "file",
      l10n.t("the file has no targets: neither {0} nor {1} is true", "@classLabel", "@targetLabel"),
    );
  return {
    inputs: dense("inputs", inputs),
    targets:
      targets === null
        ? textArray(labels ?? [])
        : { name: "", shape: [targets.length], dtype: "", kind: "float", values: new Float64Array(targets) },
    mask: null,
    lengths: null,
    warnings,
  };
}

function textArray(values: readonly string[]): FileArray {
  return { name: "", shape: [values.length], dtype: "", kind: "text", values };
}

/** A .npy file without fields has one array, which is the inputs whatever their name. */
function find(
  task: ArrayTask,
  key: "inputs" | "targets" | "mask" | "lengths",
  arrays: readonly FileArray[],
): FileArray {
  const found = arrays.find(({ name }) => name === task[key] || (key === "inputs" && name === ""));
  if (found !== undefined) return found;
  const names = arrays.map(({ name }) => name).filter((name) => name !== "");
  throw new ArrayError(
    key,
    names.length === 0
      ? l10n.t("there is no array {0}: the file has one array, without a name", describeValue(task[key]))
      : l10n.t("there is no array {0}; the arrays are {1}", describeValue(task[key]), describeNames(names)),
  );
}

/** As an array [N, T, width], or [N, width] where every sequence has one row, as a single target has. */
function dense(key: "inputs" | "targets" | "mask", { lengths, width, values }: StepValues): NumberArray {
  const steps = lengths[0] ?? 0;
  requireOneLength(Array.from(lengths), steps);
  // A row of targets is a number for each step, or for each output: the read-out decides.
  const flat = width === 1 ? [lengths.length, steps] : [lengths.length, width];
  const shape = key === "targets" && (steps === 1 || width === 1) ? flat : [lengths.length, steps, width];
  return { name: key, shape, dtype: "", kind: "float", values };
}

function requireOneLength(lengths: readonly number[], timeSteps: number): void {
  const other = lengths.findIndex((length) => length !== timeSteps);
  if (other >= 0)
    throw new ArrayError(
      "file",
      l10n.t(
        "sequence {0} has {1} time steps where {2} are expected. Pad or cut all sequences to one length",
        other,
        lengths[other] ?? 0,
        timeSteps,
      ),
    );
}

function requireWholeMask({ shape, values }: NumberArray, expected: readonly number[]): void {
  const plain = shape.length === 3 && shape[2] === 1 ? shape.slice(0, 2) : shape;
  if (plain.join() !== expected.join())
    throw new ArrayError(
      "mask",
      l10n.t("the mask has the shape [{0}]; expected [{1}]", shape.join(", "), expected.join(", ")),
    );
  const masked = values.findIndex((value) => value !== 1);
  if (masked >= 0)
    throw new ArrayError(
      "mask",
      l10n.t(
        "the mask excludes the step at [{0}]. Only whole sequences can be used: pad or cut them to one length",
        indicesOf(masked, expected).join(", "),
      ),
    );
}

function requireFinite(key: "inputs" | "targets", { values, shape, kind }: NumberArray): void {
  if (kind !== "float") return;
  const odd = values.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0)
    throw new ArrayError(
      key,
      l10n.t(
        "the array {0} has {1} at [{2}]. Fill missing values before saving it",
        key,
        String(values[odd]),
        indicesOf(odd, shape).join(", "),
      ),
    );
}
