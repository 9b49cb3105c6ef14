import { describe, expect, test } from "vitest";
import { checkTable } from "../../../../src/config/read/checkTable";
import { fixesForProblem } from "../../../../src/config/edit/problemFixes";
import { withEdits } from "../../../../src/config/edit/fixEdits";
import { checkTableStart } from "../../../../src/tables/tableStart";
import { experimentOf } from "../support";

const rows = (count: number, at: (row: number) => string): string =>
  Array.from({ length: count }, (_, t) => at(t)).join("\n");
const SERIES = rows(30, (t) => `${t},${(t % 5) + 0.5}`);

/** The problems of an experiment on a table, with the texts that their quick fixes make. */
function check(table: string, task: string) {
  const text = `{ "task": { "kind": "csv", "file": "t.csv", ${task} } }`;
  const experiment = experimentOf(text);
  if (experiment.task.kind !== "csv") throw new Error("no table");
  const { problems } = checkTableStart(new TextEncoder().encode(table), true, experiment.task);
  return checkTable(text, experiment, problems).map((problem) => ({
    severity: problem.severity,
    marked: text.slice(problem.range.offset, problem.range.offset + problem.range.length),
    fixes: fixesForProblem(text, problem).map(({ title, edits }) => ({ title, text: withEdits(text, edits) })),
    left: fixesForProblem(text, problem).map(({ edits }) => {
      const after = experimentOf(withEdits(text, edits) ?? "");
      return after.task.kind === "csv"
        ? checkTableStart(new TextEncoder().encode(table), true, after.task).problems
        : null;
    }),
  }));
}

/** What each fix is called; each settles its problem. */
function titlesOf(table: string, task: string): readonly string[] {
  const found = check(table, task);
  expect(found).toHaveLength(1);
  for (const left of found[0]!.left) expect(left).toEqual([]);
  return found[0]!.fixes.map(({ title }) => title);
}

describe("a problem of a table is settled by its quick fixes", () => {
  test("rows with the newest first", () => {
    const table = `day,x\n${rows(9, (t) => `2026-01-${String(20 - t)},${t % 4}`)}\n`;
    expect(titlesOf(table, `"columns": ["x"]`)).toEqual(['Set order to "reverse"']);
  });

  test("a value far from the others is a missing one, or is meant", () => {
    const table = `t,x\n${SERIES}\n30,4711\n`;
    expect(titlesOf(table, `"columns": ["x"]`)).toEqual([
      'Set missing to {"fill":"forward","markers":["4711"]}',
      "Set accept to [4711]",
    ]);
    expect(titlesOf(table, `"columns": ["x"], "missing": { "markers": ["NA"], "fill": "mean" }`)[0]).toBe(
      'Set missing to {"fill":"mean","markers":["NA","4711"]}',
    );
  });

  test("a sentinel, whatever decimals the file has", () => {
    const table = `t,x\n${SERIES}\n30,-9999.00\n`;
    expect(titlesOf(table, `"columns": ["x"]`)[0]).toBe('Set missing to {"fill":"forward","markers":["-9999"]}');
  });

  test("a constant input is removed, unless it is the only one", () => {
    const table = `x,y\n${rows(9, (t) => `${t % 4},7`)}\n`;
    expect(titlesOf(table, `"columns": ["x", "y"], "target": "x"`)).toEqual(["Remove the column"]);
    expect(check(table, `"columns": ["y"], "target": "x"`)[0]).toMatchObject({ severity: "warning", fixes: [] });
  });

  test("of several columns of one name, one is picked", () => {
    const table = `t,x,x\n${rows(9, (t) => `${t},${t % 4},${t % 3}`)}\n`;
    expect(titlesOf(table, `"columns": ["x"]`)).toEqual(['Change to "x_1"', 'Change to "x_2"']);
    expect(titlesOf(table, `"columns": ["t"], "target": "x"`)).toEqual(['Set target to "x_1"', 'Set target to "x_2"']);
  });

  test("names that look like numbers", () => {
    const table = `2025,2026\n${rows(9, (t) => `${t % 4},${t % 3}`)}\n`;
    expect(check(table, `"columns": ["2025"]`)[0]?.fixes.map(({ title }) => title)).toEqual([
      "Set header to 0",
      "Set header to 1",
    ]);
  });

  test("times and categories where numbers are read, and text instead of a number", () => {
    const at = (t: number): string => `2026-01-1${t},${t % 2 === 0 ? "N" : "S"},${t === 4 ? "broken" : t % 4}`;
    const table = `day,wind,x\n${rows(9, at)}\n`;
    expect(titlesOf(table, `"columns": ["day"], "target": ""`)).toEqual(['Change to {"name":"day","kind":"time"}']);
    expect(titlesOf(table, `"columns": ["wind"]`)).toEqual(['Change to {"name":"wind","kind":"category"}']);
    expect(titlesOf(table, `"columns": ["x"]`)).toEqual(['Set missing to {"fill":"forward","markers":["broken"]}']);
  });

  test("day and month that could be either way around", () => {
    const table = `day,x\n${rows(9, (t) => `0${t + 1}/03/2026,${t % 4}`)}\n`;
    expect(titlesOf(table, `"columns": ["x", { "name": "day", "kind": "time" }]`)).toEqual([
      'Set format to "DD/MM/YYYY"',
      'Set format to "MM/DD/YYYY"',
    ]);
  });
});
