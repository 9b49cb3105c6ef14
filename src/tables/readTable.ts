/** A table as columns: what is left open is recognized and reported, then everything is read by one dialect. */
import * as l10n from "@vscode/l10n";
import { describeNames, describeValue } from "../lib/outsideText";
import { suggest } from "../lib/suggest";
import type { ByteSource } from "./byteSource";
import type { WantedColumn } from "./cellColumn";
import { isNumeric, type CellKind } from "./cellKind";
import { delimiterKey, describeDelimiter, type Dialect, type TableKeys } from "./dialect";
import { describeFaults } from "./faultTexts";
import { OpenQuoteError } from "./faults";
import { recognizeTable, type Recognition } from "./recognize";
import type { ColumnEvidence } from "./recognizeColumns";
import { takeSample } from "./sample";
import { scanTable, type ScannedTable } from "./scanTable";
import type { Table, TableColumn } from "./table";
import { TableError, type TableKey, type TablePlace, type TableProblem } from "./tableProblem";
import { hasShortYear, SHORT_YEARS, type TimeFormat } from "./timeText";
import { findValueProblems } from "./valueProblems";

/** A column that is asked for. */
export interface ColumnRequest {
  readonly name: string;
  /** "auto": a category where all of its first cells are words, else a number. */
  readonly kind: "number" | "category" | "time" | "auto";
  /** Of times; null: recognized. */
  readonly format: TimeFormat | null;
  /** The key that names it. */
  readonly key: "columns" | "target" | "labels" | "split" | "group" | "reset";
}

/** What was recognized and read, for whoever shows it. */
export interface TableReport {
  readonly delimiter: Exclude<TableKeys["delimiter"], "auto">;
  readonly decimal: "." | ",";
  readonly thousands: string;
  readonly header: number;
  readonly skip: number;
  readonly footer: number;
  readonly comment: string;
  readonly rows: number;
  /** Of all columns read. */
  readonly missing: number;
  /** What else the delimiter could be, and how well it fits beside the one that was taken, 0 to 1. */
  readonly runnerUp: { readonly delimiter: Exclude<TableKeys["delimiter"], "auto">; readonly fit: number } | null;
  /** What stands in the cells without a value, "" for empty ones. */
  readonly markers: readonly { readonly text: string; readonly cells: number }[];
  /** Of each column read: its cells that have a value of its kind, and those without one. */
  readonly columns: readonly {
    readonly name: string;
    readonly kind: TableColumn["kind"];
    readonly cells: number;
    readonly missing: number;
  }[];
  readonly problems: readonly TableProblem[];
  /** Where targets are no numbers: what they are, and the labels in the order of their numbers. */
  readonly target?: { readonly kind: "bits" | "classes"; readonly classes: readonly string[] | null };
  /** How many files the table is spread over; absent where it is one. */
  readonly files?: number;
  /** The table of labels: its name, and its column with the names of the files. */
  readonly labels?: { readonly file: string; readonly column: string };
  /** How many files are for what, where a column says it. */
  readonly split?: FileCounts;
  /** Where columns or files tell series apart: how many there are, and how many are too short for a window. */
  readonly series?: { readonly count: number; readonly unused: number };
}

