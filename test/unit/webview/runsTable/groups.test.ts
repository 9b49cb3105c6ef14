import { describe, expect, test } from "vitest";
import type { TableRun } from "../../../../src/shared/wire/runsTable";
import { BY_CONFIG, collectStatistics, groupText } from "../../../../webview/runsTable/groups";
import { collectRows } from "../../../../webview/runsTable/rows";
import { columnsOf, tableRun } from "./support";

const RUNS: readonly TableRun[] = [
  tableRun("a", { seed: 1, loss: 1, values: ["lstm", 0.01] }),
  tableRun("b", { seed: 1, loss: 5, values: ["rnn", 0.01] }),
  tableRun("c", { seed: 2, loss: 2, values: ["lstm", 0.01] }),
  tableRun("d", { seed: 3, loss: NaN, state: "diverged", values: ["lstm", 0.01] }),
  tableRun("e", { seed: 1, loss: 0.5, values: ["rnn", 0.01], uri: "file:///lab/other.rnn.json", experiment: "Other" }),
];
const COLUMNS = columnsOf(RUNS);
const STATE = { sort: [], columns: {}, expanded: [], group: null };

/** Groups as "label: ids", or runs as ids, from the top down. */
function shown(change: Partial<Parameters<typeof collectRows>[2]>): readonly string[] {
  return collectRows(RUNS, COLUMNS, { ...STATE, ...change }).rows.map((row) =>
    row.kind === "run" ? row.run.id : `${row.group.label}: ${row.group.runs.map(({ id }) => id).join("")}`,
  );
}

function cell(column: string, group: number): string | undefined {
  const { groups } = collectRows(RUNS, COLUMNS, { ...STATE, group: BY_CONFIG });
  const found = COLUMNS.find(({ id }) => id === column);
  return groups?.[group] === undefined || found === undefined ? undefined : groupText(found, groups[group]);
}

describe("statistics", () => {
  test("are the mean and the sample standard deviation of the finite values", () => {
    const { count, mean, deviation } = collectStatistics([2, 4, 4, 4, 5, 5, 7, 9, NaN, null, Infinity]);
    expect([count, mean]).toEqual([8, 5]);
    expect(deviation).toBeCloseTo(Math.sqrt(32 / 7), 12);
  });

  test("have no deviation of one value, and no mean of none", () => {
    expect(collectStatistics([3])).toEqual({ count: 1, mean: 3, deviation: NaN });
    expect(collectStatistics([NaN, null])).toEqual({ count: 0, mean: NaN, deviation: NaN });
  });
});

describe("groups", () => {
  test("of equal configs hold the runs that differ in their seeds only", () => {
    expect(shown({ group: BY_CONFIG })).toEqual([
      "cell lstm, Adding: acd",
      "cell rnn, Adding: b",
      "cell rnn, Other: e",
    ]);
  });

  test("are by experiment, or by the values of a hyperparameter", () => {
    expect(shown({ group: "experiment" })).toEqual(["Adding: abcd", "Other: e"]);
    expect(shown({ group: "model.cell" })).toEqual(["cell lstm: acd", "cell rnn: be"]);
  });

  test("are in the order of their means, and their runs in the order of the column", () => {
    expect(shown({ group: "model.cell", sort: [{ column: "loss", descending: true }] })).toEqual([
      "cell rnn: be",
      "cell lstm: cad",
    ]);
  });

  test("show their runs under them when they are open", () => {
    expect(shown({ group: "experiment", expanded: ["file:///lab/other.rnn.json"] })).toEqual([
      "Adding: abcd",
      "Other: e",
      "e",
    ]);
  });

  test("show the mean and its deviation with the number of runs that count, and what all of their runs share", () => {
    expect([cell("loss", 0), cell("loss", 1), cell("accuracy", 0)]).toEqual(["1.5 ± 0.71 (2/3)", "5", "–"]);
    expect([cell("model.cell", 0), cell("seed", 0), cell("state", 0), cell("seed", 1)]).toEqual(["lstm", "", "", "1"]);
  });

  test("of hyperparameters have a column only while the runs that are shown differ in it", () => {
    const ids = (runs: readonly TableRun[]) => collectRows(runs, COLUMNS, STATE).columns.map(({ id }) => id);
    expect(ids(RUNS)).toContain("model.cell");
    expect(ids(RUNS)).not.toContain("training.optimizer.learningRate");
    expect(ids([RUNS[0]!, RUNS[2]!])).not.toContain("model.cell");
    expect(ids([RUNS[0]!, RUNS[2]!])).not.toContain("experiment");
    const chosen = { ...STATE, columns: { "training.optimizer.learningRate": true, seed: false, name: false } };
    const columns = collectRows(RUNS, COLUMNS, chosen).columns.map(({ id }) => id);
    expect(columns).toContain("training.optimizer.learningRate");
    expect(columns).not.toContain("seed");
    expect(columns).toContain("name");
  });
});
