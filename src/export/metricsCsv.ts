import { csvLine } from "../shared/words/csv";
import type { ColumnSpec, TraceRows } from "../shared/trace/trace";

/** The columns of one number a row, a line a row; numbers as they are, to the last digit. */
export function metricsCsv(columns: readonly ColumnSpec[], { rows, columns: values }: TraceRows): string {
  const lines = [csvLine(columns.map(({ name }) => name))];
  for (let row = 0; row < rows; row++) lines.push(csvLine(values.map((column) => column[row] ?? NaN)));
  return lines.join("");
}
