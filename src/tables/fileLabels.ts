/** A table with a row for each of several files: its name, and what it is. */
import * as l10n from "@vscode/l10n";
import { describeNames, describeValue } from "../lib/outsideText";
import { memorySource } from "./byteSource";
import { AUTO_KEYS, type TableKeys } from "./dialect";
import { takeRows } from "./fillMissing";
import { FileNames } from "./fileNames";
import { readParts, type FilePart } from "./fileParts";
import { placeIn, readTable, type ColumnRequest, type ReadTable } from "./readTable";
import { recognizeTable } from "./recognize";
import { takeSample } from "./sample";
import { isMissing } from "./series";
import { MISSING_CATEGORY, type CategoryColumn, type TableColumn } from "./table";
import type { NamedTable } from "./tableFiles";
import { TableError, type TableKey, type TableProblem } from "./tableProblem";

/** Columns of the table of labels. */
export interface LabelColumns {
  readonly targets: readonly ColumnRequest[];
  /** The one that says what a file is for; empty: there is none. */
  readonly split: string;
}

export interface FileLabels {
  /** Those that are asked for: one row for each file, in the order of the files. None is missing. */
  readonly columns: readonly TableColumn[];
  /** The column with the names of the files. */
  readonly nameColumn: string;
  /** What each file is for; null where no column says it. */
  readonly parts: readonly FilePart[] | null;
  readonly problems: readonly TableProblem[];
}

/**
 * The column with the names is the one in which most cells name a file.
 * @param wanted the columns to predict, and the one that says what a file is for
 * @param markers of missing values
 * @throws TableError where a file has no label, or more than one
 */
export function readFileLabels(
  labels: NamedTable,
  files: readonly NamedTable[],
  { targets, split }: LabelColumns,
  markers: readonly string[],
): FileLabels {
  return atLabels(labels, () => {
    const splits: ColumnRequest[] = split === "" ? [] : [{ name: split, kind: "category", format: null, key: "split" }];
    const { read, nameColumn, known } = findNames(labels, files, [...targets, ...splits], markers);
    if (nameColumn === null) throw withoutNames(files);
    const rows = rowsOfFiles(read, nameColumn, known, files);
    const columns = read.table.columns.slice(0, targets.length);
    refuseUnlisted(rows, files);
    const column = read.table.columns[targets.length];
    const parts =
      splits.length === 0 ? null : readParts(column as CategoryColumn, rows, (row) => placeIn(read, row).line);
    refuseUnlabeled(rows, columns, files, parts);
    const problems = [...read.report.problems, ...labelsWithoutFile(nameColumn, known)];
    return {
      columns: columns.map((column) => withUsedCategories(takeRows(column, rows))),
      nameColumn: nameColumn.name,
      parts,
      problems: problems.map((one) => ofLabels(one, labels)),
    };
  });
}

/**
 * The same of files that need no label: what is not known is missing.
 * @returns null where no cell names a file
 * @throws TableError where a file has more than one label
 */
export function readKnownLabels(
  labels: NamedTable,
  files: readonly NamedTable[],
  { targets, split }: LabelColumns,
  markers: readonly string[],
): Omit<FileLabels, "problems"> | null {
  return atLabels(labels, () => {
    const { read, nameColumn, known } = findNames(labels, files, targets, markers);
    if (nameColumn === null) return null;
    const rows = rowsOfFiles(read, nameColumn, known, files);
    const columns = read.table.columns.slice(0, targets.length);
    const column = read.table.columns.slice(targets.length).find(({ name }) => name === split);
    const lineOf = (row: number): number => placeIn(read, row).line;
    const parts = column?.kind === "category" && !rows.includes(NONE) ? readParts(column, rows, lineOf) : null;
    return { columns: columns.map((one) => takeKnownRows(one, rows)), nameColumn: nameColumn.name, parts };
  });
}

/** Problems of the table of labels say so. */
function atLabels<T>(labels: NamedTable, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    throw new TableError(error.problems.map((problem) => ofLabels(problem, labels)));
  }
}

interface FoundNames {
  /** The columns that are asked for, then all others as words. */
  readonly read: ReadTable;
  /** Null where no cell names a file. */
  readonly nameColumn: CategoryColumn | null;
  readonly known: FileNames;
}

function findNames(
  labels: NamedTable,
  files: readonly NamedTable[],
  requests: readonly ColumnRequest[],
  markers: readonly string[],
): FoundNames {
  const keys: TableKeys = { ...AUTO_KEYS, missing: { markers } };
  const source = memorySource(labels.bytes);
  const targets = requests.map(({ name }) => name);
  const { names } = recognizeTable(takeSample(source, true), keys, targets);
  const others = names.filter((name) => !targets.includes(name));
  const asWords = others.map((name): ColumnRequest => ({ name, kind: "category", format: null, key: "labels" }));
  const read = readTable(source, keys, [...requests, ...asWords]);
  const words = read.table.columns.slice(requests.length).filter((column) => column.kind === "category");
  const known = new FileNames(files.map(({ name }) => name));
  return { read, nameColumn: findNameColumn(words, known), known };
}

