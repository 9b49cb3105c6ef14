/** The files of a task as one table: each is a series, and what the table of labels says of it stands in its rows. */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";
import type { TableKeys } from "./dialect";
import { readFileLabels, withUsedCategories, type FileLabels, type LabelColumns } from "./fileLabels";
import type { FilePart } from "./fileParts";
import { takeRows } from "./fillMissing";
import type { ColumnRequest } from "./readTable";
import { readTables, type ReadTables } from "./readTables";
import type { TableColumn } from "./table";
import type { TableFiles } from "./tableFiles";
import { TableError } from "./tableProblem";

export interface ReadTaskFiles extends ReadTables {
  /** Rows of the files for training, which come first; null where nothing says which these are. */
  readonly trainingRows: number | null;
}

/**
 * @param requests of columns of the files
 * @throws TableError
 */
export function readTaskFiles(
  { tables, labels }: TableFiles,
  keys: TableKeys,
  requests: readonly ColumnRequest[],
  { targets, split }: LabelColumns,
): ReadTaskFiles {
  if (labels === null) {
    const inOrder = tables.map((_, index) => index);
    return { ...readTables(tables, inOrder, keys, requests), trainingRows: null };
  }
  const twice = targets.find(({ name }) => requests.some((other) => other.name === name));
  if (twice !== undefined) throw namedTwice(twice.name, labels.name);
  const found = readFileLabels(labels, tables, { targets, split }, keys.missing?.markers ?? []);
  const { parts } = found;
  const ofPart = (part: FilePart): number[] => (parts ?? []).flatMap((one, index) => (one === part ? [index] : []));
  const order = parts === null ? inTurn(found.columns, tables.length) : [...ofPart("train"), ...ofPart("validation")];
  const read = readTables(tables, order, keys, requests);
  const { rows, columns } = read.table;
  const fileOf = new Uint32Array(rows);
  for (const [place, from] of read.starts.entries()) fileOf.fill(order[place]!, from);
  const training = ofPart("train").length;
  return {
    ...read,
    trainingRows: parts === null ? null : (read.starts[training] ?? rows),
    table: {
      rows,
      columns: [...columns, ...found.columns.map((column) => withUsedCategories(takeRows(column, fileOf)))],
    },
    report: {
      ...read.report,
      labels: { file: labels.name, column: found.nameColumn },
      ...(parts === null
        ? {}
        : { split: { train: training, validation: ofPart("validation").length, test: ofPart("test").length } }),
      problems: [...read.report.problems, ...found.problems],
    },
  };
}

/**
 * The last files are for validation: an order in which any number of last ones has each label about as often as all
 * files have. Files with one label stay in the order of their names. Numbers are in the order of the names.
 */
export function inTurn(columns: FileLabels["columns"], count: number): number[] {
  const files = Array.from({ length: count }, (_, index) => index);
  if (!columns.every(isLabel)) return files;
  const labelOf = (file: number): string => JSON.stringify(columns.map((column) => valueAt(column, file)));
  const byLabel = new Map<string, number[]>();
  for (const file of files) {
    const alike = byLabel.get(labelOf(file));
    if (alike === undefined) byLabel.set(labelOf(file), [file]);
    else alike.push(file);
  }
  const placed = [...byLabel.values()].flatMap((alike, label) =>
    alike.map((file, index) => ({ file, label, at: (index + 0.5) / alike.length })),
  );
  return placed.sort((a, b) => a.at - b.at || a.label - b.label).map(({ file }) => file);
}

/** Words, or bits. */
function isLabel(column: TableColumn): boolean {
  return column.kind === "category" || column.values.every((value) => value === 0 || value === 1);
}

function valueAt(column: TableColumn, row: number): number {
  return column.kind === "category" ? column.codes[row]! : column.values[row]!;
}

function namedTwice(name: string, labels: string): TableError {
  const text = l10n.t(
    "column {0} is both in the files and in {1}. Rename it in one of them.",
    describeValue(name),
    describeValue(labels),
  );
  return new TableError([{ key: "target", severity: "error", line: null, column: name, text, fixes: [] }]);
}
