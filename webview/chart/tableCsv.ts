/**
 * A table as CSV (RFC 4180), with all digits that a number has. A text that a spreadsheet would take for a formula is
 * quoted.
 */
import type { Cell, TableData } from "./table";

/** OWASP, "CSV Injection": what such a cell begins with. */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

export function toCsv({ columns, rows }: TableData): string {
  return [columns, ...rows].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

/** NumPy and pandas read `nan` and `inf`. */
function csvCell(cell: Cell): string {
  if (typeof cell === "number")
    return Number.isFinite(cell) ? String(cell) : Number.isNaN(cell) ? "nan" : cell > 0 ? "inf" : "-inf";
  // What a table says of a value that is not there.
  if (cell === "–") return "";
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
