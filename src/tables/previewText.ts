/** What is recognized of a table, as a page of plain text. */
import * as l10n from "@vscode/l10n";
import { describeValue, printable } from "../lib/outsideText";
import type { ColumnOverview, TableOverview } from "./describeTable";
import { delimiterOf, describeDelimiter } from "./dialect";

/** Characters of a cell. */
const MAX_CELL = 24;
const MAX_MARKERS = 12;
const INDENT = "  ";
const GAP = "  ";

/** @param size of the file, and how much of it the overview is of, in bytes */
export function previewText(
  file: string,
  overview: TableOverview,
  size: { readonly bytes: number; readonly readBytes: number },
): string {
  const { rows, columns, moreColumns, problems, firstRows } = overview;
  const width = count(columns.length + moreColumns);
  const isPart = size.readBytes < size.bytes;
  const title = isPart
    ? l10n.t(
        "{0}: {1} rows and {2} columns in the first {3} of {4} bytes",
        printable(file),
        count(rows),
        width,
        count(size.readBytes),
        count(size.bytes),
      )
    : l10n.t("{0}: {1} rows and {2} columns", printable(file), count(rows), width);
  return [
    title,
    section(l10n.t("Recognized"), recognized(overview)),
    section(l10n.t("Columns"), columnLines(overview)),
    section(l10n.t("First rows"), aligned([columns.map(({ name }) => name), ...firstRows])),
    ...(problems.length === 0
      ? []
      : [
          section(
            l10n.t("Problems"),
            problems.map(({ line, text }) => (line === null ? text : l10n.t("Line {0}: {1}", line, text))),
          ),
        ]),
  ].join("\n\n");
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `${INDENT}${line}`)].join("\n");
}

function recognized({ delimiter, runnerUp, dialect, markers }: TableOverview): string[] {
  const other =
    runnerUp === null
      ? ""
      : ` (${l10n.t("the next best, {0}, fits {1}% as well", quoted(runnerUp.delimiter), Math.round(100 * runnerUp.fit))})`;
  const shown = markers.slice(0, MAX_MARKERS).map(({ text, cells }) => describeMarker(text, cells));
  const more = markers.length - shown.length;
  const none = l10n.t("none");
  return aligned(
    [
      ["delimiter", `${quoted(delimiter)}, ${describeDelimiter(delimiterOf(delimiter))}${other}`],
      ["decimal", quoted(dialect.decimal)],
      ["thousands", dialect.thousands === "" ? none : quoted(dialect.thousands)],
      ["header", String(dialect.header)],
      ["skip", String(dialect.skip)],
      ["footer", String(dialect.footer)],
      ["comment", dialect.comment === "" ? none : quoted(dialect.comment)],
      [
        "missing",
        shown.length === 0 ? none : [...shown, ...(more > 0 ? [l10n.t("and {0} more", more)] : [])].join(", "),
      ],
    ],
    Infinity,
  );
}

/** "NA" in 12 cells. */
export function describeMarker(text: string, cells: number): string {
  return text === ""
    ? l10n.t("empty cells: {0}", count(cells))
    : l10n.t("cells with {0}: {1}", describeValue(text), count(cells));
}

function columnLines({ rows, columns, moreColumns }: TableOverview): string[] {
  const heads = [
    l10n.t("Name"),
    l10n.t("Kind"),
    l10n.t("Cells"),
    l10n.t("Missing"),
    l10n.t("Others"),
    l10n.t("Values"),
  ];
  const lines = columns.map((column) => [
    printable(column.name, MAX_CELL),
    describeKind(column),
    l10n.t("{0} of {1}", count(column.cells), count(rows)),
    count(column.missing),
    count(column.misfits),
    describeValues(column),
  ]);
  const more = moreColumns === 0 ? [] : [l10n.t("and {0} more", count(moreColumns))];
  return [...aligned([heads, ...lines], 200), ...more];
}

export function describeKind({ kind, formats }: ColumnOverview): string {
  switch (kind) {
    case "number":
      return l10n.t("number");
    case "category":
      return l10n.t("category");
    case "time":
      return formats.length === 0 ? l10n.t("time") : `${l10n.t("time")} ${formats.join(` ${l10n.t("or")} `)}`;
    case "empty":
      return l10n.t("empty");
  }
}

/** The range of a column, and what stands out in it. */
export function describeValues(column: ColumnOverview): string {
  const { kind, range, categories, period } = column;
  const facts = [
    ...(kind === "number" && range !== null && !column.isConstant ? [l10n.t("{0} to {1}", range.low, range.high)] : []),
    ...(kind === "time" && range !== null ? [l10n.t("{0} to {1}", dateOf(range.low), dateOf(range.high))] : []),
    ...(kind === "category" ? [l10n.t("different values: {0}", count(categories))] : []),
    ...(column.isConstant && range !== null ? [l10n.t("always {0}", range.low)] : []),
    ...(column.isCounter ? [l10n.t("counts the rows")] : []),
    ...(column.isDescending ? [l10n.t("newest first")] : []),
    ...(period === null ? [] : [l10n.t("repeats every {0} rows", period)]),
  ];
  return facts.join(", ");
}

function dateOf(time: number): string {
  const text = new Date(time).toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text.slice(0, 16).replace("T", " ");
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}

/** Rows of cells as columns. */
function aligned(rows: readonly (readonly string[])[], most = MAX_CELL): string[] {
  const cells = rows.map((row) => row.map((cell) => printable(cell, most)));
  const widths: number[] = [];
  for (const row of cells)
    for (const [index, { length }] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, length);
  return cells.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}