/** How many files are for what. */
interface FileCounts {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** How the table was read, with nothing left to guess: whoever goes by it reads the same. */
export interface TableReading {
  readonly dialect: Dialect;
  /** Names of all columns as the header has them; empty where there is no header. */
  readonly header: readonly string[];
  /** Columns of the table. */
  readonly width: number;
  /** Those asked for, in that order. */
  readonly columns: readonly WantedColumn[];
  readonly order: TableKeys["order"];
  /** Whether an empty line between rows is a row whose value is missing. */
  readonly readsEmptyLines: boolean;
}

export interface ReadTable {
  readonly table: Table;
  readonly reading: TableReading;
  readonly report: TableReport;
  /** What the recognition found in each column of the file, asked for or not. */
  readonly evidence: readonly ColumnEvidence[];
  /** Of the columns asked for, in that order: the format of times; null for other kinds. */
  readonly formats: readonly (TimeFormat | null)[];
  /** Where rows stand, by the row. Reads the table once more. */
  placesOf(rows: ReadonlySet<number>): ReadonlyMap<number, TablePlace>;
}

/** A table of which it is known how it is written, and where the columns are that are asked for. */
export interface PreparedTable {
  readonly source: ByteSource;
  readonly keys: TableKeys;
  readonly recognition: Recognition;
  readonly requests: readonly ColumnRequest[];
  /** In the order of the requests. */
  readonly asked: readonly WantedColumn[];
  /** Each once. */
  readonly wanted: readonly WantedColumn[];
}

/** A header with more is no table that anybody means: its names alone would fill the memory of a thread. */
const MAX_COLUMNS = 100_000;
const MAX_NAMES = 5;

/**
 * @param hasEnd whether the source is the whole table; of a first part the last line is left out
 * @throws TableError when the table is not to be read so, or a value is none of its column's kind
 */
export function readTable(
  source: ByteSource,
  keys: TableKeys,
  requests: readonly ColumnRequest[],
  hasEnd = true,
): ReadTable {
  const recognition = recognizeTable(takeSample(source, hasEnd), keys, namesOf(requests));
  const prepared = prepareTable(source, recognition, keys, requests);
  const { asked, wanted } = prepared;
  const scanned = scanRecognized(source, recognition, wanted, keys);
  const problems = [...recognition.problems, ...scanProblems(source, recognition, wanted, scanned, keys)];
  refuse(problems);
  if (keys.order === "reverse") for (const column of scanned.columns) reverseRows(column);
  const { rows, columns } = scanned;
  return {
    table: { rows, columns: columnsAsked(prepared, columns) },
    reading: readingOf(prepared),
    report: reportOf(recognition, { rows, columns, markers: countMarkers(scanned) }, keys, problems),
    evidence: recognition.columns,
    formats: asked.map(({ format }) => format),
    placesOf: (noted) => placesInOrder(prepared, noted, rows),
  };
}

/** Where a row stands. */
export function placeIn({ placesOf }: Pick<ReadTable, "placesOf">, row: number): TablePlace {
  return placesOf(new Set([row])).get(row) ?? { line: 0 };
}

export function namesOf(requests: readonly ColumnRequest[]): readonly string[] {
  return requests.map(({ name }) => name);
}

/** @throws TableError when it is not to be read so, or a column is not there */
export function prepareTable(
  source: ByteSource,
  recognition: Recognition,
  keys: TableKeys,
  requests: readonly ColumnRequest[],
): PreparedTable {
  refuse(recognition.problems);
  const asked = findColumns(recognition, requests);
  refuseTwoKinds(asked);
  const wanted = asked.filter(({ place }, index) => asked.findIndex((other) => other.place === place) === index);
  return { source, keys, recognition, requests, asked, wanted };
}

/** @param columns those that are wanted */
export function columnsAsked({ asked, wanted }: PreparedTable, columns: readonly TableColumn[]): TableColumn[] {
  return asked.map(({ name, place }) => ({
    ...columns[wanted.findIndex((column) => column.place === place)]!,
    name,
  }));
}

export function readingOf({ recognition, asked: columns, keys }: PreparedTable): TableReading {
  const { dialect, names, written } = recognition;
  const header = dialect.header === 0 ? [] : written;
  const readsEmptyLines = hasEmptyRows(names, keys);
  return { dialect, header, width: names.length, columns, order: keys.order, readsEmptyLines };
}

/** Of a table with one column an empty line is a row, where values may be missing. */
function hasEmptyRows(names: readonly string[], { missing }: TableKeys): boolean {
  return missing !== null && names.length === 1;
}

export function reverseRows(column: TableColumn): void {
  if (column.kind === "category") column.codes.reverse();
  else column.values.reverse();
}

export function reportOf(
  { dialect, runnerUp }: Recognition,
  { rows, columns, markers }: Pick<ScannedTable, "rows" | "columns"> & Pick<TableReport, "markers">,
  keys: TableKeys,
  problems: readonly TableProblem[],
): TableReport {
  return {
    delimiter: delimiterKey(dialect.delimiter),
    decimal: dialect.decimal,
    thousands: dialect.thousands,
    header: dialect.header,
    skip: dialect.skip,
    footer: dialect.footer,
    comment: dialect.comment,
    rows,
    missing: columns.reduce((sum, { missing }) => sum + missing, 0),
    runnerUp: runnerUpOf(runnerUp, keys),
    markers,
    columns: columns.map(({ name, kind, missing }) => ({ name, kind, cells: rows - missing, missing })),
    problems,
  };
}

export function runnerUpOf(runnerUp: Recognition["runnerUp"], { delimiter }: TableKeys): TableReport["runnerUp"] {
  if (runnerUp === null || delimiter !== "auto") return null;
  return { delimiter: delimiterKey(runnerUp.delimiter), fit: runnerUp.score / runnerUp.of };
}

/** Marks of missing values, "" for empty cells, the most frequent first. */
export function countMarkers({ columns, faults, markedNumbers }: ScannedTable): TableReport["markers"] {
  const markers = new Map(faults.markers);
  const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0);
  for (const [text, cells] of markedNumbers) markers.set(text, (markers.get(text) ?? 0) + cells);
  // Cells that a short row does not have, and empty lines of a table with one column.
  const absent = sum(columns.map(({ missing }) => missing)) - sum(faults.misfits.values()) - sum(markers.values());
  if (absent > 0) markers.set("", (markers.get("") ?? 0) + absent);
  return [...markers].map(([text, cells]) => ({ text, cells })).sort((a, b) => b.cells - a.cells);
}

