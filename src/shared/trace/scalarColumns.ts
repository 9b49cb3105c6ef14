import { COLUMN, OPTIONAL_COLUMN, type ColumnSpec } from "./trace";

const SCALARS: ReadonlySet<string> = new Set([...Object.values(COLUMN), ...Object.values(OPTIONAL_COLUMN)]);

const NAMED = "scalar.";

/** The column of a scalar that somebody has given a name. */
export function namedScalar(name: string): string {
  return NAMED + name;
}

/**
 * Indices of the scalars among the columns of a trace: loss, norms, rates. They are recorded at every iteration, while
 * whole rows, which also have the vectors, may be thinned. A vector of length 1 is no scalar.
 */
export function scalarIndices(columns: readonly ColumnSpec[]): number[] {
  return columns.flatMap(({ name, length }, index) => (length === 1 && isScalar(name) ? [index] : []));
}

export function scalarColumns(columns: readonly ColumnSpec[]): ColumnSpec[] {
  return scalarIndices(columns).map((index) => columns[index]!);
}

function isScalar(name: string): boolean {
  return SCALARS.has(name) || name.startsWith(NAMED);
}
