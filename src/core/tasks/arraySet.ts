/** The arrays of one file, or of several that belong together, as sequences with targets. */
import * as l10n from "@vscode/l10n";
import type { ArrayFormat, ArrayPart } from "../../config/facts/dataFiles";
import { indicesOf, type FileArray, type NumberArray } from "../../formats/fileArray";
import { readJsonLines } from "../../formats/jsonLines";
import { readNpy } from "../../formats/npy";
import { readSafetensorsArrays } from "../../formats/safetensorsArrays";
import type { FileWarning, StepValues } from "../../formats/sequenceFile";
import { readTs, type TsFile } from "../../formats/tsFile";
import { describeNames, describeValue } from "../../lib/outsideText";
import { ArrayError, type ArrayTask } from "./arrayError";
import { countSteps, firstRows, type CountedSteps } from "./arraySteps";

/**
 * Rows of sequence after sequence. Where all sequences have as many, the shape of the array says so; else it is
 * [all rows, width].
 */
interface SequenceRows<A extends FileArray = FileArray> {
  readonly array: A;
  /** Rows of each sequence. */
  readonly rows: Uint32Array;
  /** Where those begin. */
  readonly firsts: Uint32Array;
  /** Whether sequences have different numbers of rows. */
  readonly isRagged: boolean;
}

export interface ArraySet {
  readonly sequences: number;
  /** Steps that the file has of each sequence; null where they differ. */
  readonly fileSteps: number | null;
  readonly inputSize: number;
  /** A row for each step. */
  readonly inputs: SequenceRows<NumberArray>;
  /**
   * [N], [N, O], [N, T] or [N, T, O], or rows of different numbers, the meaning of which the read-out decides; labels
   * are texts.
   */
  readonly targets: SequenceRows;
  readonly steps: CountedSteps;
  /** Whether the lengths are those of the file or an array of their own, so that another file may have others. */
  readonly hasLengths: boolean;
  readonly warnings: readonly FileWarning[];
}

/** @throws ArrayError, or an Error of the format */
export function readArraySet(task: ArrayTask, format: ArrayFormat, parts: readonly ArrayPart[]): ArraySet {
  const { inputs, targets, mask, lengths, warnings = [] } = collect(task, format, parts);
  const { shape } = inputs.array;
  if (!inputs.isRagged && (shape.length < 2 || shape.length > 3 || shape.includes(0)))
    throw new ArrayError(
      "inputs",
      l10n.t(
        "the inputs have the shape [{0}]; expected [sequences, time steps, features] or [sequences, time steps]",
        shape.join(", "),
      ),
    );
  const sequences = inputs.rows.length;
  if (targets.rows.length !== sequences)
    throw new ArrayError(
      "targets",
      l10n.t("there are {0} sequences of inputs, but {1} of targets", sequences, targets.rows.length),
    );
  const steps = countSteps(inputs, lengths, mask);
  const inputSize = inputs.isRagged ? shape[1]! : (shape[2] ?? 1);
  requireFiniteInputs(inputs, inputSize, steps.lengths);
  return {
    sequences,
    fileSteps: inputs.isRagged ? null : shape[1]!,
    inputSize,
    inputs,
    targets,
    steps,
    hasLengths: format === "jsonl" || format === "ts" || lengths !== null || mask !== null,
    warnings,
  };
}

interface Collected {
  readonly inputs: SequenceRows<NumberArray>;
  readonly targets: SequenceRows;
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
      inputs: rowsOf("inputs", inputs),
      targets: labels === null ? rowsOf("targets", targets!) : textRows(labels),
      mask: mask && rowsOf("mask", mask).array,
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
    inputs: denseRows(numbers("inputs")),
    targets: denseRows(find(task, "targets", arrays)),
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
    inputs: rowsOf("inputs", inputs),
    targets:
      targets === null
        ? textRows(labels ?? [])
        : denseRows({
            name: "",
            shape: [targets.length],
            dtype: "",
            kind: "float",
            values: new Float64Array(targets),
          }),
    mask: null,
    lengths: null,
    warnings,
  };
}

function textRows(values: readonly string[]): SequenceRows {
  return denseRows({ name: "", shape: [values.length], dtype: "", kind: "text", values });
}

/** Of an array whose first axis is that of the sequences, and whose second one that of the rows, if it has one. */
function denseRows<A extends FileArray>(array: A): SequenceRows<A> {
  const rows = new Uint32Array(array.shape[0] ?? 0).fill(array.shape[1] ?? 1);
  return { array, rows, firsts: firstRows(rows), isRagged: false };
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
function rowsOf(key: "inputs" | "targets" | "mask", { lengths, width, values }: StepValues): SequenceRows<NumberArray> {
  const steps = lengths[0] ?? 0;
  const array = { name: key, dtype: "", kind: "float", values } as const;
  if (lengths.some((length) => length !== steps))
    return {
      array: { ...array, shape: [values.length / width, width] },
      rows: lengths,
      firsts: firstRows(lengths),
      isRagged: true,
    };
  // A row of targets is a number for each step, or for each output: the read-out decides.
  const flat = width === 1 ? [lengths.length, steps] : [lengths.length, width];
  const shape = key === "targets" && (steps === 1 || width === 1) ? flat : [lengths.length, steps, width];
  return denseRows({ ...array, shape });
}

/** What follows the end of a sequence may be anything. */
function requireFiniteInputs(
  { array, firsts, isRagged }: SequenceRows<NumberArray>,
  width: number,
  lengths: Uint32Array,
): void {
  if (array.kind !== "float") return;
  const { values } = array;
  for (const [n, length] of lengths.entries()) {
    const from = firsts[n]! * width;
    for (let i = from; i < from + length * width; i++)
      if (!Number.isFinite(values[i])) {
        const place = isRagged ? [n, ...indicesOf(i - from, [length, width])] : indicesOf(i, array.shape);
        throw notFinite("inputs", values[i]!, place.join(", "));
      }
  }
}

/** @param place indices of the value */
export function notFinite(key: "inputs" | "targets", value: number, place: string): ArrayError {
  return new ArrayError(
    key,
    l10n.t("the array {0} has {1} at [{2}]. Fill missing values before saving it", key, String(value), place),
  );
}
