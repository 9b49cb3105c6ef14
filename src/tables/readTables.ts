/** Several tables read as one: the first says how all of them are written, and the others are held to it. */
import { countLines, memorySource } from "./byteSource";
import type { TableKeys } from "./dialect";
import { FileFaults } from "./fileFaults";
import { JoinedColumns } from "./joinedColumns";
import {
  cellProblems,
  columnsAsked,
  countMarkers,
  namesOf,
  placesInOrder,
  prepareTable,
  readingOf,
  refuse,
  reportOf,
  reverseRows,
  scanRecognized,
  type ColumnRequest,
  type PreparedTable,
  type ReadTable,
  type TableReport,
} from "./readTable";
import { recognizeTable } from "./recognize";
import { takeSample } from "./sample";
import type { ScannedTable } from "./scanTable";
import { asFirst, emptyTable, prepareAlike, refuseOtherEnd, withoutRows, type FirstTable } from "./sameTables";
import type { NamedTable } from "./tableFiles";
import type { TablePlace, TableProblem } from "./tableProblem";
import { findValueProblems } from "./valueProblems";

export interface ReadTables extends ReadTable {
  /** The row at which each file starts, in the order in which their rows follow one another. */
  readonly starts: Uint32Array;
}

/**
 * @param files in the order of their names; at least one
 * @param order places in `files`: in which order their rows follow one another
 * @throws TableError that names the files which are not to be read so, or differ from the first
 */
export function readTables(
  files: readonly NamedTable[],
  order: readonly number[],
  keys: TableKeys,
  requests: readonly ColumnRequest[],
): ReadTables {
  const faults = new FileFaults(files);
  const first = faults.gather(0, () => asFirst(files[0]!, prepareFirst(files[0]!, keys, requests)));
  if (first === null) return faults.refuse();
  const capacity = files.reduce((rows, { bytes }) => rows + countLines(memorySource(bytes)).lines, 0);
  const { prepared } = first;
  const joined = new JoinedColumns(prepared.wanted, capacity);
  const markers = new Map<string, number>();
  const starts: number[] = [];
  for (const index of order) {
    const scanned = faults.gather(index, () => {
      const table = index === 0 ? prepared : prepareAlike(files[index]!, first);
      const rows = scanRows(table, (problems) => faults.note(index, problems));
      refuseOtherEnd(table, first);
      return rows;
    });
    if (scanned === null) continue;
    starts.push(joined.rows);
    joined.append(scanned.columns, scanned.rows);
    for (const { text, cells } of countMarkers(scanned)) markers.set(text, (markers.get(text) ?? 0) + cells);
  }
  if (faults.any) return faults.refuse();
  const { rows } = joined;
  const columns = joined.finish();
  const inOrder = order.map((index) => files[index]!);
  const placesOf = (noted: ReadonlySet<number>): ReadonlyMap<number, TablePlace> =>
    placesIn(inOrder, [...starts, rows], first, noted);
  const problems = [...faults.notes(), ...valueProblems(columns, keys, placesOf)];
  const report = reportOf(prepared.recognition, { rows, columns, markers: sorted(markers) }, keys, problems);
  return {
    table: { rows, columns: columnsAsked(prepared, columns) },
    report: { ...report, files: files.length },
    reading: readingOf(prepared),
    evidence: prepared.recognition.columns,
    formats: prepared.asked.map(({ format }) => format),
    placesOf,
    starts: Uint32Array.from(starts),
  };
}

function prepareFirst({ bytes }: NamedTable, keys: TableKeys, requests: readonly ColumnRequest[]): PreparedTable {
  const source = memorySource(bytes);
  const recognition = recognizeTable(takeSample(source, true), keys, namesOf(requests));
  if (recognition.names.length === 0) throw emptyTable();
  return prepareTable(source, recognition, keys, requests);
}

/** @param note is called with what is no error */
function scanRows(
  { source, recognition, wanted, keys }: PreparedTable,
  note: (problems: readonly TableProblem[]) => void,
): ScannedTable {
  const scanned = scanRecognized(source, recognition, wanted, keys);
  const problems = [...recognition.problems, ...cellProblems(recognition, wanted, scanned, keys)];
  refuse(problems);
  if (scanned.rows === 0) throw withoutRows(recognition.headerLine);
  note(problems);
  if (keys.order === "reverse") for (const column of scanned.columns) reverseRows(column);
  return scanned;
}

function sorted(markers: ReadonlyMap<string, number>): TableReport["markers"] {
  return Array.from(markers, ([text, cells]) => ({ text, cells })).sort((a, b) => b.cells - a.cells);
}

/**
 * @param files in the order of the rows
 * @param starts of each the first row, and the number of all rows
 */
function placesIn(
  files: readonly NamedTable[],
  starts: readonly number[],
  first: FirstTable,
  noted: ReadonlySet<number>,
): ReadonlyMap<number, TablePlace> {
  const places = new Map<number, TablePlace>();
  for (const [index, file] of files.entries()) {
    const [from, to] = [starts[index]!, starts[index + 1]!];
    const within = [...noted].filter((row) => row >= from && row < to).map((row) => row - from);
    if (within.length === 0) continue;
    const prepared = file === first.file ? first.prepared : prepareAlike(file, first);
    for (const [row, { line }] of placesInOrder(prepared, new Set(within), to - from))
      places.set(from + row, { file: file.name, line });
  }
  return places;
}

/** Of the columns of all files together. */
function valueProblems(
  columns: Parameters<typeof findValueProblems>[0],
  keys: TableKeys,
  placesOf: (noted: ReadonlySet<number>) => ReadonlyMap<number, TablePlace>,
): TableProblem[] {
  const found = findValueProblems(columns, keys);
  const places = placesOf(new Set(found.flatMap(({ row }) => row ?? [])));
  return found.map(({ row, ...problem }) => ({ ...problem, ...(row === null ? {} : places.get(row)) }));
}
