/** The files of a task as one table: each is a series, and what the table of labels says of it stands in its rows. */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";
import type { TableKeys } from "./dialect";
import { readFileLabels, type FileLabels } from "./fileLabels";
import { takeRows } from "./fillMissing";
import type { ColumnRequest } from "./readTable";
import { readTables, type ReadTables } from "./readTables";
import type { TableColumn } from "./table";
import type { TableFiles } from "./tableFiles";
import { TableError } from "./tableProblem";

/**
 * @param requests of columns of the files
 * @param targets columns of the table of labels
 * @throws TableError
 */
export function readTaskFiles(
  { tables, labels }: TableFiles,
  keys: TableKeys,
  requests: readonly ColumnRequest[],
  targets: readonly ColumnRequest[],
): ReadTables {
  if (labels === null)
    return readTables(
      tables,
      tables.map((_, index) => index),
      keys,
      requests,
    );
  const twice = targets.find(({ name }) => requests.some((other) => other.name === name));
  if (twice !== undefined) throw namedTwice(twice.name, labels.name);
  const found = readFileLabels(labels, tables, targets, keys.missing?.markers ?? []);
  const order = inTurn(found.columns, tables.length);
  const read = readTables(tables, order, keys, requests);
  const { rows, columns } = read.table;
  const fileOf = new Uint32Array(rows);
  for (const [place, from] of read.starts.entries()) fileOf.fill(order[place]!, from);
  return {
    ...read,
    table: { rows, columns: [...columns, ...found.columns.map((column) => takeRows(column, fileOf))] },
    report: {
      ...read.report,
      labels: { file: labels.name, column: found.nameColumn },
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
