/** What a table has to predict: values, bits, or classes with their labels. */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";
import type { RowRange } from "./series";
import type { CategoryColumn, NumberColumn, TableColumn } from "./table";
import { TableError, type TablePlace } from "./tableProblem";

export type TargetKind = "values" | "bits" | "classes";

/** In the order of the task. */
export interface TableTargets {
  readonly kind: TargetKind;
  readonly names: readonly string[];
  /**
   * Bits and the numbers of classes, which are no inputs and are not scaled; none for values, which are columns of the
   * table.
   */
  readonly columns: readonly (Uint8Array | Uint32Array)[];
  /** Of classes, as written, in the order of their numbers. */
  readonly labels: readonly string[] | null;
}

/** More are names, not classes. */
const MAX_CLASSES = 1000;

/** @param placeOf where a row stands */
export function bitTargets(columns: readonly NumberColumn[], placeOf: (row: number) => TablePlace): TableTargets {
  const bits = columns.map(({ name, values }) => {
    const odd = values.findIndex((value) => value !== 0 && value !== 1);
    if (odd >= 0) throw notABit(name, values[odd]!, placeOf(odd));
    return Uint8Array.from(values);
  });
  return { kind: "bits", names: columns.map(({ name }) => name), columns: bits, labels: null };
}

function notABit(name: string, value: number, place: TablePlace): TableError {
  return targetError(
    name,
    place,
    l10n.t(
      "line {0}, column {1}: {2} is not a bit. Bits are 0 or 1: set task.targetKind to {3}",
      place.line,
      describeValue(name),
      value,
      '"values"',
    ),
  );
}

/**
 * The labels of a column, numbered from 0: numbers in their order, then words by their code units. Labels stay as
 * written: "1" and "1.0" are two.
 */
export function classTargets(column: CategoryColumn): TableTargets {
  const { name, codes, categories, missing } = column;
  if (missing > 0)
    throw targetError(
      name,
      null,
      l10n.t(
        'column {0}: {1} rows have no label. To remove them, set task.missing.fill to "drop"',
        describeValue(name),
        missing.toLocaleString("en-US"),
      ),
    );
  if (categories.length > MAX_CLASSES)
    throw targetError(
      name,
      null,
      l10n.t(
        'column {0} has {1} different labels; at most {2} can be classes. For numbers, set task.targetKind to "values"',
        describeValue(name),
        categories.length.toLocaleString("en-US"),
        MAX_CLASSES.toLocaleString("en-US"),
      ),
    );
  if (categories.length < 2)
    throw targetError(
      name,
      null,
      l10n.t(
        "column {0} has one label, {1}, but classes are at least two",
        describeValue(name),
        describeValue(categories[0]),
      ),
    );
  const labels = [...categories].sort(compareLabels);
  const classOf = Uint32Array.from(categories, (category) => labels.indexOf(category));
  return { kind: "classes", names: [name], columns: [codes.map((code) => classOf[code]!)], labels };
}

function compareLabels(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
  if (x !== y && !Number.isNaN(x)) return x - y;
  return a < b ? -1 : 1;
}

/** Labels that differ in the case of letters, in blanks, or in how a number is written, and may be meant as one. */
export function similarLabels(labels: readonly string[]): readonly (readonly [string, string])[] {
  const seen = new Map<string, string>();
  const pairs: (readonly [string, string])[] = [];
  for (const label of labels) {
    const plain = label.toLowerCase().replace(/\s+/g, " ").trim();
    const key = plain !== "" && Number.isFinite(Number(plain)) ? String(Number(plain)) : plain;
    const other = seen.get(key);
    if (other === undefined) seen.set(key, label);
    else pairs.push([other, label]);
  }
  return pairs;
}

/**
 * Labels that no row of the other part has. None where all rows are for training.
 * @param classes of each row the number of its label
 */
export function labelsOfOnePart(
  labels: readonly string[],
  classes: ArrayLike<number>,
  training: readonly RowRange[],
): { readonly onlyTraining: readonly string[]; readonly onlyValidation: readonly string[] } {
  const inTraining = new Set<number>();
  const inValidation = new Set<number>();
  let row = 0;
  const collect = (into: Set<number>, end: number): void => {
    for (; row < end; row++) into.add(classes[row]!);
  };
  for (const { from, to } of training) {
    collect(inValidation, from);
    collect(inTraining, to);
  }
  collect(inValidation, classes.length);
  if (inValidation.size === 0) return { onlyTraining: [], onlyValidation: [] };
  return {
    onlyTraining: labels.filter((_, index) => inTraining.has(index) && !inValidation.has(index)),
    onlyValidation: labels.filter((_, index) => inValidation.has(index) && !inTraining.has(index)),
  };
}

/** Whether columns hold 0 and 1 only, and both of them. */
export function areBits(columns: readonly NumberColumn[]): boolean {
  return columns.every(
    ({ values }) => values.includes(0) && values.includes(1) && values.every((value) => value === 0 || value === 1),
  );
}

/** What targets of kind "auto" are, by what their columns were read as. */
export function kindOfColumns(columns: readonly TableColumn[]): TargetKind {
  return columns.length > 0 && columns.every(({ kind }) => kind === "category") ? "classes" : "values";
}

/** @throws TableError where columns are not of the kind, or are too many */
export function refuseMixedTargets(kind: TargetKind, columns: readonly TableColumn[]): void {
  if (kind === "classes" && columns.length !== 1)
    throw targetError(
      null,
      null,
      l10n.t("classes are the labels of one column, but task.target names {0}", columns.length),
    );
  const word = columns.find((column) => kind !== "classes" && column.kind !== "number");
  if (word === undefined) return;
  throw targetError(
    word.name,
    null,
    l10n.t(
      "column {0} has words, which cannot be targets of the kind {1}; several targets are all numbers or all bits",
      describeValue(word.name),
      describeValue(kind),
    ),
  );
}

function targetError(column: string | null, place: TablePlace | null, text: string): TableError {
  return new TableError([{ key: "target", severity: "error", line: null, ...place, column, text, fixes: [] }]);
}
