import { describe, expect, test } from "vitest";
import { tableSource } from "../../../src/tables/byteSource";
import { AUTO_KEYS } from "../../../src/tables/dialect";
import type { TableError } from "../../../src/tables/tableProblem";
import { readTaskTable, type ColumnEntry, type TableTask } from "../../../src/tables/taskTable";

function read(text: string, task: Partial<TableTask> & Pick<TableTask, "columns">, trainingShare = 1) {
  const { table, inputs, targets, report } = readTaskTable(
    tableSource(text),
    { ...AUTO_KEYS, target: "", missing: null, ...task },
    ([series]) => [{ from: 0, to: Math.floor(series!.to * trainingShare) }],
  );
  const columns = Object.fromEntries(
    table.columns.map(({ name, ...column }) => [name, column.kind === "number" ? Array.from(column.values) : []]),
  );
  return { rows: table.rows, columns, inputs, targets: targets.names, report };
}

const GAPS = "t,x,y\n0,NA,1\n1,2,10\n2,NA,12\n3,NA,14\n4,8,NA\n5,10,18\n6,NA,20\n";
const filled = (fill: NonNullable<TableTask["missing"]>["fill"], share = 1) =>
  read(GAPS, { columns: ["x"], target: "y", missing: { markers: ["NA"], fill } }, share);

test("the config of an earlier run, which has no keys for tables, is read as before", () => {
  const task = { columns: ["x"], target: "y" } as unknown as TableTask;
  const { table } = readTaskTable(tableSource("x,y\n1,2\n3,4\n"), task, (series) => series);
  expect(table.columns.map((column) => column.kind === "number" && Array.from(column.values))).toEqual([
    [1, 3],
    [2, 4],
  ]);
});

describe("missing values", () => {
  test("take the last value before them, and rows before the first value are left out", () => {
    const { rows, columns } = filled("forward");
    expect([rows, columns]).toEqual([6, { x: [2, 2, 2, 8, 10, 10], y: [10, 12, 14, 14, 18, 20] }]);
  });
  test("lie on the line between their neighbors, and are the nearest value at the ends", () => {
    expect(filled("linear").columns).toEqual({
      x: [2, 2, 4, 6, 8, 10, 10],
      y: [1, 10, 12, 14, 16, 18, 20],
    });
  });
  test("are the mean of the training rows, which no later row changes", () => {
    // Of 7 rows the first 5 are for training: x is 2 and 8 there.
    expect(filled("mean", 5 / 7).columns["x"]).toEqual([5, 2, 5, 5, 8, 10, 5]);
  });
  test("leave out their rows", () => {
    expect(filled("drop")).toMatchObject({ rows: 2, columns: { x: [2, 10], y: [10, 18] } });
  });
  test("are marked by one more input of a column that has some", () => {
    const { inputs, targets, columns } = filled("mask", 5 / 7);
    expect([inputs, targets]).toEqual([["x", "x missing"], ["y"]]);
    expect(columns["x missing"]).toEqual([1, 0, 1, 1, 0, 0, 1]);
    expect(read(GAPS, { columns: ["t"], missing: { markers: [], fill: "mask" } }).inputs).toEqual(["t"]);
  });
  test("are an error without a key that says what to do", () => {
    expect(() => read(GAPS, { columns: ["x"] })).toThrow(
      /^4 cells have no value: line 2, column "x": "NA"; .*Set task\.missing/,
    );
  });
});

const WEATHER = [
  "time,wind,level",
  "2026-01-01 00:00,N,1",
  "2026-01-01 06:00,E,2",
  "2026-01-04 18:00,N,3",
  "2026-01-16 12:00,?,4",
].join("\n");
const entry = (name: string, kind: ColumnEntry["kind"], encoding: ColumnEntry["encoding"] = "auto"): ColumnEntry => ({
  name,
  kind,
  encoding,
  format: "auto",
});
const MISSING = { markers: ["?"], fill: "forward" } as const;