/** What is wrong with the cells, and what may not be meant. */
export function scanProblems(
  source: ByteSource,
  recognition: Recognition,
  wanted: readonly WantedColumn[],
  scanned: ScannedTable,
  keys: TableKeys,
): TableProblem[] {
  return [...cellProblems(recognition, wanted, scanned, keys), ...valueProblems(source, recognition, scanned, keys)];
}

/** The same without what shows only beside the other values of a column. */
export function cellProblems(
  recognition: Recognition,
  wanted: readonly WantedColumn[],
  scanned: ScannedTable,
  keys: TableKeys,
): TableProblem[] {
  return [
    ...describeFaults(scanned.faults, recognition, wanted, keys),
    ...orderProblems(recognition, keys),
    ...yearProblems(recognition, wanted),
    ...lineProblems(scanned, keys),
  ];
}

/** Of rows counted from 0 the lines. */
function linesOf(
  source: ByteSource,
  { dialect, names }: Recognition,
  keys: TableKeys,
  noted: ReadonlySet<number>,
): ReadonlyMap<number, number> {
  const readsEmptyLines = hasEmptyRows(names, keys);
  return scanTable(source, { dialect, width: names.length, wanted: [], readsEmptyLines, noted }).lines;
}

/** @param count how many rows there are */
export function placesInOrder(
  { source, recognition, keys }: PreparedTable,
  rows: ReadonlySet<number>,
  count: number,
): ReadonlyMap<number, TablePlace> {
  const turned = (row: number): number => (keys.order === "file" ? row : count - 1 - row);
  const lines = linesOf(source, recognition, keys, new Set([...rows].map(turned)));
  return new Map([...lines].map(([row, line]) => [turned(row), { line }]));
}

export function refuse(problems: readonly TableProblem[]): void {
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new TableError(errors);
}

/** A column is read once. */
function refuseTwoKinds(asked: readonly WantedColumn[]): void {
  const other = asked.find(({ place, kind }) => asked.some((one) => one.place === place && one.kind !== kind));
  if (other === undefined) return;
  const text = l10n.t(
    "column {0} cannot be of two kinds, one as an input and one as the target",
    describeValue(other.name),
  );
  throw new TableError([problem("columns", null, other.name, text)]);
}

/** @throws TableError when a quote is not closed */
export function scanRecognized(
  source: ByteSource,
  { dialect, names }: Recognition,
  wanted: readonly WantedColumn[],
  keys: TableKeys,
): ScannedTable {
  try {
    const readsEmptyLines = hasEmptyRows(names, keys);
    return scanTable(source, { dialect, width: names.length, wanted, readsEmptyLines });
  } catch (error) {
    if (!(error instanceof OpenQuoteError)) throw error;
    throw new TableError([problem("file", error.line, null, l10n.t("line {0}: a quote is not closed", error.line))]);
  }
}

function problem(key: TableKey, line: number | null, column: string | null, text: string): TableProblem {
  return { key, severity: "error", line, column, text, fixes: [] };
}

function findColumns(recognition: Recognition, requests: readonly ColumnRequest[]): WantedColumn[] {
  const { names, written, headerLine, columns, dialect } = recognition;
  if (names.length === 0)
    throw new TableError([
      problem("file", null, null, l10n.t("the file is empty; its first line must name the columns")),
    ]);
  if (names.length > MAX_COLUMNS)
    throw new TableError([
      problem(
        "file",
        headerLine,
        null,
        l10n.t(
          "line {0}: the header names more than {1} columns. Is the table transposed, or the delimiter another one?",
          headerLine,
          MAX_COLUMNS.toLocaleString("en-US"),
        ),
      ),
    ]);
  const plain = names.map(withPlainBlanks);
  return requests.map(({ name, kind, format, key }) => {
    const unique = plain.indexOf(withPlainBlanks(name));
    const place = unique >= 0 ? unique : written.map(withPlainBlanks).indexOf(withPlainBlanks(name));
    if (place < 0) throw new TableError([noSuchColumn(name, key, recognition)]);
    const isLabel = key === "target";
    if (kind === "auto" || kind === "category") {
      const hasLabels = kind === "category" || hasWords(columns[place]!);
      return hasLabels ? { name, place, kind: "category", format, isLabel } : { name, place, kind: "number", format };
    }
    if (kind !== "time" || format !== null) return { name, place, kind, format };
    const [first, other] = columns[place]!.formats;
    if (first !== undefined && other === undefined) return { name, place, kind, format: first };
    const text =
      first === undefined
        ? l10n.t("column {0}: the format of its times is not recognized. Set its format.", describeValue(name))
        : l10n.t(
            "column {0}: day and month could be either way around ({1}). Set its format.",
            describeValue(name),
            columns[place]!.formats.join(", "),
          );
    const fixes = columns[place]!.formats.map((value) => ({ entry: "format", value }) as const);
    throw new TableError([{ ...problem("columns", headerLine + dialect.header, name, text), fixes }]);
  });
}

