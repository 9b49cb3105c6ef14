/**
 * The numbers of a chart as an HTML table, for those who read rather than look. The same numbers, in full, are saved as
 * CSV.
 */
import * as l10n from "@vscode/l10n";
import { csvLine } from "../../src/shared/words/csv";
import { formatCount, formatValue } from "../../src/shared/words/numberFormat";
import { element } from "../ui/dom";

/** A number is shown with six digits, and saved with all it has. */
export type Cell = string | number;

export interface TableData {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** How much is asked for; a collector leaves rows and columns out evenly to keep within it. */
export interface TableLimit {
  readonly rows: number;
  readonly columns: number;
}

/** A table longer than this is not read, and is slow to build. */
const READ: TableLimit = { rows: 200, columns: 24 };
export const WHOLE: TableLimit = { rows: Infinity, columns: Infinity };
const DIGITS = 6;
/** What a table says of a value that is not there. */
export const NO_VALUE = "–";

/** Collected only when it is looked at or saved. */
export type CollectTable = (limit: TableLimit) => TableData;

export function fillTable(region: HTMLElement, collect: CollectTable): void {
  const data = collect(READ);
  const head = element("tr", {}, ...data.columns.map((name) => element("th", { attributes: { scope: "col" } }, name)));
  const body = data.rows.map((cells) =>
    element(
      "tr",
      {},
      ...cells.map((cell, i) =>
        i === 0 ? element("th", { attributes: { scope: "row" } }, cellText(cell)) : element("td", {}, cellText(cell)),
      ),
    ),
  );
  const scrolled = region.scrollTop;
  region.replaceChildren(
    element(
      "table",
      {},
      element("caption", {}, data.caption),
      element("thead", {}, head),
      element("tbody", {}, ...body),
    ),
  );
  region.scrollTop = scrolled;
}

function cellText(cell: Cell): string {
  return typeof cell === "string" ? cell : Number.isSafeInteger(cell) ? formatCount(cell) : formatValue(cell, DIGITS);
}

/**
 * Indices [first, end) thinned evenly to the limit; the first and the last are always there. A caption says where rows
 * are left out.
 */
export function tableRows(
  first: number,
  end: number,
  limit: number = READ.rows,
): { readonly rows: readonly number[]; readonly caption: (title: string) => string } {
  const count = Math.max(0, end - first);
  if (count <= limit) return { rows: Array.from({ length: count }, (_, i) => first + i), caption: (title) => title };
  const rows = Array.from({ length: limit }, (_, i) => first + Math.round((i * (count - 1)) / (limit - 1)));
  return { rows, caption: (title) => l10n.t("{0} ({1} of {2} rows)", title, formatCount(limit), formatCount(count)) };
}

/** The numbers with all their digits; a cell is empty where the table shows that there is no value. */
export function toCsv({ columns, rows }: TableData): string {
  return [columns, ...rows].map((cells) => csvLine(cells.map((cell) => (cell === NO_VALUE ? null : cell)))).join("");
}
