/** Another table, read as the one that a network was trained on: nothing of it is learned from this one. */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";
import type { ByteSource } from "./byteSource";
import { arrangeRows } from "./arrangeRows";
import type { ColumnRecipe } from "./columnRecipe";
import { AUTO_KEYS } from "./dialect";
import { encodeCategory, encodeTime } from "./encodeColumn";
import { fillValues, missingMask } from "./fillMissing";
import { placeIn, type ColumnRequest, type ReadTable } from "./readTable";
import { readBeside } from "./recordedBeside";
import { filesOfRows, readRecorded } from "./recordedFiles";
import type { LaterInput, RecordedReading, RecordedTable, RecordedTask } from "./recordedParts";
import type { RowRange } from "./series";
import { MISSING_CATEGORY, type CategoryColumn, type NumberColumn, type TimeColumn } from "./table";
import { areTableFiles, type TableFiles } from "./tableFiles";
import { TableError, type TablePlace } from "./tableProblem";
import { dividersOf, entryOf, groupOf, type TableTask } from "./taskTable";
import { nextTimes } from "./writeTime";

/** @throws TableError, at the line where there is one */
export function readRecordedTable(
  data: ByteSource | TableFiles,
  task: TableTask,
  recorded: RecordedTask,
): RecordedTable {
  const entries = task.columns.map((column, index) => recipeAt(index, entryOf(column).name, recorded.columns));
  const requests = requestsOf(entries, task);
  const read = readRecorded(data, { ...AUTO_KEYS, ...task }, requests);
  const keys = { group: groupOf(task), reset: task.reset ?? "" };
  const fill = task.missing?.fill ?? "forward";
  const arranged = arrangeRows(read.table, keys, fill, (row) => placeIn(read, row), read.starts);
  const files = areTableFiles(data) ? filesOfRows(data, read.starts!, arranged, task, recorded) : null;
  const reading: RecordedReading = { task, recorded: { ...recorded, columns: entries }, read, arranged, files };
  const encoded = entries.map((recipe) => encode(reading, recipe));
  const { rows, series, rowOf } = arranged;
  return {
    rows,
    rowOf: (row) => files?.rowAt(row) ?? rowOf?.[row] ?? row,
    series,
    inputs: encoded.flatMap((one) => one.inputs),
    laterOf: (index) => encoded.flatMap((one) => one.laterOf(series[index]!)),
    report: files?.labels == null ? read.report : { ...read.report, labels: files.labels },
    files,
    ...readBeside(data, reading),
  };
}

/** Of the inputs as they were recorded, each once; then what tells series apart, where it is no input. */
function requestsOf(entries: readonly ColumnRecipe[], task: TableTask): ColumnRequest[] {
  const requests = entries
    .filter(({ name }, index) => entries.findIndex((one) => one.name === name) === index)
    .map(requestOf);
  const dividers = dividersOf(task).filter((name) => requests.every((other) => other.name !== name));
  return [
    ...requests,
    ...dividers.map((name): ColumnRequest => ({
      name,
      kind: "category",
      format: null,
      key: name === task.reset ? "reset" : "group",
    })),
  ];
}

function requestOf(recipe: ColumnRecipe): ColumnRequest {
  const { name, kind } = recipe;
  return { name, kind, format: recipe.kind === "time" ? recipe.format : null, key: "columns" };
}

/** Of an entry of `columns`. */
function recipeAt(index: number, name: string, recipes: readonly ColumnRecipe[]): ColumnRecipe {
  const recipe = recipes[index];
  if (recipe?.name === name) return recipe;
  throw tableError(null, name, l10n.t("the weights do not say how column {0} was read", describeValue(name)));
}

interface Encoded {
  readonly inputs: readonly Float64Array[];
  laterOf(series: RowRange): readonly LaterInput[];
}

function encode(reading: RecordedReading, recipe: ColumnRecipe): Encoded {
  const { name } = recipe;
  const column = reading.arranged.columns.find((candidate) => candidate.name === name)!;
  if (recipe.kind === "number" && column.kind === "number") return encodeNumber(reading, recipe, column);
  if (recipe.kind === "category" && column.kind === "category") return encodeWords(reading, recipe, column);
  if (recipe.kind === "time" && column.kind === "time") return encodeTimes(reading, recipe, column);
  throw new RangeError(`column ${name} is not of the kind ${recipe.kind}`);
}

function encodeNumber(
  reading: RecordedReading,
  recipe: Extract<ColumnRecipe, { readonly kind: "number" }>,
  column: NumberColumn,
): Encoded {
  const mask = recipe.hasMask ? [missingMask(column).values] : [];
  const later = [laterNumber(reading, column.name), ...mask.map(() => known(() => 0))];
  return { inputs: [filledAsRecorded(reading, recipe, column), ...mask], laterOf: () => later };
}

