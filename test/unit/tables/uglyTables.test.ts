import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { memorySource } from "../../../src/tables/byteSource";
import { AUTO_KEYS, type TableKeys } from "../../../src/tables/dialect";
import { readTable, type ColumnRequest, type TableReport } from "../../../src/tables/readTable";
import type { TableColumn } from "../../../src/tables/table";
import { requestOf } from "./support";

const FOLDER = join(import.meta.dirname, "../../fixtures/tables");

interface Case {
  readonly file: string;
  /** What is asked for. */
  readonly columns: readonly (string | ColumnRequest)[];
  readonly keys?: Partial<TableKeys>;
  /** Where it is read: what is recognized besides a table with commas, points, and one line of names. */
  readonly recognized?: Partial<Omit<TableReport, "problems">>;
  /** The first values of each column, and of the last the last one. */
  readonly values?: readonly (readonly unknown[])[];
  /** Each "key: text", with the line where there is one. */
  readonly problems?: readonly RegExp[];
  readonly refused?: RegExp;
}

const LEVELS = [1, 2.4, 1.5];

const CASES: readonly Case[] = [
  { file: "plain.csv", columns: ["level"], values: [LEVELS] },
  { file: "semicolons.csv", columns: ["level"], recognized: { delimiter: ";", decimal: "," }, values: [LEVELS] },
  {
    file: "semicolons-no-header.csv",
    columns: ["column1", "column2"],
    recognized: { delimiter: ";", decimal: ",", header: 0 },
    values: [[0.5, 1.5, 2.5], LEVELS],
  },
  { file: "tabs.tsv", columns: ["level"], recognized: { delimiter: "tab" }, values: [LEVELS] },
  { file: "aligned-spaces.txt", columns: ["level"], recognized: { delimiter: "space" }, values: [LEVELS] },
  { file: "bars.txt", columns: ["level"], recognized: { delimiter: "|" }, values: [LEVELS] },
  {
    file: "thousands-quoted.csv",
    columns: ["visits"],
    recognized: { thousands: "," },
    values: [[1200, 1207, 1214]],
  },
  {
    file: "german.csv",
    columns: ["Menge", "Preis", { ...requestOf("Tag"), kind: "time" }],
    recognized: { delimiter: ";", decimal: ",", thousands: "." },
    values: [
      [1200, 1201, 1202],
      [1100.5, 1101.5, 1102.5],
      [Date.UTC(2026, 1, 14), Date.UTC(2026, 1, 15)],
    ],
  },
  { file: "quoted-breaks.csv", columns: ["level"], values: [LEVELS] },
  { file: "comments.csv", columns: ["level"], recognized: { comment: "#", skip: 2 }, values: [LEVELS] },
  {
    file: "title-lines.csv",
    columns: ["level"],
    recognized: { delimiter: ";", decimal: ",", skip: 3 },
    values: [LEVELS],
  },
  {
    file: "footer.csv",
    columns: ["level"],
    recognized: { footer: 1 },
    values: [LEVELS],
    problems: [/^footer: The last line, "Total 27.4", is read as a footer\.$/],
  },
  {
    file: "footer.csv",
    columns: ["level"],
    keys: { footer: 0 },
    recognized: { rows: 13 },
    values: [LEVELS],
    problems: [/^columns, line 14: 27\.4 in column "level" is \d+ standard deviations/],
  },
  { file: "mixed-line-ends.csv", columns: ["level"], values: [LEVELS] },
  { file: "byte-order-mark.csv", columns: ["t", "level, upper"], values: [[0, 1, 2], LEVELS] },
  {
    file: "empty-lines.csv",
    columns: ["level"],
    values: [LEVELS],
    problems: [/^missing: Empty lines between rows, which are not read: 4\.$/],
  },
  {
    file: "ragged.csv",
    columns: ["level"],
    refused: /^2 rows do not have 3 values, as the header does: line 6: 2; line 9: 2$/,
  },
  {
    file: "trailing-comma.csv",
    columns: ["level"],
    values: [LEVELS],
    problems: [/^file: Rows that have an empty value beyond the last column: 12\.$/],
  },
  {
    file: "percent-and-currency.csv",
    columns: ["share", "price"],
    values: [
      [0.01, 0.024, 0.015],
      [100.25, 101.25, 102.25],
    ],
  },
  {
    file: "missing-marks.csv",
    columns: ["level", "flow"],
    refused:
      /^4 cells have no value: .*; line 10, column "flow": ""\. Set task\.missing .*"missing": \{"markers":\["NA"\]/,
  },
  {
    file: "missing-marks.csv",
    columns: ["level", "flow"],
    keys: { missing: { markers: ["NA", "?"] } },
    recognized: { missing: 4 },
    values: [
      [1, 2.4, 1.5, NaN, NaN, 1.1],
      [0, 1, 2, 3, 4, 5, NaN, 7, NaN],
    ],
  },
  {
    file: "missing-marks.csv",
    columns: ["level"],
    keys: { missing: { markers: ["?"] } },
    refused: /^2 cells are not numbers: line 5, column "level": "NA"; line 6, column "level": "NA"$/,
  },
  {
    file: "sentinel.csv",
    columns: ["level"],
    recognized: { rows: 24 },
    values: [LEVELS],
    problems: [/^missing, line 9: -9999 in column "level" looks like a marker of missing values\./],
  },
  {
    file: "sentinel.csv",
    columns: ["level"],
    keys: { missing: { markers: ["-9999"] } },
    recognized: { rows: 24, missing: 1 },
    values: [[1, 2.4, 1.5, 2.9, 2, 1.1, 2.5, NaN]],
  },
  {
    file: "day-month-in-doubt.csv",
    columns: ["level", { ...requestOf("date"), kind: "time" }],
    refused:
      /^column "date": day and month could be either way around \(DD\/MM\/YYYY, MM\/DD\/YYYY\)\. Set its format\.$/,
  },
  {
    file: "day-month-in-doubt.csv",
    columns: ["level", { ...requestOf("date"), kind: "time", format: "MM/DD/YYYY" }],
    values: [LEVELS, [Date.UTC(2026, 0, 2), Date.UTC(2026, 1, 3)]],
  },
  {
    file: "hexadecimal.csv",
    columns: ["code"],
    refused: /^3 cells are not numbers: line 8, column "code": "0x1F"; .*"1_000"; line 10, column "code": "inf"$/,
  },
  { file: "no-header.csv", columns: ["column2"], recognized: { header: 0 }, values: [LEVELS] },
  {
    file: "no-header.csv",
    columns: ["1.0"],
    recognized: { rows: 11 },
    values: [[2.4, 1.5]],
    problems: [/^header, line 1: The names of the columns look like a row of values\. .*set task\.header to 0\.$/],
  },
  {
    file: "no-header.csv",
    columns: ["level"],
    refused: /^there is no column "level"; the table has no header; .* are "column1", "column2"$/,
  },
  {
    file: "duplicate-names.csv",
    columns: ["level", "level_2"],
    values: [LEVELS, [0, 2, 4]],
    problems: [/^columns, line 1: Several columns are named "level"; .* one that you mean: "level_1", "level_2"\.$/],
  },
  { file: "duplicate-names.csv", columns: ["level_2", "level_1"], values: [[0, 2, 4], LEVELS] },
  {
    file: "one-column-decimal-comma.csv",
    columns: ["level"],
    recognized: { delimiter: ";", decimal: "," },
    values: [LEVELS],
  },
  {
    file: "unit-line.csv",
    columns: ["level"],
    recognized: { header: 2 },
    values: [LEVELS],
    problems: [/^header, line 2: The line below the names is read as units\.$/],
  },
  {
    file: "point-in-doubt.csv",
    columns: ["visits"],
    refused: /^"1\.200" could have a decimal mark or a mark between groups of digits\. Set task\.decimal\.$/,
  },
  {
    file: "point-in-doubt.csv",
    columns: ["visits"],
    keys: { decimal: "," },
    recognized: { delimiter: ";", decimal: ",", thousands: "." },
    values: [[1200, 1201]],
  },
  {
    file: "point-in-doubt.csv",
    columns: ["visits"],
    keys: { decimal: "." },
    recognized: { delimiter: ";" },
    values: [[1.2, 1.201]],
  },
  {
    file: "newest-first.csv",
    columns: ["level"],
    values: [LEVELS],
    problems: [/^order, line 2: The times in column "day" run backward, .* Set task\.order to "reverse"\.$/],
  },
  { file: "newest-first.csv", columns: ["level"], keys: { order: "reverse" }, values: [[2.6, 1.2, 2.1]] },
  { file: "comma-and-space.csv", columns: ["level"], values: [LEVELS] },
  { file: "separator-line.csv", columns: ["level"], recognized: { delimiter: ";", skip: 1 }, values: [LEVELS] },
  {
    file: "text-after-quote.csv",
    columns: ["level"],
    refused: /^line 3, column "level": there is text after a closing quote: "\\"12\.5\\"3"$/,
  },
  { file: "open-quote.csv", columns: ["level"], refused: /^line 3: a quote is not closed$/ },
  {
    file: "constant.csv",
    columns: ["level"],
    values: [[0.1, 0.1]],
    problems: [/^columns: Column "level" is constant: 0\.1\.$/],
  },
  { file: "no-break-space.csv", columns: ["T (degC)"], values: [LEVELS] },
  {
    file: "outlier.csv",
    columns: ["level"],
    recognized: { rows: 30 },
    values: [LEVELS],
    problems: [/^columns, line 22: 4711 in column "level" is \d+ standard deviations from the mean/],
  },
  { file: "outlier.csv", columns: ["level"], keys: { accept: [4711] }, recognized: { rows: 30 }, values: [LEVELS] },
  {
    file: "outlier.csv",
    columns: ["level"],
    keys: { missing: { markers: ["4711.0"] } },
    recognized: { rows: 30, missing: 1 },
    values: [LEVELS],
  },
  {
    file: "short-years.csv",
    columns: ["level", { ...requestOf("day"), kind: "time" }],
    recognized: { rows: 4 },
    values: [
      [1, 2, 3],
      [Date.UTC(1969, 0, 30), Date.UTC(1999, 11, 31), Date.UTC(2000, 0, 1), Date.UTC(2068, 1, 28)],
    ],
    problems: [
      /^columns, line 2: The years in column "day" have two digits\. They are read as the years 1969 to 2068\.$/,
    ],
  },
  {
    file: "number-names.csv",
    columns: ["2025"],
    recognized: { rows: 8 },
    values: [[1, 2, 3]],
    problems: [/^header, line 1: The names of the columns look like a row of values\./],
  },
  {
    file: "spaces-in-thousands.csv",
    columns: ["visits"],
    recognized: { delimiter: ";", decimal: ",", thousands: " " },
    values: [[1200.5, 1201.5]],
  },
  {
    file: "categories.csv",
    columns: [{ ...requestOf("wind"), kind: "category" }, { ...requestOf("time"), kind: "time" }, "level"],
    values: [["N", "E", "S", "N"], [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 1, 1)], LEVELS],
  },
  {
    file: "categories.csv",
    columns: ["wind"],
    refused:
      /^12 cells are not numbers: line 2, column "wind": "N"; .*; and 7 more\. To read .*"kind": "category"; to predict one/,
  },
  {
    file: "categories.csv",
    columns: ["levle"],
    refused: /^there is no column "levle"; the columns, separated by commas, are .*\. Did you mean "level"\?$/,
  },
];

