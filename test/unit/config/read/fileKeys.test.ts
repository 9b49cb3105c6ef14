/** Where an experiment names several files: what does not go together, the fixes, and completion. */
import { describe, expect, test } from "vitest";

import { namePlaceAt } from "../../../../src/config/edit/completionPlace";
import { fixesForProblem } from "../../../../src/config/edit/problemFixes";
import { parseExperiment } from "../../../../src/config/read/parse";
import { checkColumns } from "../../../../src/config/read/checkColumns";
import { applyEdits, experimentOf } from "../support";

const task = (keys: string): string => `{ "task": { "kind": "csv", "columns": ["x"], ${keys} } }`;

/** The one problem of a text, what it marks, and the text after each of its fixes. */
function problemIn(text: string) {
  const { problems } = parseExperiment(text);
  expect(problems).toHaveLength(1);
  const [problem] = problems;
  const { code, message, range } = problem!;
  return {
    code,
    message,
    marked: text.slice(range.offset, range.offset + range.length),
    fixed: fixesForProblem(text, problem!).map(({ title, edits }) => [title, applyEdits(text, edits)]),
  };
}

describe("keys that name files", () => {
  test("need one of both", () => {
    const { code, message, marked, fixed } = problemIn(task('"length": 5'));
    expect([code, message, marked]).toEqual([
      "missing-key",
      'task requires "file", the name of a table, or "files", a pattern for several.',
      '"task"',
    ]);
    expect(fixed).toEqual([['Add "file": "table.csv"', expect.stringContaining('"file": "table.csv"')]]);
    expect(parseExperiment(fixed[0]![1] as string).problems).toEqual([]);
  });
  test("are not both set", () => {
    const { message, marked, fixed } = problemIn(task('"file": "a.csv", "files": "*.csv"'));
    expect([message, marked]).toEqual(["task.file and task.files cannot both be set. Remove one of them.", '"*.csv"']);
    expect(fixed).toEqual([
      ['Remove "file"', task('"files": "*.csv"')],
      ['Remove "files"', task('"file": "a.csv"')],
    ]);
  });
  test("have labels for several files only", () => {
    const { message, fixed } = problemIn(task('"file": "a.csv", "labels": "l.csv", "target": "kind", "horizon": 0'));
    expect(message).toBe("task.labels is for several files. Set task.files in place of task.file.");
    expect(fixed).toEqual([['Remove "labels"', task('"file": "a.csv", "target": "kind", "horizon": 0')]]);
  });
  test("are divided by a column of their labels only, which is not the target", () => {
    const { message, fixed } = problemIn(task('"files": "*.csv", "split": "part"'));
    expect(message).toBe("task.split requires task.labels, the table that has this column.");
    expect(fixed).toEqual([['Remove "split"', task('"files": "*.csv"')]]);
    const same = task('"files": "*.csv", "labels": "l.csv", "target": "kind", "split": "kind", "horizon": 0');
    expect(problemIn(same).message).toBe('task.split and task.target are the same column, "kind".');
  });
  test("have labels only with a column of them, and of the whole file", () => {
    expect(problemIn(task('"files": "*.csv", "labels": "l.csv", "horizon": 0')).message).toBe(
      "task.labels requires task.target, the column of the labels in that table.",
    );
    const { message, marked, fixed } = problemIn(task('"files": "*.csv", "labels": "l.csv", "target": "kind"'));
    expect([message, marked]).toEqual([
      "With task.labels, a target is of its whole file, not of a later row. Set task.horizon to 0. It is 1.",
      '"l.csv"',
    ]);
    expect(fixed.map(([title]) => title)).toEqual(["Set horizon to 0"]);
    expect(parseExperiment(fixed[0]![1] as string).problems).toEqual([]);
  });
  test("are not swept over", () => {
    const text = `{ "task": { "kind": "csv", "files": "*.csv", "columns": ["x"] },
      "sweep": { "parameters": { "task.files": ["a/*.csv", "b/*.csv"] } } }`;
    expect(parseExperiment(text).problems.map(({ message }) => message)).toEqual([
      expect.stringContaining("task.files"),
    ]);
  });
});

test("columns that the first file or the table of labels does not have are marked where they are named", () => {
  const text = task('"files": "*.csv", "labels": "l.csv", "target": ["kin", "age"], "group": "station", "horizon": 0');
  const problems = checkColumns(
    text,
    experimentOf(text),
    { file: "a.csv", columns: ["x", "y", "kin"] },
    { file: "l.csv", columns: ["file", "kind", "age"] },
  );
  expect(problems.map(({ path, message }) => [path.join("."), message])).toEqual([
    ["task.target.0", '"l.csv" has no column "kin". Did you mean "kind"?'],
    ["task.group", '"a.csv" has no column "station". Its columns are "x", "y", "kin".'],
  ]);
  expect(checkColumns(text, experimentOf(text), null, null)).toEqual([]);
});

test("completion knows which file has the names that are expected", () => {
  const at = (marked: string) => namePlaceAt(marked.replace("|", ""), marked.indexOf("|"))?.place ?? null;
  expect(at(task('"files": "|"'))).toEqual({ kind: "data-files" });
  expect(at(task('"files": "*.csv", "labels": "|"'))).toEqual({ kind: "data-file", task: "csv" });
  const column = (file: string, isPattern: boolean) => ({ kind: "column", file, isPattern, taken: [] });
  expect(at(task('"files": "r/*.csv", "target": "|"'))).toEqual(column("r/*.csv", true));
  expect(at(task('"files": "r/*.csv", "labels": "l.csv", "target": "|"'))).toEqual(column("l.csv", false));
  expect(at(task('"files": "r/*.csv", "labels": "l.csv", "group": "|"'))).toEqual(column("r/*.csv", true));
  expect(at(task('"files": "r/*.csv", "labels": "l.csv", "split": "|"'))).toEqual(column("l.csv", false));
});
