import { isTime } from "./timeText";

/** What a cell looks like, in whatever way numbers are written. "odd" holds what hardly stands within one cell. */
export type CellKind = "empty" | "marker" | "number" | "percent" | "currency" | "time" | "text" | "odd";

/** What tables have in place of a value. -9999 and the like are numbers, and stand out by their size only. */
export const KNOWN_MARKERS: readonly string[] = [
  "NA",
  "N/A",
  "n/a",
  "#N/A",
  "na",
  "NaN",
  "nan",
  "NAN",
  "null",
  "NULL",
  "Null",
  "None",
  "none",
  "nil",
  "missing",
  "?",
  "-",
  "--",
  "---",
  ".",
  "..",
  "*",
];
const MARKERS: ReadonlySet<string> = new Set(KNOWN_MARKERS);

const GROUPS = /^[+-]?\d{1,3}(?:([.,' \u00a0\u202f\u2009])\d{3})(?:\1\d{3})*(?:[.,]\d+)?$/;
const NUMBER = /^[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?$/;
const CURRENCY = /^[+-]?\s*[$€£¥]\s*|\s*[$€£¥]$/u;
const SEPARATORS = /[,;|\t"]/;

export function cellKind(text: string): CellKind {
  const cell = text.trim();
  if (cell === "") return "empty";
  if (MARKERS.has(cell)) return "marker";
  if (isNumberLike(cell)) return "number";
  if (cell.endsWith("%") && isNumberLike(cell.slice(0, -1).trim())) return "percent";
  if (CURRENCY.test(cell) && isNumberLike(cell.replace(CURRENCY, ""))) return "currency";
  if (isTime(cell)) return "time";
  return SEPARATORS.test(cell) ? "odd" : "text";
}

export function isNumeric(kind: CellKind): boolean {
  return kind === "number" || kind === "percent" || kind === "currency";
}

function isNumberLike(cell: string): boolean {
  return NUMBER.test(cell) || GROUPS.test(cell);
}
