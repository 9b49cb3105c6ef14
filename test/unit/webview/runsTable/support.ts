import type { TableRun } from "../../../../src/shared/wire/runsTable";
import { collectColumns, collectSharedColumns, type Column } from "../../../../webview/runsTable/columns";

const PATHS = ["model.cell", "training.optimizer.learningRate"];
const SHARED = [
  { path: "task.kind", value: "adding" },
  { path: "training.optimizer.kind", value: "adam" },
];

export function tableRun(id: string, change: Partial<TableRun> = {}): TableRun {
  return {
    id,
    number: 1,
    name: `Run ${id}`,
    experiment: "Adding",
    uri: "file:///lab/adding.rnn.json",
    state: "done",
    pinned: false,
    note: "",
    seed: 1,
    startedAt: Date.UTC(2026, 10, 28, 12),
    trainMs: 90_000,
    iterations: 500,
    loss: 0.5,
    bestLoss: 0.25,
    accuracy: null,
    validationLoss: null,
    bestValidationLoss: null,
    values: ["lstm", 0.01],
    ...change,
  };
}

export function columnsOf(runs: readonly TableRun[]): readonly Column[] {
  return collectColumns(PATHS, SHARED, runs, "en");
}

/** With those that have one value in all runs. */
export function searchableOf(runs: readonly TableRun[]): readonly Column[] {
  return [...columnsOf(runs), ...collectSharedColumns(PATHS, SHARED)];
}
