/** What holds between the columns of a trace and its rows, which no schema can say. */
import { COLUMN, type ColumnSpec, type FrameRows } from "./trace";

/** More numbers in one row than any trace has; a header that asks for more is not read. */
export const MAX_ROW_LENGTH = 4_000_000;

/**
 * The columns that every trace has are there, no name comes twice, and a row is no longer than {@link MAX_ROW_LENGTH}.
 */
export function columnsFit(columns: readonly ColumnSpec[]): boolean {
  const byName = new Map(columns.map((column) => [column.name, column]));
  return (
    byName.size === columns.length &&
    Object.values(COLUMN).every((name) => byName.get(name)?.length === 1) &&
    columns.reduce((sum, { length }) => sum + length, 0) <= MAX_ROW_LENGTH &&
    columns.every(({ length, shape }) => shape.reduce((product, axis) => product * axis, 1) === length)
  );
}

/** Each column has exactly `rows.rows * length` numbers. */
export function rowsFit(rows: FrameRows, columns: readonly ColumnSpec[]): boolean {
  return (
    rows.columns.length === columns.length &&
    columns.every((spec, i) => rows.columns[i]?.length === rows.rows * spec.length)
  );
}
