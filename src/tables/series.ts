/** The series of a table: rows with the same values in the columns that tell series apart. */
import { MISSING_CATEGORY, type TableColumn } from "./table";

/** Their rows follow one another, in the order of the file; series are in the order in which they first appear. */
export interface Series {
  /** Row at which each begins, ascending from 0. */
  readonly starts: Uint32Array;
  /** Row of the file that each row was; null where they are the same. */
  readonly rowOf: Uint32Array | null;
}

/** Rows `from` to `to`, the last one excluded. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** All rows as one series. */
const ONE_SERIES: Uint32Array = Uint32Array.of(0);

export function seriesRanges({ starts }: Pick<Series, "starts">, rows: number): RowRange[] {
  return Array.from(starts, (from, index) => ({ from, to: starts[index + 1] ?? rows }));
}

/**
 * @param columns whose values together tell series apart
 * @param files the rows at which the files of the table start: each is at least one series
 */
export function findSeries(columns: readonly TableColumn[], rows: number, files = ONE_SERIES): Series {
  if (columns.length === 0) return { starts: files, rowOf: null };
  const { codes, count } = seriesCodes(columns, rows, files);
  const sizes = new Uint32Array(count);
  let isSorted = true;
  for (let row = 0; row < rows; row++) {
    sizes[codes[row]!]!++;
    if (row > 0 && codes[row]! < codes[row - 1]!) isSorted = false;
  }
  const starts = new Uint32Array(count);
  for (let code = 1; code < count; code++) starts[code] = starts[code - 1]! + sizes[code - 1]!;
  if (isSorted) return { starts, rowOf: null };
  const next = starts.slice();
  const rowOf = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) rowOf[next[codes[row]!]!++] = row;
  return { starts, rowOf };
}

/** The same for fewer rows. @param kept of the rows in the order of the series, ascending */
export function keepSeriesRows({ starts, rowOf }: Series, rows: number, kept: Uint32Array): Series {
  const left: number[] = [];
  let at = 0;
  for (const { to } of seriesRanges({ starts }, rows)) {
    const from = at;
    while (at < kept.length && kept[at]! < to) at++;
    if (at > from) left.push(from);
  }
  return { starts: Uint32Array.from(left), rowOf: kept.map((row) => rowOf?.[row] ?? row) };
}

/** Of each row the number of its series, in the order in which they first appear. */
function seriesCodes(
  columns: readonly TableColumn[],
  rows: number,
  files: Uint32Array,
): { readonly codes: Uint32Array; readonly count: number } {
  let codes = new Uint32Array(rows);
  let count = files.length;
  for (const [file, from] of files.entries()) codes.fill(file, from);
  for (const column of columns) {
    const known = new Map<number, Map<number, number>>();
    const next = new Uint32Array(rows);
    count = 0;
    for (let row = 0; row < rows; row++) {
      let ofBefore = known.get(codes[row]!);
      if (ofBefore === undefined) known.set(codes[row]!, (ofBefore = new Map()));
      const value = column.kind === "category" ? column.codes[row]! : column.values[row]!;
      let code = ofBefore.get(value);
      if (code === undefined) ofBefore.set(value, (code = count++));
      next[row] = code;
    }
    codes = next;
  }
  return { codes, count };
}

/** Whether a row has no value. */
export function isMissing(column: TableColumn, row: number): boolean {
  return column.kind === "category" ? column.codes[row] === MISSING_CATEGORY : Number.isNaN(column.values[row]!);
}
