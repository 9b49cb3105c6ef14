/** What of a table that is predicted is known by its files: their names, and what a table of labels says of them. */
import type { ArrangedRows } from "./arrangeRows";
import type { ByteSource } from "./byteSource";
import type { TableKeys } from "./dialect";
import { readKnownLabels } from "./fileLabels";
import { takeRows } from "./fillMissing";
import { readTable, type ColumnRequest, type ReadTable } from "./readTable";
import { readTables, type ReadTables } from "./readTables";
import type { FilesOfRows, RecordedTask } from "./recordedParts";
import { areTableFiles, type TableFiles } from "./tableFiles";
import { inTurn } from "./taskFiles";
import type { TableTask } from "./taskTable";

/** One table, or all files in the order of their names. */
export function readRecorded(
  data: ByteSource | TableFiles,
  keys: TableKeys,
  requests: readonly ColumnRequest[],
): ReadTable & Partial<ReadTables> {
  if (!areTableFiles(data)) return readTable(data, keys, requests);
  const order = data.tables.map((_, index) => index);
  return readTables(data.tables, order, keys, requests);
}

/** @throws TableError */
export function filesOfRows(
  { tables, labels }: TableFiles,
  starts: Uint32Array,
  { rows, series, rowOf }: ArrangedRows,
  task: TableTask,
  { targets, classes }: RecordedTask,
): FilesOfRows {
  const kind = classes === null ? "number" : "category";
  const requests = targets.map((name): ColumnRequest => ({ name, kind, format: null, key: "target" }));
  const found =
    labels === null
      ? null
      : readKnownLabels(labels, tables, { targets: requests, split: task.split ?? "" }, task.missing?.markers ?? []);
  const fileOf = fileOfRows(starts, rows, rowOf);
  const place = new Map(found === null ? [] : inTurn(found.columns, tables.length).map((file, at) => [file, at]));
  const placeOf = (index: number): number => place.get(fileOf[series[index]!.from]!) ?? index;
  return {
    count: tables.length,
    nameAt: (row) => tables[fileOf[row]!]!.name,
    rowAt: (row) => (rowOf?.[row] ?? row) - starts[fileOf[row]!]!,
    trainingOrder: series.map((_, index) => index).sort((a, b) => placeOf(a) - placeOf(b) || a - b),
    parts: found?.parts == null ? null : series.map(({ from }) => found.parts![fileOf[from]!]!),
    targets: (found?.columns ?? []).map((column) => takeRows(column, fileOf)),
    labels: found === null || labels === null ? null : { file: labels.name, column: found.nameColumn },
  };
}

/** Of each row the place of its file. */
function fileOfRows(starts: Uint32Array, rows: number, rowOf: Uint32Array | null): Uint32Array {
  const fileOf = new Uint32Array(rows);
  let file = 0;
  for (let at = 0; at < rows; at++) {
    const row = rowOf?.[at] ?? at;
    // Rows of one file follow one another, also where its groups are put in order.
    while (file + 1 < starts.length && starts[file + 1]! <= row) file++;
    while (starts[file]! > row) file--;
    fileOf[at] = file;
  }
  return fileOf;
}
