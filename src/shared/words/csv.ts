/** Tables as comma-separated values (RFC 4180), safe to open in a spreadsheet. */

/** What a spreadsheet would run as a formula; also where blanks stand before it. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * Numbers as JavaScript prints them, NaN and infinities too; null is an empty cell. A text that a spreadsheet would
 * take for a formula gets an apostrophe before it (OWASP, CSV injection).
 */
export function csvCell(value: number | string | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvLine(cells: readonly (number | string | null)[]): string {
  return `${cells.map(csvCell).join(",")}\n`;
}
