/**
 * The one writer of comma-separated values: RFC 4180 but for LF at the end of a line, numbers with all their digits,
 * `NaN`, `Infinity` and `-Infinity` as JavaScript, pandas and NumPy read them, an empty cell for what is not there.
 * Safe to open in a spreadsheet.
 */
export type CsvCell = number | string | null;

/** How a text begins that a spreadsheet runs as a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r]/;
/** A text that is a number begins with a sign, but nothing of it runs. */
const SIGNED_NUMBER = /^[+-](\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A text that a spreadsheet would take for a formula gets an apostrophe before it. */
export function csvCell(value: CsvCell): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = FORMULA.test(value) && !SIGNED_NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(",")}\n`;
}
