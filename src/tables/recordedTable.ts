/** Another table, read as the one that a network was trained on: nothing of it is learned from this one. */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";
import type { ByteSource } from "./byteSource";
import { KNOWN_MARKERS } from "./cellKind";
import type { ColumnRecipe } from "./columnRecipe";
import { AUTO_KEYS, type TableKeys } from "./dialect";
import { encodeCategory, encodeTime } from "./encodeColumn";
import { fillValues, keptRows, missingMask, takeRows } from "./fillMissing";
import { readTable, type ColumnRequest, type ReadTable, type TableReport } from "./readTable";
import { allRows } from "./series";
import { MISSING_CATEGORY, type CategoryColumn, type NumberColumn, type TableColumn, type TimeColumn } from "./table";
import { TableError } from "./tableProblem";
import { entryOf, type TableTask } from "./taskTable";
import { nextTimes, timesOf, writeTime, type NextTime } from "./writeTime";
import type { TimeFormat } from "./timeText";

export interface RecordedTable {
  /** Rows that windows are made of, in order. */
  readonly rows: number;
  /** Of each of them the row of the file, counted from 0. */
  rowOf(row: number): number;
  /** One for each input of the network, in the units of the file. */
  readonly inputs: readonly Float64Array[];
  /** The same beyond the last row. */
  readonly later: readonly LaterInput[];
  /** Of each target the values; NaN where the table has none, null where it does not have the column. */
  readonly truths: readonly (Float64Array | null)[];
  readonly times: TableTimes | null;
  readonly report: TableReport;
}

/** What an input is beyond the last row of the table. */
export type LaterInput =
  /** The value of this target. */
  | { readonly kind: "target"; readonly target: number }
  /** Known beforehand: `at(steps)` rows after the last one. */
  | { readonly kind: "known"; readonly at: (steps: number) => number }
  /** @param reason why, in a sentence for a person */
  | { readonly kind: "unknown"; readonly column: string; readonly reason: string };

/** The column of the file with the times of its rows. */
interface TableTimes {
  readonly name: string;
  /** As written in the file; empty where there is none. */
  textAt(row: number): string;
  /** In the same form, so many rows after the last one; null where the times follow no rule. */
  readonly later: ((steps: number) => string) | null;
}

interface Reading {
  readonly task: TableTask;
  readonly recipes: readonly ColumnRecipe[];
  readonly targets: readonly string[];
  readonly read: ReadTable;
  readonly kept: Uint32Array | null;
}

/**
 * @param recipes of the columns of the task, as they were recorded with the weights
 * @param targets names of the columns to predict
 * @throws TableError, at the line where there is one
 */
export function readRecordedTable(
  source: ByteSource,
  task: TableTask,
  recipes: readonly ColumnRecipe[],
  targets: readonly string[],
): RecordedTable {
  const entries = task.columns.map((column, index) => recipeAt(index, entryOf(column).name, recipes));
  const requests = entries.filter(({ name }, index) => entries.findIndex((one) => one.name === name) === index);
  const read = readTable(source, { ...AUTO_KEYS, ...task }, requests.map(requestOf));
  const kept = keptRows(read.table.columns, task.missing?.fill ?? "forward", allRows(read.table.rows));
  const reading: Reading = { task, recipes: entries, targets, read, kept };
  const encoded = entries.map((recipe) => encode(reading, recipe));
  const inputs = encoded.flatMap((one) => one.inputs);
  const later = encoded.flatMap((one) => one.later);
  const rows = kept === null ? read.table.rows : kept.length;
  const { truths, times } = readBeside(source, reading);
  return { rows, rowOf: (row) => kept?.[row] ?? row, inputs, later, truths, times, report: read.report };
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
  readonly later: readonly LaterInput[];
}

