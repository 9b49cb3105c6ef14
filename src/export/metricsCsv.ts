import { csvLine } from "../shared/words/csv";
import { join } from "../runs/format/encodeRun";
import type { ColumnSpec, TraceRows } from "../shared/trace/trace";

/** Lines that are one string at a time: all of a long run would be longer than a string can be. */
const LINES_AT_ONCE = 4096;

/** The scalars, a line an iteration, in UTF-8; numbers as they are, to the last digit. */
export function metricsCsv(columns: readonly ColumnSpec[], { rows, columns: values }: TraceRows): Uint8Array {
  const encoder = new TextEncoder();
  const parts = [encoder.encode(csvLine(columns.map(({ name }) => name)))];
  for (let start = 0; start < rows; start += LINES_AT_ONCE) {
    let lines = "";
    for (let row = start; row < Math.min(rows, start + LINES_AT_ONCE); row++)
      lines += csvLine(values.map((column) => column[row] ?? NaN));
    parts.push(encoder.encode(lines));
  }
  return join(parts);
}
