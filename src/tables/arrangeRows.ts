/** The rows of a table by series: those of one follow one another, and each episode is a series of its own. */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";
import { keptRows, takeRows, type Fill } from "./fillMissing";
import { findSeries, keepSeriesRows, seriesRanges, type RowRange, type Series } from "./series";
import type { Table, TableColumn } from "./table";
import { TableError, type TablePlace } from "./tableProblem";

/** Columns of the table. */
export interface SeriesKeys {
  /** Those whose values identify the series; none: all rows are one. */
  readonly group: readonly string[];
  /** The one that is 1 where an episode starts; empty: there are no episodes. */
  readonly reset: string;
}

export interface ArrangedRows {
  readonly rows: number;
  readonly columns: readonly TableColumn[];
  readonly series: readonly RowRange[];
  /** Row of the file that each row was; null where they are the same. */
  readonly rowOf: Uint32Array | null;
}

/**
 * Series after series, without the rows that are left out.
 * @param placeOf where a row of the table stands
 * @param files the rows at which its files start
 * @throws TableError
 */
export function arrangeRows(
  { rows, columns }: Table,
  { group, reset }: SeriesKeys,
  fill: Fill,
  placeOf: (row: number) => TablePlace,
  files?: Uint32Array,
): ArrangedRows {
  const find = (name: string): TableColumn => columns.find((column) => column.name === name)!;
  const keys = group.map(find);
  if (fill !== "drop") for (const key of keys) refuseMissing("group", key);
  const grouped = findSeries(keys, rows, files);
  const found = reset === "" ? grouped : splitEpisodes(grouped, find(reset), rows, placeOf);
  const { rowOf } = found;
  const sorted = rowOf === null ? columns : columns.map((column) => takeRows(column, rowOf));
  const series = seriesRanges(found, rows);
  const kept = keptRows(sorted, fill, series);
  if (kept === null) return { columns: sorted, rows, series, rowOf };
  const left = keepSeriesRows(found, rows, kept);
  return {
    columns: sorted.map((column) => takeRows(column, kept)),
    rows: kept.length,
    series: seriesRanges(left, kept.length),
    rowOf: left.rowOf,
  };
}

/** A series ends before each row at which an episode starts. */
function splitEpisodes(
  { starts, rowOf }: Series,
  column: TableColumn,
  rows: number,
  placeOf: (row: number) => TablePlace,
): Series {
  refuseMissing("reset", column);
  const isStart = episodeStarts(column, placeOf);
  const first = new Set(starts);
  const found: number[] = [];
  for (let row = 0; row < rows; row++) if (first.has(row) || isStart(rowOf?.[row] ?? row)) found.push(row);
  return { starts: Uint32Array.from(found), rowOf };
}

const YES: ReadonlySet<string> = new Set(["true", "yes", "1"]);
const NO: ReadonlySet<string> = new Set(["false", "no", "0"]);

/** Of a row of the table whether its cell is 1, true or yes. @throws TableError at a cell that is neither yes nor no */
function episodeStarts(column: TableColumn, placeOf: (row: number) => TablePlace): (row: number) => boolean {
  const textAt = (row: number): string =>
    column.kind === "category" ? column.categories[column.codes[row]!]! : String(column.values[row]);
  const rows = column.kind === "category" ? column.codes.length : column.values.length;
  const known = new Map<string, boolean>();
  const startsBy = (text: string): boolean | null => {
    const plain = Number.isFinite(Number(text)) ? String(Number(text)) : text.toLowerCase();
    return YES.has(plain) ? true : NO.has(plain) ? false : null;
  };
  for (let row = 0; row < rows; row++) {
    const text = textAt(row);
    if (known.has(text)) continue;
    const isStart = startsBy(text);
    if (isStart === null) throw notAFlag(column.name, text, placeOf(row));
    known.set(text, isStart);
  }
  return (row) => known.get(textAt(row)) === true;
}

function notAFlag(name: string, text: string, place: TablePlace): TableError {
  return tableError(
    "reset",
    name,
    place,
    l10n.t(
      "line {0}, column {1}: {2} does not say whether an episode starts; use 1 or 0, or true or false",
      place.line,
      describeValue(name),
      describeValue(text),
    ),
  );
}

function refuseMissing(key: "group" | "reset", { name, missing }: TableColumn): void {
  if (missing === 0) return;
  const count = missing.toLocaleString("en-US");
  const text =
    key === "group"
      ? l10n.t(
          'column {0} of task.group has {1} missing values. To remove these rows, set task.missing.fill to "drop"',
          describeValue(name),
          count,
        )
      : l10n.t("column {0} of task.reset has {1} missing values; use 0 or 1 in each row", describeValue(name), count);
  throw tableError(key, name, null, text);
}

function tableError(key: "group" | "reset", column: string, place: TablePlace | null, text: string): TableError {
  return new TableError([{ key, severity: "error", line: null, ...place, column, text, fixes: [] }]);
}