describe("columns of words and times", () => {
  test("become one input for each category, in the order of their appearance, and one for a missing value", () => {
    const { inputs, columns } = read(WEATHER, {
      columns: [entry("wind", "category")],
      target: "level",
      missing: MISSING,
    });
    expect(inputs).toEqual(["wind=N", "wind=E", "wind missing"]);
    expect(inputs.map((name) => columns[name])).toEqual([
      [1, 0, 1, 0],
      [0, 1, 0, 0],
      [0, 0, 0, 1],
    ]);
  });
  test("or the index of the category", () => {
    const columns = [entry("wind", "category", "index")];
    expect(read(WEATHER, { columns, target: "level", missing: MISSING }).columns["wind"]).toEqual([0, 1, 0, 2]);
  });
  test.each([
    // Thursday, from Monday on: 3 of 7 days have passed.
    ["day-of-week", [3 / 7, 3.25 / 7, 6.75 / 7, 4.5 / 7]],
    ["hour-of-day", [0, 0.25, 0.75, 0.5]],
    ["day-of-month", [0, 0.25 / 31, 3.75 / 31, 0.5]],
    ["month-of-year", [0, 0.25 / 365, 3.75 / 365, 15.5 / 365]],
  ] as const)("%s is sine and cosine of what has passed of it", (encoding, phases) => {
    const { inputs, columns } = read(WEATHER, { columns: [entry("time", "time", encoding)], target: "level" });
    expect(inputs).toEqual([`sin(${encoding} of time)`, `cos(${encoding} of time)`]);
    for (const [row, phase] of phases.entries()) {
      expect(columns[inputs[0]!]![row]).toBeCloseTo(Math.sin(2 * Math.PI * phase), 12);
      expect(columns[inputs[1]!]![row]).toBeCloseTo(Math.cos(2 * Math.PI * phase), 12);
    }
  });
  test("times count the days since the first row", () => {
    const { columns } = read(WEATHER, { columns: [entry("time", "time")], target: "level" });
    expect(columns["time"]).toEqual([0, 0.25, 3.75, 15.5]);
  });
  test("are predicted by no column of numbers", () => {
    expect(() => read(WEATHER, { columns: [entry("time", "time")] })).toThrow(
      /set task\.target to a column of numbers/,
    );
  });
  test.each([
    [entry("wind", "category", "elapsed"), /column "wind": the encoding "elapsed" does not fit its kind/],
    [entry("time", "time", "one-hot"), /column "time": the encoding "one-hot" does not fit its kind/],
    [entry("level", "number", "index"), /column "level": the encoding "index" does not fit its kind/],
    [entry("level", "category"), /column "level" cannot be of two kinds/],
  ])("are refused where kind and encoding do not fit: %j", (column, message) => {
    const target = { target: "level", targetKind: "values" } as const;
    expect(() => read(WEATHER, { columns: [column], ...target, missing: MISSING })).toThrow(message);
  });
  test("with more categories than inputs make sense are refused", () => {
    const text = `name,y\n${Array.from({ length: 150 }, (_, row) => `n${row},${row}`).join("\n")}`;
    expect(() => read(text, { columns: [entry("name", "category")], target: "y" })).toThrow(
      /column "name" has 150 categories; .* Use the encoding "index"\./,
    );
  });
});

describe("labels that only one part of the split has", () => {
  const table = (labels: string) => `x,y\n${[...labels].map((label, row) => `${row},${label}`).join("\n")}\n`;
  const problemsOf = (labels: string, share: number) =>
    read(table(labels), { columns: ["x"], target: "y", targetKind: "classes" }, share).report.problems.flatMap(
      ({ key, severity, text }) => (key === "target" ? [`${severity}: ${text}`] : []),
    );

  test("are named, with what to do", () => {
    expect(problemsOf("aabbabcbda", 0.5)).toEqual([
      'warning: Column "y": labels that occur in validation rows only, so that the network does not learn them: ' +
        '"c", "d". Use a smaller training.validation.share, or move rows with these labels further up.',
    ]);
    expect(problemsOf("aabbcbbbab", 0.5)).toEqual([
      'warning: Column "y": labels that occur in training rows only, so that they are not validated: "c". ' +
        "Use a larger training.validation.share, or move rows with these labels further down.",
    ]);
  });
  test("are none where each part has all of them, or nothing is held out", () => {
    expect(problemsOf("abcabcabca", 0.5)).toEqual([]);
    expect(problemsOf("aaaaaaaaab", 1)).toEqual([]);
  });
});

describe("words that stand for missing values", () => {
  const LABELS = "x,y\n1,none\n2,walk\n3,none\n4,run\n5,NA\n";
  const task = { columns: ["x"], target: "y", targetKind: "classes" } as const;
  function refused(text: string, keys: Partial<TableTask> = {}) {
    try {
      read(text, { ...task, ...keys });
    } catch (error) {
      return (error as TableError).problems;
    }
    return expect.fail("it is read");
  }

  test("may be labels: the first fix keeps them, the second one leaves out their rows", () => {
    const [problem] = refused(LABELS);
    expect(problem?.text).toContain('If "none", "NA" are labels, set "missing": {"markers":[],"fill":"drop"}.');
    expect(problem?.text).toContain(
      'To remove rows without a label, set "missing": {"markers":["none","NA"],"fill":"drop"}.',
    );
    const [label, missing] = problem!.fixes as readonly { readonly value: TableTask["missing"] }[];
    const kept = read(LABELS, { ...task, missing: label!.value });
    expect([kept.rows, kept.report.markers]).toEqual([5, []]);
    const rest = read(LABELS, { ...task, missing: missing!.value });
    expect(rest.rows).toBe(2);
  });
  test("of a column of numbers stay marks of missing values", () => {
    const [problem] = refused("x,y\n1,none\n2,walk\n?,none\n4,run\n", {});
    const [label] = problem!.fixes as readonly { readonly value: TableTask["missing"] }[];
    expect(label?.value).toEqual({ markers: ["?"], fill: "drop" });
  });
  test("in an empty cell are no label", () => {
    const [problem] = refused("x,y\n1,walk\n2,\n4,run\n", {});
    expect(problem?.text).toContain('To remove rows without a label, set "missing": {"markers":[],"fill":"drop"}.');
    expect(problem?.fixes).toHaveLength(1);
  });
});
