/** The numbers of a chart as an HTML table, for those who read rather than look. */
import { element } from "../dom";

export interface TableData {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A table longer than this is not read, and is slow to build. */
const MAX_ROWS = 200;

export function fillTable(region: HTMLElement, data: TableData): void {
  const head = element("tr", {}, ...data.columns.map((name) => element("th", { attributes: { scope: "col" } }, name)));
  const body = data.rows.map((cells) => element("tr", {}, ...cells.map((cell, i) => (i === 0 ? element("th", { attributes: { scope: "row" } }, cell) : element("td", {}, cell)))));
  const scrolled = region.scrollTop;
  region.replaceChildren(element("table", {}, element("caption", {}, data.caption), element("thead", {}, head), element("tbody", {}, ...body)));
  region.scrollTop = scrolled;
}

/** Row indices [first, end) thinned evenly to what a table shows; the first and the last are always there. */
export function tableRows(first: number, end: number): { readonly rows: readonly number[]; readonly note: string } {
  const count = Math.max(0, end - first);
  if (count <= MAX_ROWS) return { rows: Array.from({ length: count }, (_, i) => first + i), note: "" };
  const rows = Array.from({ length: MAX_ROWS }, (_, i) => first + Math.round((i * (count - 1)) / (MAX_ROWS - 1)));
  return { rows, note: ` (${MAX_ROWS} of ${count} rows)` };
}