const PLAIN: Partial<TableReport> = {
  delimiter: ",",
  decimal: ".",
  thousands: "",
  header: 1,
  skip: 0,
  footer: 0,
  comment: "",
  rows: 12,
  missing: 0,
};

describe("ugly tables", () => {
  test.each(CASES.map((one) => [`${one.file} for ${one.columns.map(nameOf).join()}`, one] as const))("%s", (_, one) => {
    const source = memorySource(readFileSync(join(FOLDER, one.file)));
    const requests = one.columns.map((column) => (typeof column === "string" ? requestOf(column) : column));
    const read = () => readTable(source, { ...AUTO_KEYS, ...one.keys }, requests);
    if (one.refused !== undefined) {
      expect(read).toThrow(one.refused);
      return;
    }
    const { table, report } = read();
    const { problems, columns, markers, runnerUp, ...recognized } = report;
    expect(recognized).toEqual({ ...PLAIN, ...one.recognized });
    expect(table.rows).toBe(recognized.rows);
    expect(columns.map(({ name }) => name)).toEqual(table.columns.map(({ name }) => name));
    for (const { cells, missing } of columns) expect(cells + missing).toBe(recognized.rows);
    expect(markers.reduce((sum, { cells }) => sum + cells, 0)).toBe(recognized.missing);
    expect(runnerUp?.fit ?? 0).toBeLessThan(1);
    for (const [index, values] of (one.values ?? []).entries())
      expect(firstOf(table.columns[index]!, values.length)).toEqual(values);
    const texts = problems.map(({ key, line, text }) => `${key}${line === null ? "" : `, line ${line}`}: ${text}`);
    expect(texts).toEqual((one.problems ?? []).map((pattern) => expect.stringMatching(pattern)));
  });

  test("every file has a case", () => {
    expect(new Set(CASES.map(({ file }) => file))).toEqual(new Set(readdirSync(FOLDER)));
  });
});

function nameOf(column: string | ColumnRequest): string {
  return typeof column === "string" ? column : `${column.kind} ${column.name}`;
}

function firstOf(column: TableColumn, count: number): unknown[] {
  return column.kind === "category"
    ? Array.from(column.codes.subarray(0, count), (code) => column.categories[code])
    : Array.from(column.values.subarray(0, count));
}
