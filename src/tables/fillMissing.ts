import { momentsOf } from "./moments";
import { isMissing, type RowRange } from "./series";
import { MISSING_CATEGORY, type NumberColumn, type TableColumn } from "./table";

export type Fill = "forward" | "linear" | "mean" | "drop" | "mask";

/**
 * The rows that stay; null where all do. "drop" leaves out those with a missing value, "forward" those at the start of
 * a series which have nothing to carry on.
 */
export function keptRows(columns: readonly TableColumn[], fill: Fill, series: readonly RowRange[]): Uint32Array | null {
  if (columns.every(({ missing }) => missing === 0) || (fill !== "drop" && fill !== "forward")) return null;
  const numbers = columns.filter(({ kind }) => kind === "number");
  const rows = rowsOf(columns[0]!);
  const kept = new Uint32Array(rows);
  let count = 0;
  for (const { from, to } of series) {
    const first = fill === "forward" ? firstCompleteRow(numbers, from, to) : from;
    for (let row = first; row < to; row++)
      if (fill === "forward" || !columns.some((column) => isMissing(column, row))) kept[count++] = row;
  }
  return count === rows ? null : kept.slice(0, count);
}

/** From which on each column has had a value. */
function firstCompleteRow(columns: readonly TableColumn[], from: number, to: number): number {
  let first = from;
  for (const column of columns) {
    let row = from;
    while (row < to && isMissing(column, row)) row++;
    first = Math.max(first, row);
  }
  return first;
}

export function takeRows(column: TableColumn, rows: Uint32Array): TableColumn {
  if (column.kind === "category") {
    const codes = Uint32Array.from(rows, (row) => column.codes[row]!);
    return { ...column, codes, missing: codes.reduce((sum, code) => sum + Number(code === MISSING_CATEGORY), 0) };
  }
  const values = Float64Array.from(rows, (row) => column.values[row]!);
  return { ...column, values, missing: values.reduce((sum, value) => sum + Number(Number.isNaN(value)), 0) };
}

/** In place; no value crosses from one series to another. @param training whose mean takes the place of a value */
export function fillValues(
  { values, missing }: NumberColumn,
  fill: Fill,
  series: readonly RowRange[],
  training: readonly RowRange[],
): void {
  if (missing === 0) return;
  switch (fill) {
    case "forward":
      for (const { from, to } of series)
        for (let row = from + 1; row < to; row++) if (Number.isNaN(values[row]!)) values[row] = values[row - 1]!;
      return;
    case "linear": {
      for (const { from, to } of series) fillLines(values.subarray(from, to));
      // A series without any value has no line.
      if (series.length > 1) fillMean(values, training);
      return;
    }
    case "mean":
    case "mask":
      fillMean(values, training);
      return;
    case "drop":
      return;
  }
}

function fillMean(values: Float64Array, training: readonly RowRange[]): void {
  const { mean } = momentsOf(values, training);
  for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row]!)) values[row] = mean;
}

/** 1 where a value is missing. */
export function missingMask(column: TableColumn): NumberColumn {
  const values = Float64Array.from({ length: rowsOf(column) }, (_, row) => Number(isMissing(column, row)));
  return { kind: "number", name: `${column.name} missing`, values, missing: 0 };
}

/** Lines between the neighbors of a gap; the nearest value before the first and after the last. */
function fillLines(values: Float64Array): void {
  let before = -1;
  for (let row = 0; row <= values.length; row++) {
    if (row < values.length && Number.isNaN(values[row]!)) continue;
    const from = before < 0 ? values[row] : values[before];
    const to = row < values.length ? values[row] : from;
    if (from === undefined || to === undefined) return;
    for (let gap = before + 1; gap < row; gap++)
      values[gap] = from + ((to - from) * (gap - before)) / Math.max(1, row - before);
    before = row;
  }
}

function rowsOf(column: TableColumn): number {
  return column.kind === "category" ? column.codes.length : column.values.length;
}
