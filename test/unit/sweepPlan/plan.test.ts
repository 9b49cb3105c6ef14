import { describe, expect, test } from "vitest";
import { createRandom } from "../../../src/core/numerics/random";
import { planTrials, sweepInfo } from "../../../src/sweepPlan/plan";
import { readSweep } from "../../../src/sweepPlan/readSweep";
import { createTrialReader } from "../../../src/sweepPlan/trials";
import { experimentOf } from "../config/support";

function plan(sweep: object, rest: object = {}) {
  const experiment = experimentOf(JSON.stringify({ ...rest, sweep }));
  if (experiment.sweep === null) throw new Error("no sweep");
  const random = createRandom(1);
  return {
    trials: planTrials(experiment.sweep, experiment.seed, () => random.double()),
    info: sweepInfo(experiment.sweep, experiment.seed),
  };
}

describe("a grid", () => {
  test("holds every combination with every seed, all combinations of a seed together", () => {
    const { trials, info } = plan(
      { parameters: { "model.cell": ["rnn", "gru"], "task.length": { from: 5, to: 15, count: 3 } }, seeds: 2 },
      { seed: 7 },
    );
    expect(trials.map(({ seed, values }) => [seed, ...values])).toEqual(
      [7, 8].flatMap((seed) => ["rnn", "gru"].flatMap((cell) => [5, 10, 15].map((length) => [seed, cell, length]))),
    );
    expect(trials.map(({ index }) => index)).toEqual(trials.map((_, index) => index));
    expect(info).toEqual({
      parameters: [
        { key: "model.cell", kind: "choice", choices: ["rnn", "gru"], scale: "linear" },
        { key: "task.length", kind: "number", scale: "linear" },
      ],
      seeds: 2,
      trials: 12,
      goal: null,
    });
  });

  test("of a log range has equal ratios and the ends as written; whole numbers come once", () => {
    expect(
      plan({ parameters: { "training.optimizer.etaPlus": { from: 1, to: 10, count: 3, scale: "log" } } }).trials.map(
        ({ values }) => values[0],
      ),
    ).toEqual([1, 3.16228, 10]);
    expect(
      plan({ parameters: { "model.hiddenSize": { from: 1, to: 4, count: 9 } } }).trials.map(({ values }) => values[0]),
    ).toEqual([1, 2, 3, 4]);
    expect(
      plan({ parameters: { "training.iterations": { from: 100, to: 1, count: 3, scale: "log" } } }).trials.map(
        ({ values }) => values[0],
      ),
    ).toEqual([100, 10, 1]);
  });

  test("of seeds alone is the same run with each; a list may name them, and a number wraps at the end of the range", () => {
    expect(plan({ seeds: [5, 3, 5] }).trials.map(({ seed, values }) => [seed, values])).toEqual([
      [5, []],
      [3, []],
    ]);
    expect(plan({ seeds: 3 }, { seed: 4_294_967_295 }).trials.map(({ seed }) => seed)).toEqual([4_294_967_295, 0, 1]);
  });

  test("has as many runs as it says, whatever the block", () => {
    for (const sweep of [
      {},
      { seeds: 3 },
      { parameters: { "model.hiddenSize": { from: 1, to: 3, count: 50 }, "model.cell": ["rnn"] }, seeds: [1, 1, 2] },
      { search: { kind: "random", budget: 10 }, seeds: 3, parameters: { "task.length": [1, 2] } },
      { search: { kind: "random", budget: 1 }, seeds: 4 },
    ]) {
      const { trials, info } = plan(sweep);
      expect(trials.length).toBe(info.trials);
    }
  });
});

describe("a grid with parameters that some runs have", () => {
  const MOMENTUM = {
    parameters: {
      "training.optimizer.momentum": [0.5, 0.9],
      "training.optimizer.kind": ["sgd", "momentum", "adam"],
      "training.clip.norm": [1, 2],
    },
  };

  test("has each combination once, without a value where it has none, and as many as it says", () => {
    const { trials, info } = plan(MOMENTUM);
    expect(trials.map(({ values }) => values)).toEqual([
      [null, "sgd", 1],
      [null, "sgd", 2],
      [0.5, "momentum", 1],
      [0.5, "momentum", 2],
      [null, "adam", 1],
      [null, "adam", 2],
      [0.9, "momentum", 1],
      [0.9, "momentum", 2],
    ]);
    expect(info.trials).toBe(8);
  });

  test("also when whole optimizers are the choices", () => {
    const { trials } = plan({
      parameters: {
        "training.optimizer": [{ kind: "sgd" }, { kind: "momentum" }],
        "training.optimizer.momentum": [0.5, 0.9],
      },
    });
    expect(trials.map(({ values }) => values[1])).toEqual([null, 0.5, 0.9]);
  });
});