function encode(reading: Reading, recipe: ColumnRecipe): Encoded {
  const { name } = recipe;
  const column = columnOf(reading, name);
  if (recipe.kind === "number" && column.kind === "number") return encodeNumber(reading, recipe, column);
  if (recipe.kind === "category" && column.kind === "category") return encodeWords(reading, recipe, column);
  if (recipe.kind === "time" && column.kind === "time") return encodeTimes(recipe, column);
  throw new RangeError(`column ${name} is not of the kind ${recipe.kind}`);
}

/** The rows that stay. */
function columnOf({ read, kept }: Reading, name: string): TableColumn {
  const column = read.table.columns.find((candidate) => candidate.name === name)!;
  return kept === null ? column : takeRows(column, kept);
}

function encodeNumber(
  { task, targets }: Reading,
  recipe: Extract<ColumnRecipe, { readonly kind: "number" }>,
  column: NumberColumn,
): Encoded {
  const fill = task.missing?.fill ?? "forward";
  if (recipe.fill === null && column.missing > 0 && (fill === "mean" || fill === "mask"))
    throw tableError(
      null,
      column.name,
      l10n.t(
        "column {0} has missing values, and the weights have no mean for them: task.missing has changed",
        describeValue(column.name),
      ),
    );
  const mask = recipe.hasMask ? [missingMask(column).values] : [];
  const filled: NumberColumn = { ...column, values: column.values.slice() };
  if (recipe.fill !== null)
    for (let row = 0; row < filled.values.length; row++)
      filled.values[row] = Number.isNaN(filled.values[row]!) ? recipe.fill : filled.values[row]!;
  else fillValues(filled, fill, allRows(filled.values.length), allRows(filled.values.length));
  const target = targets.indexOf(column.name);
  const reason = l10n.t(
    "its values after the last row are not known, as {0} is an input and not a target",
    describeValue(column.name),
  );
  const later: LaterInput = target < 0 ? { kind: "unknown", column: column.name, reason } : { kind: "target", target };
  return { inputs: [filled.values, ...mask], later: [later, ...mask.map(() => known(() => 0))] };
}

function known(at: (steps: number) => number): LaterInput {
  return { kind: "known", at };
}

/** The categories get the places that they had in training. */
function encodeWords(
  { read, kept }: Reading,
  { categories, encoding, hasMissing }: Extract<ColumnRecipe, { readonly kind: "category" }>,
  column: CategoryColumn,
): Encoded {
  const places = column.categories.map((category) => categories.indexOf(category));
  const isUnseen = (code: number): boolean => (code === MISSING_CATEGORY ? !hasMissing : places[code]! < 0);
  const unseen = new Map<number, number[]>();
  for (let row = 0; row < column.codes.length; row++) {
    const code = column.codes[row]!;
    if (isUnseen(code)) unseen.set(code, [...(unseen.get(code)?.slice(0, 4) ?? []), kept?.[row] ?? row]);
  }
  for (const [code, rows] of unseen) throw unseenCategory(read, column, code, rows[0]!, categories);
  const codes = column.codes.map((code) => (code === MISSING_CATEGORY ? code : places[code]!));
  const recorded: CategoryColumn = { ...column, codes, categories, missing: hasMissing ? 1 : 0 };
  const inputs = encodeCategory(recorded, encoding === "one-hot").map(({ values }) => values);
  const reason = l10n.t("its categories after the last row are not known");
  return { inputs, later: inputs.map((): LaterInput => ({ kind: "unknown", column: column.name, reason })) };
}

function unseenCategory(
  read: ReadTable,
  { name, categories: written }: CategoryColumn,
  code: number,
  row: number,
  categories: readonly string[],
): TableError {
  const line = read.placesOf(new Set([row])).get(row)?.line ?? null;
  const what = code === MISSING_CATEGORY ? l10n.t("a missing value") : describeValue(written[code] ?? "");
  const shown = categories.slice(0, 8).map(describeValue).join(", ");
  const rest = categories.length > 8 ? l10n.t("{0}, and {1} more", shown, categories.length - 8) : shown;
  return tableError(
    line,
    name,
    l10n.t(
      "line {0}, column {1}: the network has not seen {2} in training. It knows {3}.",
      line ?? 0,
      describeValue(name),
      what,
      rest,
    ),
  );
}