/** No mean is taken of this table: where one is needed, it is that of training. */
function filledAsRecorded(
  { task, arranged: { series } }: RecordedReading,
  { fill: recorded }: Extract<ColumnRecipe, { readonly kind: "number" }>,
  column: NumberColumn,
): Float64Array {
  const { name, missing } = column;
  const fill = task.missing?.fill ?? "forward";
  const values = column.values.slice();
  if (missing === 0) return values;
  if (recorded === null && (fill === "mean" || fill === "mask")) throw withoutMean(name);
  if (fill === "linear" || (fill === "forward" && recorded === null))
    for (const one of series) fillValues({ ...column, values }, fill, [one], []);
  if (recorded === null) {
    if (values.some(Number.isNaN)) throw withoutMean(name);
    return values;
  }
  for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row]!)) values[row] = recorded;
  return values;
}

function withoutMean(name: string): TableError {
  return tableError(
    null,
    name,
    l10n.t(
      "column {0} has missing values, and the weights have no mean for them: task.missing has changed",
      describeValue(name),
    ),
  );
}

/** A network that predicts the very numbers that it reads can go on with its own. */
function laterNumber({ recorded: { targets, classes, areBits } }: RecordedReading, column: string): LaterInput {
  const target = targets.indexOf(column);
  if (target >= 0 && classes === null && !areBits) return { kind: "target", target };
  const name = describeValue(column);
  return {
    kind: "unknown",
    column,
    reason:
      target < 0
        ? l10n.t("its values after the last row are not known, as {0} is an input and not a target", name)
        : l10n.t("the network answers with probabilities, which are no values of {0} that it could read", name),
  };
}

function known(at: (steps: number) => number): LaterInput {
  return { kind: "known", at };
}

/** The categories get the places that they had in training. */
function encodeWords(
  { read, recorded, arranged: { rowOf } }: RecordedReading,
  { categories, encoding, hasMissing }: Extract<ColumnRecipe, { readonly kind: "category" }>,
  column: CategoryColumn,
): Encoded {
  const places = column.categories.map((category) => categories.indexOf(category));
  const isUnseen = (code: number): boolean => (code === MISSING_CATEGORY ? !hasMissing : places[code]! < 0);
  const unseen = new Map<number, number[]>();
  for (let row = 0; row < column.codes.length; row++) {
    const code = column.codes[row]!;
    if (isUnseen(code)) unseen.set(code, [...(unseen.get(code)?.slice(0, 4) ?? []), rowOf?.[row] ?? row]);
  }
  for (const [code, rows] of unseen) throw unseenCategory(read, column, code, rows[0]!, categories);
  const codes = column.codes.map((code) => (code === MISSING_CATEGORY ? code : places[code]!));
  const asInTraining: CategoryColumn = { ...column, codes, categories, missing: hasMissing ? 1 : 0 };
  const inputs = encodeCategory(asInTraining, encoding === "one-hot").map(({ values }) => values);
  const reason = recorded.targets.includes(column.name)
    ? l10n.t("the network answers with probabilities, which are no categories of {0}", describeValue(column.name))
    : l10n.t("its categories after the last row are not known");
  const later = inputs.map((): LaterInput => ({ kind: "unknown", column: column.name, reason }));
  return { inputs, laterOf: () => later };
}

function unseenCategory(
  read: ReadTable,
  { name, categories: written }: CategoryColumn,
  code: number,
  row: number,
  categories: readonly string[],
): TableError {
  const place = placeIn(read, row);
  const what = code === MISSING_CATEGORY ? l10n.t("a missing value") : describeValue(written[code] ?? "");
  const shown = categories.slice(0, 8).map(describeValue).join(", ");
  const rest = categories.length > 8 ? l10n.t("{0}, and {1} more", shown, categories.length - 8) : shown;
  return tableError(
    place,
    name,
    l10n.t(
      "line {0}, column {1}: the network has not seen {2} in training. It knows {3}.",
      place.line,
      describeValue(name),
      what,
      rest,
    ),
  );
}

function encodeTimes(
  { recorded: { hasSeries }, arranged }: RecordedReading,
  { encoding, origin }: Extract<ColumnRecipe, { readonly kind: "time" }>,
  column: TimeColumn,
): Encoded {
  const inputs = encodeTime(column, encoding, hasSeries ? arranged.series : origin).map(({ values }) => values);
  const reason = l10n.t("its times do not follow at equal distances, so they cannot be continued");
  return {
    inputs,
    laterOf({ from, to }) {
      const next = nextTimes(column.values.subarray(from, to));
      const start = hasSeries ? column.values[from]! : origin;
      return inputs.map((_, place): LaterInput => {
        if (next === null) return { kind: "unknown", column: column.name, reason };
        return known((steps) => {
          const values = Float64Array.of(next(steps));
          return encodeTime({ ...column, values, missing: 0 }, encoding, start)[place]!.values[0]!;
        });
      });
    },
  };
}

function tableError(place: TablePlace | null, column: string, text: string): TableError {
  return new TableError([{ key: "columns", severity: "error", line: null, ...place, column, text, fixes: [] }]);
}