function findNameColumn(columns: readonly CategoryColumn[], known: FileNames): CategoryColumn | null {
  let best: CategoryColumn | null = null;
  let most = 0;
  for (const column of columns) {
    const found = column.categories.filter((text) => known.find(text) !== undefined).length;
    if (found <= most) continue;
    most = found;
    best = column;
  }
  return best;
}

function withoutNames(files: readonly NamedTable[]): TableError {
  const example = describeValue(files[0]!.name);
  return labelError(null, l10n.t("no column has the names of the files, such as {0}.", example));
}

/**
 * Of each file the row that has its label; `NONE` where there is none.
 * @throws TableError where a cell may mean several files, or two rows name one
 */
function rowsOfFiles(
  read: ReadTable,
  { codes, categories }: CategoryColumn,
  known: FileNames,
  files: readonly NamedTable[],
): Uint32Array {
  const lineOf = (row: number): number => placeIn(read, row).line;
  const found = categories.map((text) => known.find(text));
  const rows = new Uint32Array(files.length).fill(NONE);
  for (const [row, code] of codes.entries()) {
    const file = code === MISSING_CATEGORY ? undefined : found[code];
    if (file === undefined) continue;
    const text = describeValue(categories[code]);
    if (file === null)
      throw labelError(
        lineOf(row),
        l10n.t("line {0}: {1} is the name of several files. Write its path.", lineOf(row), text),
      );
    const other = rows[file]!;
    if (other !== NONE)
      throw labelError(
        lineOf(row),
        l10n.t("lines {0} and {1} are both about {2}. Keep one of them.", lineOf(other), lineOf(row), text),
      );
    rows[file] = row;
  }
  return rows;
}

const NONE = 0xffff_ffff;

function refuseUnlisted(rows: Uint32Array, files: readonly NamedTable[]): void {
  refuseWithoutLabel(files.filter((_, index) => rows[index] === NONE));
}

/** What is for test may lack a label. */
function refuseUnlabeled(
  rows: Uint32Array,
  columns: readonly TableColumn[],
  files: readonly NamedTable[],
  parts: FileLabels["parts"],
): void {
  refuseWithoutLabel(
    files.filter((_, index) => parts?.[index] !== "test" && columns.some((column) => isMissing(column, rows[index]!))),
  );
}

function refuseWithoutLabel(without: readonly NamedTable[]): void {
  if (without.length === 0) return;
  const names = describeNames(without.map(({ name }) => name));
  throw labelError(
    null,
    without.length === 1
      ? l10n.t("the file {0} has no label. Add a row for it, or change task.files.", names)
      : l10n.t(
          "{0} files have no label: {1}. Add a row for each, or change task.files.",
          without.length.toLocaleString("en-US"),
          names,
        ),
  );
}

function labelsWithoutFile({ name, codes, categories }: CategoryColumn, known: FileNames): TableProblem[] {
  const used = new Set(codes);
  const without = categories.filter((text, code) => used.has(code) && known.find(text) === undefined);
  if (without.length === 0) return [];
  const text = l10n.t(
    "Column {0}: labels without a file, which are not used: {1} ({2}).",
    describeValue(name),
    without.length.toLocaleString("en-US"),
    describeNames(without),
  );
  return [{ key: "labels", severity: "warning", line: null, column: name, text, fixes: [] }];
}

/** What is not there is missing. */
function takeKnownRows(column: TableColumn, rows: Uint32Array): TableColumn {
  const missing = rows.reduce((sum, row) => sum + Number(row === NONE || isMissing(column, row)), 0);
  if (column.kind === "category")
    return { ...column, codes: rows.map((row) => (row === NONE ? MISSING_CATEGORY : column.codes[row]!)), missing };
  const values = Float64Array.from(rows, (row) => (row === NONE ? NaN : column.values[row]!));
  return { ...column, values, missing };
}

/** Labels that only other rows have are no classes. */
export function withUsedCategories(column: TableColumn): TableColumn {
  if (column.kind !== "category") return column;
  const used = [...new Set(column.codes)];
  const placeOf = new Map(used.map((code, place) => [code, place]));
  const codes = column.codes.map((code) => placeOf.get(code)!);
  return { ...column, codes, categories: used.map((code) => column.categories[code]!) };
}

const OWN_KEYS: ReadonlySet<TableKey> = new Set(["target", "targetKind", "labels", "split"]);

/** What the task says of its files, it does not say of the table of labels. */
function ofLabels(problem: TableProblem, { name }: NamedTable): TableProblem {
  if (OWN_KEYS.has(problem.key)) return { ...problem, file: name };
  const text = l10n.t("{0} A table of labels is recognized: write it with a header and commas.", problem.text);
  return { ...problem, key: "labels", file: name, text: problem.severity === "error" ? text : problem.text, fixes: [] };
}

function labelError(line: number | null, text: string): TableError {
  return new TableError([{ key: "labels", severity: "error", line, column: null, text, fixes: [] }]);
}
