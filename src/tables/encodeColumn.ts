/** Categories and times as inputs of a network. */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";
import type { RowRange } from "./series";
import { MISSING_CATEGORY, type CategoryColumn, type NumberColumn, type TimeColumn } from "./table";
import { TableError } from "./tableProblem";

export type Encoding =
  "auto" | "one-hot" | "index" | "elapsed" | "hour-of-day" | "day-of-week" | "day-of-month" | "month-of-year";

export type TimeEncoding = Exclude<Encoding, "auto" | "one-hot" | "index">;

/** More would be names, not categories. */
const MAX_CATEGORIES = 100;
const DAY = 86_400_000;
/** 1970-01-01 was a Thursday; weeks start on Monday. */
const FIRST_WEEKDAY = 3;

/** One column for each category, or one with its index. A missing value is a category of its own, the last one. */
export function encodeCategory(column: CategoryColumn, isOneHot: boolean): NumberColumn[] {
  const { name, codes, categories, missing } = column;
  const last = categories.length;
  const codeAt = (row: number): number => (codes[row] === MISSING_CATEGORY ? last : codes[row]!);
  if (!isOneHot) return [numbers(name, codes.length, codeAt)];
  if (categories.length > MAX_CATEGORIES)
    throw problem(
      name,
      l10n.t(
        'column {0} has {1} categories; at most {2} can each be an input. Use the encoding "index".',
        describeValue(name),
        categories.length.toLocaleString("en-US"),
        MAX_CATEGORIES,
      ),
    );
  const inputs = categories.map((category, code) =>
    numbers(`${name}=${category}`, codes.length, (row) => Number(codeAt(row) === code)),
  );
  return missing === 0
    ? inputs
    : [...inputs, numbers(`${name} missing`, codes.length, (row) => Number(codeAt(row) === last))];
}

/**
 * Days since `origin`, or sine and cosine of a phase.
 * @param origin a time, that of the first row if left out; or series, of which each counts from its first row
 */
export function encodeTime(
  column: TimeColumn,
  encoding: TimeEncoding,
  origin: number | readonly RowRange[] = column.values[0] ?? 0,
): NumberColumn[] {
  const { name, values, missing } = column;
  if (missing > 0)
    throw problem(
      name,
      l10n.t(
        'column {0} has {1} missing times, which are not filled. Remove it from the inputs, or set task.missing.fill to "drop".',
        describeValue(name),
        missing.toLocaleString("en-US"),
      ),
    );
  if (encoding === "elapsed") {
    if (typeof origin === "number") return [numbers(name, values.length, (row) => (values[row]! - origin) / DAY)];
    const days = new Float64Array(values.length);
    for (const { from, to } of origin)
      for (let row = from; row < to; row++) days[row] = (values[row]! - values[from]!) / DAY;
    return [{ kind: "number", name, values: days, missing: 0 }];
  }
  const phase = (row: number): number => 2 * Math.PI * fractionOf(values[row]!, encoding);
  return [
    numbers(`sin(${encoding} of ${name})`, values.length, (row) => Math.sin(phase(row))),
    numbers(`cos(${encoding} of ${name})`, values.length, (row) => Math.cos(phase(row))),
  ];
}

/** How much of the day, week, month or year has passed, 0 to 1, in UTC. */
function fractionOf(time: number, encoding: Exclude<TimeEncoding, "elapsed">): number {
  const date = new Date(time);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  switch (encoding) {
    case "hour-of-day":
      return (time / DAY) % 1;
    case "day-of-week":
      return ((time / DAY + FIRST_WEEKDAY) % 7) / 7;
    case "day-of-month":
      return share(time, Date.UTC(year, month), Date.UTC(year, month + 1));
    case "month-of-year":
      return share(time, Date.UTC(year, 0), Date.UTC(year + 1, 0));
  }
}

function share(time: number, from: number, to: number): number {
  return (time - from) / (to - from);
}

function numbers(name: string, rows: number, at: (row: number) => number): NumberColumn {
  const values = new Float64Array(rows);
  for (let row = 0; row < rows; row++) values[row] = at(row);
  return { kind: "number", name, values, missing: 0 };
}

function problem(column: string, text: string): TableError {
  return new TableError([{ key: "columns", severity: "error", line: null, column, text, fixes: [] }]);
}
