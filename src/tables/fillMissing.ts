import { momentsOf } from "./moments";
import { MISSING_CATEGORY, type NumberColumn, type TableColumn } from "./table";

export type Fill = "forward" | "linear" | "mean" | "drop" | "mask";

/**
 * The rows that stay; null where all do. "drop" leaves out those with a missing value, "forward" those at the start
 * which have nothing to carry on.
 */
export function keptRows(columns: readonly TableColumn[], fill: Fill): Uint32Array | null {
  if (columns.every(({ missing }) => missing === 0)) return null;
  const rows = rowsOf(columns[0]!);
  if (fill === "drop") {
    const kept: number[] = [];
    for (let row = 0; row < rows; row++) if (!columns.some((column) => isMissing(column, row))) kept.push(row);
    return Uint32Array.from(kept);
  }
  if (fill !== "forward") return null;
  let first = 0;
  for (const column of columns) {
    if (column.kind !== "number") continue;
    let row = 0;
    while (row < rows && Number.isNaN(column.values[row]!)) row++;
    first = Math.max(first, row);
  }
  return first === 0 ? null : Uint32Array.from({ length: rows - first }, (_, index) => first + index);
}

export function takeRows(column: TableColumn, rows: Uint32Array): TableColumn {
  if (column.kind === "category") {
    const codes = Uint32Array.from(rows, (row) => column.codes[row]!);
    return { ...column, codes, missing: codes.reduce((sum, code) => sum + Number(code === MISSING_CATEGORY), 0) };
  }
  const values = Float64Array.from(rows, (row) => column.values[row]!);
  return { ...column, values, missing: values.reduce((sum, value) => sum + Number(Number.isNaN(value)), 0) };
}

/** In place. @param trainingRows whose mean takes the place of a value */
export function fillValues({ values, missing }: NumberColumn, fill: Fill, trainingRows: number): void {
  if (missing === 0) return;
  switch (fill) {
    case "forward":
      for (let row = 1; row < values.length; row++) if (Number.isNaN(values[row]!)) values[row] = values[row - 1]!;
      return;
    case "linear":
      fillLines(values);
      return;
    case "mean":
    case "mask": {
      const { mean } = momentsOf(values, trainingRows);
      for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row]!)) values[row] = mean;
      return;
    }
    case "drop":
      return;
  }
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

function isMissing(column: TableColumn, row: number): boolean {
  return column.kind === "category" ? column.codes[row] === MISSING_CATEGORY : Number.isNaN(column.values[row]!);
}

function rowsOf(column: TableColumn): number {
  return column.kind === "category" ? column.codes.length : column.values.length;
}