function encodeTimes(
  { encoding, origin }: Extract<ColumnRecipe, { readonly kind: "time" }>,
  column: TimeColumn,
): Encoded {
  const inputs = encodeTime(column, encoding, origin).map(({ values }) => values);
  const next = nextTimes(column.values);
  const reason = l10n.t("its times do not follow at equal distances, so they cannot be continued");
  const laterOf = (place: number, next: NextTime): LaterInput =>
    known((steps) => {
      const values = Float64Array.of(next(steps));
      return encodeTime({ ...column, values, missing: 0 }, encoding, origin)[place]!.values[0]!;
    });
  return {
    inputs,
    later: inputs.map((_, place) =>
      next === null ? { kind: "unknown", column: column.name, reason } : laterOf(place, next),
    ),
  };
}

function tableError(line: number | null, column: string, text: string): TableError {
  return new TableError([{ key: "columns", severity: "error", line, column, text, fixes: [] }]);
}

/** What the network does not need: times to name the rows by, and targets that are no inputs, where they are there. */
function readBeside(source: ByteSource, reading: Reading): Pick<RecordedTable, "truths" | "times"> {
  const { read, targets, kept, recipes } = reading;
  const isInput = (name: string): boolean => read.table.columns.some((column) => column.name === name);
  const timeInput = recipes.find((recipe) => recipe.kind === "time" && isInput(recipe.name));
  const time =
    timeInput === undefined
      ? read.evidence.find(({ kind, formats }) => kind === "time" && formats.length > 0)
      : read.evidence.find(({ name }) => name === timeInput.name);
  const wanted = targets.filter((name) => !isInput(name) && read.evidence.some((column) => column.name === name));
  const requests: ColumnRequest[] = wanted.map((name) => ({ name, kind: "number", format: null, key: "target" }));
  if (time !== undefined) requests.push({ name: time.name, kind: "category", format: null, key: "columns" });
  const beside = requests.length === 0 ? null : readTable(source, keysOf(reading), requests).table.columns;
  const take = (column: TableColumn): TableColumn => (kept === null ? column : takeRows(column, kept));
  const truths = targets.map((name) => {
    const column = isInput(name) ? columnOf(reading, name) : beside?.find((candidate) => candidate.name === name);
    if (column?.kind !== "number") return null;
    return isInput(name) ? column.values : (take(column) as NumberColumn).values;
  });
  const texts = time === undefined ? undefined : beside?.find(({ name }) => name === time.name);
  if (time === undefined || texts?.kind !== "category") return { truths, times: null };
  const format = timeInput?.kind === "time" ? timeInput.format : time.formats.length === 1 ? time.formats[0]! : null;
  return { truths, times: timesWith(take(texts) as CategoryColumn, format) };
}

/** As the table was recognized, and with values that may be missing. */
function keysOf({ task, read: { report } }: Reading): TableKeys {
  const { order, accept } = { ...AUTO_KEYS, ...task };
  return {
    delimiter: report.delimiter,
    decimal: report.decimal,
    thousands: (report.thousands === "" ? "none" : report.thousands) as TableKeys["thousands"],
    header: report.header,
    skip: report.skip,
    footer: report.footer,
    comment: (report.comment === "" ? "none" : report.comment) as TableKeys["comment"],
    missing: { markers: task.missing?.markers ?? KNOWN_MARKERS },
    order,
    accept,
  };
}

function timesWith({ name, codes, categories }: CategoryColumn, format: TimeFormat | null): TableTimes {
  const textAt = (row: number): string => categories[codes[row] ?? MISSING_CATEGORY] ?? "";
  const times =
    format === null
      ? null
      : timesOf(
          Array.from(codes, (_, row) => textAt(row)),
          format,
        );
  const next = times === null ? null : nextTimes(times);
  const like = textAt(codes.length - 1);
  return {
    name,
    textAt,
    later: next === null || format === null ? null : (steps) => writeTime(next(steps), format, like),
  };
}