describe("a search by Sobol", () => {
  test("spreads its combinations evenly over ranges and choices, the same ones for each seed", () => {
    const sweep = {
      parameters: { "training.optimizer.etaPlus": { from: 1, to: 5 }, "model.cell": ["rnn", "gru"] },
      seeds: 2,
      search: { kind: "sobol", budget: 64, seed: 5 },
    };
    const { trials } = plan(sweep);
    const half = trials.slice(0, 32).map(({ values }) => values);
    expect(trials.slice(32).map(({ values }) => values)).toEqual(half);
    for (let part = 0; part < 4; part++)
      expect(half.filter(([eta]) => Math.floor(Number(eta) - 1) === part).length).toBe(8);
    expect(half.filter(([, cell]) => cell === "rnn").length).toBe(16);
  });
});

describe("a random search", () => {
  const SEARCH = {
    parameters: {
      "training.optimizer.etaPlus": { from: 1, to: 10, scale: "log" },
      "task.length": { from: 3, to: 5 },
      "model.cell": ["rnn", "gru"],
    },
    seeds: 2,
    search: { kind: "random", budget: 601 },
  };

  test("draws the budget's runs within the ranges, each combination with every seed, the same each time", () => {
    const { trials } = plan(SEARCH);
    expect(trials.length).toBe(600);
    expect(trials.slice(0, 300).map(({ values }) => values)).toEqual(trials.slice(300).map(({ values }) => values));
    expect(plan(SEARCH).trials).toEqual(trials);
    const [etas, lengths, cells] = [0, 1, 2].map((axis) => trials.slice(0, 300).map(({ values }) => values[axis]));
    expect(etas?.every((eta) => Number(eta) >= 1 && Number(eta) <= 10)).toBe(true);
    // Half of a log range lies below its geometric mean.
    expect(etas?.filter((eta) => Number(eta) < Math.sqrt(10)).length).toBeGreaterThan(110);
    expect(etas?.filter((eta) => Number(eta) < Math.sqrt(10)).length).toBeLessThan(190);
    for (const length of [3, 4, 5]) expect(lengths?.filter((drawn) => drawn === length).length).toBeGreaterThan(60);
    expect(new Set(lengths)).toEqual(new Set([3, 4, 5]));
    expect(new Set(cells)).toEqual(new Set(["rnn", "gru"]));
  });
});

describe("a trial", () => {
  const text =
    '{"seed": 3, "training": {"optimizer": {"kind": "sgd"}}, "sweep": {"parameters": {"training.optimizer.kind": ["sgd", "adam"], "model.dropout": [0.5]}, "seeds": 2}}';

  test("is the experiment of the file with its values and seed, and without the sweep", () => {
    const read = readSweep(text);
    if ("problems" in read) throw new Error("not read");
    const reader = createTrialReader(read.job);
    const experiment = reader({ index: 3, seed: 4, values: ["adam", 0.5] });
    expect(experiment).toEqual(
      experimentOf('{"seed": 4, "training": {"optimizer": {"kind": "adam"}}, "model": {"dropout": 0.5}}'),
    );
    expect(() => reader({ index: 0, seed: 3, values: ["adamm", 0.5] })).toThrow(/Did you mean "adam"/);
  });

  test("cannot be read from a file without a sweep, or with one that has problems", () => {
    expect(readSweep("{}")).toEqual({ problems: [] });
    expect(readSweep("{")).toMatchObject({ problems: [{ code: "syntax" }] });
    expect(readSweep('{"sweep": {"parameters": {"x": [1]}}}')).toMatchObject({ problems: [{ code: "unknown-key" }] });
  });
});
