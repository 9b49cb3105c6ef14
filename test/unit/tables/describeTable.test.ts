import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { memorySource } from "../../../src/tables/byteSource";
import { describeTable, type ColumnOverview, type TableOverview } from "../../../src/tables/describeTable";
import { AUTO_KEYS } from "../../../src/tables/dialect";
import { periodOf } from "../../../src/tables/period";
import { createRandom } from "../../../src/core/numerics/random";
import { previewText } from "../../../src/tables/previewText";

const FOLDER = join(import.meta.dirname, "../../fixtures/tables");

function overviewOf(file: string): TableOverview {
  return describeTable(memorySource(readFileSync(join(FOLDER, file))), AUTO_KEYS, true);
}

function ofText(text: string, hasEnd = true): TableOverview {
  return describeTable(memorySource(new TextEncoder().encode(text)), AUTO_KEYS, hasEnd);
}

function column(overview: TableOverview, name: string): ColumnOverview | undefined {
  return overview.columns.find((candidate) => candidate.name === name);
}

describe("what is recognized of a table", () => {
  test("cells of each kind, marks and cells of another kind are counted in all rows", () => {
    const rows = Array.from({ length: 500 }, (_, row) => [row % 7, row === 300 ? "broken" : row % 5, "a"]);
    rows[10]![0] = "NA";
    rows[11]![0] = "";
    rows[12]![0] = "NA";
    const overview = ofText(`x,y,z\n${rows.map((cells) => cells.join(",")).join("\n")}\n`);
    expect(overview.rows).toBe(500);
    expect(overview.markers).toEqual([
      { text: "NA", cells: 2 },
      { text: "", cells: 1 },
    ]);
    expect(column(overview, "x")).toMatchObject({ kind: "number", cells: 497, missing: 3, misfits: 0, period: 7 });
    expect(column(overview, "y")).toMatchObject({ kind: "number", cells: 499, missing: 0, misfits: 1 });
    expect(column(overview, "z")).toMatchObject({ kind: "category", cells: 500, categories: 1, isConstant: true });
    expect(overview.problems.map(({ key, line }) => [key, line])).toEqual([["columns", 302]]);
    expect(overview.firstRows.slice(0, 2)).toEqual([
      ["0", "0", "a"],
      ["1", "1", "a"],
    ]);
  });

  test("each column of a repeated name gets a number that no other column has", () => {
    const overview = ofText("x,x,x_1,x,y\n1,2,3,4,5\n2,3,4,5,6\n");
    expect(overview.columns.map(({ name }) => name)).toEqual(["x_2", "x_3", "x_1", "x_4", "y"]);
  });

  test("a short row has no values where it ends, and is a problem", () => {
    const overview = overviewOf("ragged.csv");
    expect(overview.columns.at(-1)).toMatchObject({ missing: 2, cells: overview.rows - 2 });
    expect(overview.problems).toMatchObject([{ key: "file", severity: "error" }]);
  });

  test("row numbers, constants, times newest first, and their step", () => {
    const days = ["03", "02", "01"].map((day, row) => `2026-01-${day},${row + 5},4.5`).join("\n");
    const overview = ofText(`day,id,level\n${days}\n`);
    expect(column(overview, "day")).toMatchObject({ kind: "time", isDescending: true, step: 86_400_000 });
    expect(column(overview, "id")).toMatchObject({ isCounter: true, range: { low: 5, high: 7 } });
    expect(column(overview, "level")).toMatchObject({ isConstant: true, isCounter: false, period: null });
  });

  test("of the first part of a table, without its last line", () => {
    const lines = Array.from({ length: 300 }, (_, row) => `${row},${row % 9}`).join("\n");
    expect(ofText(`t,x\n${lines}\n`, false)).toMatchObject({ rows: 300, dialect: { footer: 0 } });
  });
});

describe("the period of a series", () => {
  const series = (rows: number, at: (row: number) => number): Float64Array =>
    Float64Array.from({ length: rows }, (_, row) => at(row));
  const random = createRandom(7);
  const noises = Array.from({ length: 2000 }, () => random.double() - 0.5);
  const noise = (row: number): number => 2 * noises[row]!;

  test("is the first peak of the autocorrelation, whatever the trend and the missing values", () => {
    expect(periodOf(series(144, (t) => Math.sin((2 * Math.PI * t) / 12) + t / 10))).toBe(12);
    expect(periodOf(series(2000, (t) => Math.sin((2 * Math.PI * t) / 24) + noise(t)))).toBe(24);
    expect(periodOf(series(600, (t) => (t % 50 === 3 ? NaN : t % 7)))).toBe(7);
  });

  test("is none where nothing repeats, or not often enough to say so", () => {
    expect(periodOf(series(500, noise))).toBe(null);
    expect(periodOf(series(500, (t) => t))).toBe(null);
    expect(periodOf(series(500, () => 3))).toBe(null);
    expect(periodOf(series(30, (t) => Math.sin((2 * Math.PI * t) / 20)))).toBe(null);
    expect(periodOf(new Float64Array(0))).toBe(null);
  });
});

test("the preview says all of it as text", () => {
  const text = previewText("missing-marks.csv", overviewOf("missing-marks.csv"), { bytes: 200, readBytes: 200 });
  expect(text).toMatch(/^missing-marks\.csv: 12 rows and 3 columns\n\nRecognized\n {2}delimiter {2}",", separated/);
  expect(text).toMatch(/missing {4}cells with "NA": 2, cells with "\?": 1, empty cells: 1/);
  expect(text).toMatch(/\n {2}level {2}number {2}\d+ of 12 {2}2 /);
  expect(text).toMatch(/First rows\n {2}\S+ +level +flow\n/);
  const part = previewText("big.csv", overviewOf("plain.csv"), { bytes: 5_000_000, readBytes: 1_000_000 });
  expect(part).toMatch(/^big\.csv: 12 rows and \d columns in the first 1,000,000 of 5,000,000 bytes\n/);
  expect(previewText("x.csv", overviewOf("newest-first.csv"), { bytes: 1, readBytes: 1 })).toMatch(
    /Problems\n {2}Line \d+: The times in column .* run backward/,
  );
});
