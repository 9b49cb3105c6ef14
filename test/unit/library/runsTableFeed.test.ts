import { describe, expect, test } from "vitest";
import type { Experiment } from "../../../src/config/schema/schema";
import { finishWork } from "../../../src/lib/slicedTask";
import { flattenConfig, HyperparameterIndex } from "../../../src/library/hyperparameterIndex";
import { RunsTableFeed } from "../../../src/library/runsTableFeed";
import type { RunEntry } from "../../../src/runs/runStore";
import { IDLE } from "../../../src/shared/trace/trace";
import { RUNS_PER_MESSAGE, type RunsTableHostMessage } from "../../../src/shared/wire/runsTable";
import { metaOf } from "../runs/support";
import { COUNT_ONES } from "../session/support";

function entryOf(id: string, config: Experiment = COUNT_ONES, change: Partial<RunEntry> = {}): RunEntry {
  return {
    id,
    path: `/runs/${id}.rnnrun`,
    state: "done",
    notes: { name: null, note: "", pinned: false },
    meta: metaOf({ runId: id, config, seed: config.seed }),
    progress: {
      status: { ...IDLE, phase: "done", iteration: 500, loss: 0.5, best: { iteration: 3, validationLoss: 0.7 } },
      checkpoint: null,
      endedAt: 1,
      metrics: { bestLoss: 0.25, validationLoss: 0.8, accuracy: 0.9 },
    },
    bytes: 1,
    writtenAt: 1,
    ...change,
  };
}

const withSize = (hiddenSize: number): Experiment => ({ ...COUNT_ONES, model: { ...COUNT_ONES.model, hiddenSize } });
const withOptimizer = (optimizer: Experiment["training"]["optimizer"]): Experiment => ({
  ...COUNT_ONES,
  training: { ...COUNT_ONES.training, optimizer },
});

function feed() {
  const names = new Map<string, string>();
  const table = new RunsTableFeed(({ id }) => ({ number: 1, name: names.get(id) ?? `Run ${id}` }));
  const collect = (entries: readonly RunEntry[]) =>
    finishWork(table.collect(entries)) as readonly Extract<RunsTableHostMessage, { type: "runs" }>[];
  return { table, collect, names };
}

describe("what the page with the table of runs is sent", () => {
  test("is all runs in parts of a bounded size, with how many are still to come", () => {
    const { collect } = feed();
    const messages = collect(Array.from({ length: 2 * RUNS_PER_MESSAGE + 1 }, (_, i) => entryOf(`run-${i}`)));
    expect(messages.map(({ reset, changed, pending }) => [reset, changed.length, pending])).toEqual([
      [true, RUNS_PER_MESSAGE, RUNS_PER_MESSAGE + 1],
      [false, RUNS_PER_MESSAGE, 1],
      [false, 1, 0],
    ]);
    expect(JSON.stringify(messages[0]).length).toBeLessThan(256 * 1024);
    expect(messages[0]?.changed[0]).toMatchObject({
      id: "run-0",
      name: "Run run-0",
      loss: 0.5,
      bestLoss: 0.25,
      validationLoss: 0.8,
      bestValidationLoss: 0.7,
      accuracy: 0.9,
    });
  });

  test("is afterwards only what has changed, and nothing when all is as it was", () => {
    const { collect } = feed();
    const [a, b, c] = [entryOf("a"), entryOf("b"), entryOf("c")];
    collect([a, b, c]);
    expect(collect([a, b, c])).toEqual([]);
    // Read from the disk again: other objects that say the same.
    expect(collect([a, { ...b }, { ...c }])).toEqual([]);
    const pinned = { ...b, notes: { ...b.notes, pinned: true } };
    const [message] = collect([a, pinned]);
    expect(message).toMatchObject({ reset: false, removed: ["c"], changed: [{ id: "b", pinned: true }] });
    expect(message?.changed.length).toBe(1);
  });

  test("is also a run that has another name because of other runs", () => {
    const { collect, names } = feed();
    const entries = [entryOf("a"), entryOf("b")];
    collect(entries);
    names.set("b", "hiddenSize 8 (#2)");
    expect(collect(entries)[0]?.changed.map(({ id, name }) => [id, name])).toEqual([["b", "hiddenSize 8 (#2)"]]);
  });

  test("is all of it again for a new page, and when runs differ in another hyperparameter", () => {
    const { table, collect } = feed();
    const [a, b] = [entryOf("a"), entryOf("b")];
    expect(collect([a, b])[0]?.paths).toEqual([]);
    expect(collect([a, b, entryOf("c", withSize(4))])[0]).toMatchObject({
      reset: true,
      paths: ["model.hiddenSize"],
      changed: [{ values: [1] }, { values: [1] }, { values: [4] }],
    });
    table.startOver();
    expect(collect([a, b])[0]).toMatchObject({ reset: true, paths: [], changed: [{ values: [] }, { values: [] }] });
    table.startOver();
    expect(collect([])).toMatchObject([{ reset: true, changed: [], pending: 0 }]);
  });
});

describe("the hyperparameters that differ", () => {
  const index = (...configs: readonly Experiment[]): HyperparameterIndex => {
    const made = new HyperparameterIndex();
    for (const config of configs) made.add(flattenConfig(config));
    return made;
  };

  test("are those with several values, not the seed or the name; the others are shared", () => {
    const some = index(COUNT_ONES, { ...withSize(8), seed: 9, name: "other" });
    expect(some.differing).toEqual(["model.hiddenSize"]);
    expect(some.shared).toContainEqual({ path: "model.cell", value: COUNT_ONES.model.cell });
    expect(some.shared.map(({ path }) => path)).not.toContain("seed");
  });

  test("are not those that come with another kind, which the kind says", () => {
    const paths = index(
      withOptimizer({ kind: "sgd", learningRate: 0.1, momentum: 0, weightDecay: 0 } as never),
      withOptimizer({ kind: "rprop", initialStep: 0.1, etaPlus: 1.2, etaMinus: 0.5 } as never),
      withOptimizer({ kind: "sgd", learningRate: 0.2, momentum: 0, weightDecay: 0 } as never),
    ).differing;
    expect(paths).toEqual(["training.optimizer.kind", "training.optimizer.learningRate"]);
  });

  test("are what a run has on and another off", () => {
    const clipped = { ...COUNT_ONES, training: { ...COUNT_ONES.training, clip: { norm: 1 } } } as Experiment;
    const free = { ...COUNT_ONES, training: { ...COUNT_ONES.training, clip: null } } as Experiment;
    expect(index(clipped, free).differing).toEqual(["training.clip.norm"]);
  });

  test("are none again when the run that differed is gone", () => {
    const some = index(COUNT_ONES, withSize(8));
    some.remove(flattenConfig(withSize(8)));
    expect(some.differing).toEqual([]);
    expect(some.shared).toContainEqual({ path: "model.hiddenSize", value: 1 });
  });
});