function hasWords({ kind, cells }: Recognition["columns"][number]): boolean {
  return kind === "category" && !(Object.keys(cells) as CellKind[]).some(isNumeric);
}

/** A no-break space looks like a space. */
function withPlainBlanks(name: string): string {
  return name.replace(/[\s\u00a0]+/g, " ").trim();
}

function noSuchColumn(name: string, key: TableKey, { names, dialect, headerLine }: Recognition): TableProblem {
  const nearest = suggest(name, names);
  const shown =
    names.length > MAX_NAMES
      ? l10n.t(
          "{0}, and {1} more",
          describeNames(names.slice(0, MAX_NAMES)),
          (names.length - MAX_NAMES).toLocaleString("en-US"),
        )
      : describeNames(names);
  const columns = l10n.t("the columns, {0}, are {1}", describeDelimiter(dialect.delimiter), shown);
  const lack =
    dialect.header === 0
      ? l10n.t("there is no column {0}; the table has no header", describeValue(name))
      : l10n.t("there is no column {0}", describeValue(name));
  const text = nearest === undefined ? `${lack}; ${columns}` : `${lack}; ${columns}. ${didYouMean(nearest)}`;
  return { ...problem(key, headerLine, name, text), fixes: [] };
}

function didYouMean(name: string): string {
  return l10n.t("Did you mean {0}?", describeValue(name));
}

function orderProblems({ columns, headerLine, dialect }: Recognition, { order }: TableKeys): TableProblem[] {
  const newestFirst = columns.find(({ isDescending }) => isDescending);
  if (newestFirst === undefined || order === "reverse") return [];
  const text = l10n.t(
    "The times in column {0} run backward, and so does the series. Set task.order to {1}.",
    describeValue(newestFirst.name),
    describeValue("reverse"),
  );
  const fixes = [{ key: "order", value: "reverse" }] as const;
  return [{ ...problem("order", headerLine + dialect.header, newestFirst.name, text), severity: "warning", fixes }];
}

/** Of columns that are read. */
function yearProblems({ headerLine, dialect }: Recognition, wanted: readonly WantedColumn[]): TableProblem[] {
  return wanted.flatMap(({ name, format }) => {
    if (format === null || !hasShortYear(format)) return [];
    const text = l10n.t(
      "The years in column {0} have two digits. They are read as the years {1} to {2}.",
      describeValue(name),
      SHORT_YEARS.first,
      SHORT_YEARS.last,
    );
    return [{ ...problem("columns", headerLine + dialect.header, name, text), severity: "information" as const }];
  });
}

function lineProblems({ emptyLines, longRows }: ScannedTable, { missing }: TableKeys): TableProblem[] {
  const problems: TableProblem[] = [];
  if (longRows > 0) {
    const text = l10n.t("Rows that have an empty value beyond the last column: {0}.", longRows.toLocaleString("en-US"));
    problems.push({ ...problem("file", null, null, text), severity: "information" });
  }
  if (emptyLines > 0 && missing === null) {
    const text = l10n.t("Empty lines between rows, which are not read: {0}.", emptyLines.toLocaleString("en-US"));
    problems.push({ ...problem("missing", null, null, text), severity: "information" });
  }
  return problems;
}

/** With the lines of their rows, for which the table is read once more where there are any. */
function valueProblems(
  source: ByteSource,
  recognition: Recognition,
  scanned: ScannedTable,
  keys: TableKeys,
): TableProblem[] {
  const found = findValueProblems(scanned.columns, keys);
  const noted = new Set(found.flatMap(({ row }) => row ?? []));
  if (noted.size === 0) return found;
  const lines = linesOf(source, recognition, keys, noted);
  return found.map(({ row, ...rest }) => ({ ...rest, line: row === null ? null : (lines.get(row) ?? null) }));
}
