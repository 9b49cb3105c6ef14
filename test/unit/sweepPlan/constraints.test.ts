/** Constraints of a sweep: what is planned and proposed fulfills them, and what cannot is named. */
import { describe, expect, test } from "vitest";
import { createSweepReport, describeSweep } from "../../../src/cli/sweepReport";
import { parseExperiment } from "../../../src/config/read/parse";
import { seededDraw } from "../../../src/search/draws";
import { planTrials } from "../../../src/sweepPlan/plan";
import { readSweep, type ReadSweep } from "../../../src/sweepPlan/readSweep";
import { Proposer } from "../../../src/sweepPlan/searchEvents";

const HIDDEN = "model.hiddenSize";
const LAYERS = "model.numLayers";
const RATE = "training.optimizer.learningRate";
const LIMIT = { kind: "product", of: [HIDDEN, LAYERS], max: 24 };
const fileOf = (sweep: object) =>
  JSON.stringify({
    task: { kind: "binary-addition" },
    model: { cell: "rnn", hiddenSize: 4, numLayers: 1 },
    training: { optimizer: { kind: "sgd" } },
    sweep,
  });
const read = (sweep: object) => readSweep(fileOf(sweep)) as ReadSweep;
const plan = ({ job }: ReadSweep) => planTrials(job.sweep, job.seed, seededDraw(7, 0));
const sizes = (values: readonly unknown[]): number => Number(values[0]) * Number(values[1]);
const GRID = { parameters: { [HIDDEN]: [4, 8, 16], [LAYERS]: [1, 2, 3], [RATE]: [0.1, 0.2] } };
const RANDOM = { kind: "random", budget: 20 };
const RANGES = {
  [HIDDEN]: { from: 1, to: 64, scale: "log" },
  [LAYERS]: { from: 1, to: 4 },
  [RATE]: { from: 0.001, to: 0.1, scale: "log" },
};

describe("constraints of a sweep", () => {
  test("leave combinations out of a grid, which counts those that are left", () => {
    const sweep = read({ ...GRID, seeds: 2, constraints: [LIMIT] });
    const trials = plan(sweep);
    // 4 with each number of layers, 8 with each, 16 with one.
    expect([trials.length, sweep.info.trials]).toEqual([28, 28]);
    expect(sweep.info.excluded).toEqual({ combinations: 4, of: 18 });
    expect(Math.max(...trials.map(({ values }) => sizes(values)))).toBe(24);
    expect(plan(read({ ...GRID, seeds: 2 })).length).toBe(36);
    const sum = { kind: "sum", of: [HIDDEN], min: 8, max: 8 };
    expect(read({ ...GRID, constraints: [sum, LIMIT] }).info.trials).toBe(6);
  });

  test("are said to leave combinations out only where they do, and of a grid", () => {
    const limit = { ...LIMIT, max: 1000 };
    for (const sweep of [GRID, { ...GRID, constraints: [limit] }, { ...GRID, constraints: [LIMIT], search: RANDOM }])
      expect(read(sweep).info.excluded).toBeUndefined();
    const { experiment, info } = read({ ...GRID, constraints: [LIMIT] });
    const outcome = { info, results: [], wallMs: 1000, threads: 2, engine: null, csv: null, interrupted: true };
    const said = describeSweep(experiment, { ...outcome, verdict: null });
    expect(said.split("\n")[1]).toBe("constraints exclude 4 of 18 combinations");
    expect(createSweepReport({ ...outcome, verdict: null })).toMatchObject({ excluded: { combinations: 4, of: 18 } });
  });

  test("say nothing of a parameter that a run has no value of", () => {
    const kinds = { "training.optimizer.kind": ["sgd", "momentum"], "training.optimizer.momentum": [0.1, 0.9] };
    const limit = { kind: "sum", of: ["training.optimizer.momentum"], max: 0.5 };
    const sweep = read({ parameters: kinds, constraints: [limit] });
    expect(plan(sweep).map(({ values }) => values)).toEqual([
      ["sgd", null],
      ["momentum", 0.1],
    ]);
    expect([sweep.info.trials, sweep.info.excluded]).toEqual([2, { combinations: 1, of: 3 }]);
  });

  test.each(["random", "sobol"])("are fulfilled by all runs of a %s search, as many as its budget", (kind) => {
    const sweep = read({ parameters: RANGES, constraints: [LIMIT], search: { kind, budget: 60 } });
    const trials = plan(sweep);
    expect([trials.length, sweep.info.trials]).toEqual([60, 60]);
    expect(Math.max(...trials.map(({ values }) => sizes(values)))).toBeLessThanOrEqual(24);
    const free = plan(read({ parameters: RANGES, search: { kind, budget: 60 } }));
    // The first ones that fulfill it, in their order.
    const fulfilling = free.map(({ values }) => values).filter((values) => sizes(values) <= 24);
    expect(trials.slice(0, fulfilling.length).map(({ values }) => values)).toEqual(fulfilling);
    expect(fulfilling.length).toBeLessThan(60);
  });

  test.each(["tpe", "cma-es"])("are fulfilled by what %s proposes, also where the best lies beyond", (kind) => {
    const propose = () => {
      const { job } = read({ parameters: RANGES, constraints: [LIMIT], search: { kind, budget: 24 } });
      const proposer = new Proposer(job.sweep);
      return Array.from({ length: 24 }, (_, combination) => {
        const values = proposer.propose(combination);
        const outcome = { kind: "done" as const, value: -sizes(values), violation: 0 };
        proposer.apply([
          { kind: "begun", combination, values },
          { kind: "ended", combination, outcome },
        ]);
        return values;
      });
    };
    const proposed = propose();
    expect(Math.max(...proposed.map(sizes))).toBeLessThanOrEqual(24);
    expect(Math.max(...proposed.slice(12).map(sizes))).toBeGreaterThan(20);
    // Replayed, it proposes the same.
    expect(propose()).toEqual(proposed);
  });

  test("that are wrong are named at their place", () => {
    const problems = (constraint: object, sweep: object = GRID) =>
      parseExperiment(fileOf({ ...sweep, constraints: [constraint] })).problems.map(({ path, message }) => [
        path.join("."),
        message,
      ]);
    expect(problems({ of: ["model.hiddenSizes"], max: 3 })).toEqual([
      ["sweep.constraints.0.of.0", 'The sweep has no parameter "model.hiddenSizes". Did you mean "model.hiddenSize"?'],
    ]);
    expect(problems({ of: ["model.cell"], max: 3 }, { parameters: { "model.cell": ["rnn", "gru"] } })).toEqual([
      ["sweep.constraints.0.of.0", "model.cell has values that are not numbers, so it cannot be constrained."],
    ]);
    expect(problems({ of: [HIDDEN] })[0]![1]).toMatch(/^The constraint has no limit\. Set its min or max/);
    expect(problems({ of: [HIDDEN], min: 9, max: 3 })[0]![1]).toBe(
      "No value is at least 9 and at most 3. Swap min and max.",
    );
    expect(problems({ of: [HIDDEN], min: 999 })).toEqual([
      ["sweep.constraints", "No combination of values fulfills the constraints. Widen their limits."],
    ]);
    const random = { parameters: RANGES, search: { kind: "random" } };
    expect(problems({ of: [HIDDEN, LAYERS], min: 1000 }, random)[0]![1]).toMatch(/^None of 2,000 random combinations/);
    expect(problems({ of: [HIDDEN], max: 3, maximum: 3 })[0]![0]).toBe("sweep.constraints.0.maximum");
  });
});
