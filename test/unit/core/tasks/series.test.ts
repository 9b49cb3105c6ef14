/** Several series in one table: `group`, and the state carried over within a series. */
import { describe, expect, it, test } from "vitest";
import { countData, countTrainingRows } from "../../../../src/config/facts/dataCounts";
import { datasetShape } from "../../../../src/config/facts/datasetShape";
import { configHash } from "../../../../src/config/compare/hash";
import { findIncompatibility } from "../../../../src/config/facts/taskTraits";
import { createReferenceNetwork } from "../../../../src/core/engine/referenceNetwork";
import { evaluateLoss } from "../../../../src/core/network/losses";
import { createRandom } from "../../../../src/core/numerics/random";
import { createDataset } from "../../../../src/core/tasks/createDataset";
import { copySequences } from "../../../../src/core/tasks/sequenceValues";
import type { Dataset } from "../../../../src/core/tasks/task";
import { createTrainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { experimentOf, run } from "../support";

type Row = readonly [site: string, day: number, level: number];

/** Series of different lengths; interleaved as in a table that is sorted by time. */
const SIZES: Readonly<Record<string, number>> = { north: 31, south: 17, tiny: 3, east: 24 };
const ROWS: readonly Row[] = Array.from({ length: 31 }, (_, day) => day).flatMap((day) =>
  Object.entries(SIZES).flatMap(([site, size], index): Row[] =>
    day < size ? [[site, day, 100 * (index + 1) + day + Math.sin(day * (index + 2))]] : [],
  ),
);
const tableOf = (rows: readonly Row[]): string => `site,day,level\n${rows.map((row) => row.join(",")).join("\n")}\n`;
const SORTED = Object.keys(SIZES).flatMap((site) => ROWS.filter((row) => row[0] === site));

const taskOf = (changes: object = {}) =>
  experimentOf({
    task: {
      kind: "csv",
      file: "t.csv",
      columns: ["level", "day"],
      target: "level",
      length: 5,
      group: "site",
      ...changes,
    },
  }).task;
const dataOf = (text: string, changes: object = {}, share = 0.25, outputs: "every" | "last" = "every") =>
  createDataset(taskOf(changes), outputs, share, createRandom(1), text);

/** Inputs and targets of every sequence in the units of the table. */
function readBack(dataset: Dataset): { readonly days: number[]; readonly levels: number[]; readonly next: number[] }[] {
  const { timeSteps: T, inputSize: I, outputSteps: S, units } = dataset;
  const scaled = (value: number, { mean, deviation }: { mean: number; deviation: number }): number =>
    Math.round((value * deviation + mean) * 1e6) / 1e6;
  return Array.from({ length: dataset.sequences }, (_, n) => ({
    levels: Array.from({ length: T }, (_unused, t) => scaled(dataset.inputs.at(n, t * I), units!.input[0]!)),
    days: Array.from({ length: T }, (_unused, t) => scaled(dataset.inputs.at(n, t * I + 1), units!.input[1]!)),
    next: Array.from({ length: S }, (_unused, s) => scaled(dataset.targets.at(n, s), units!.target[0]!)),
  }));
}

const siteOf = (level: number): string => Object.keys(SIZES)[Math.round(level / 100) - 1]!;

describe.each([
  ["interleaved", ROWS],
  ["one after the other", SORTED],
] as const)("windows of series that are %s", (_name, rows) => {
  const { dataset, table } = dataOf(tableOf(rows), { stride: 2, horizon: 2 });
  const windows = readBack(dataset);

  it("never cross from one series to another, and have consecutive rows", () => {
    for (const { days, levels, next } of windows) {
      expect(new Set([...levels, ...next].map(siteOf)).size).toBe(1);
      expect(days).toEqual(days.map((_, t) => days[0]! + t));
      expect(days[0]! % 2).toBe(0);
    }
  });

  it("come series after series, and train on the first part of each", () => {
    const sites = windows.slice(0, dataset.trainingSequences).map(({ levels }) => siteOf(levels[0]!));
    expect([...new Set(sites)]).toEqual(["north", "south", "east"]);
    for (const [n, { days, levels }] of windows.entries()) {
      const training = countTrainingRows(SIZES[siteOf(levels[0]!)]!, 0.25);
      const lastTarget = days.at(-1)! + 2;
      if (n < dataset.trainingSequences) expect(lastTarget).toBeLessThan(training);
      else expect(lastTarget).toBeGreaterThanOrEqual(training);
    }
  });

  it("count the targets that are held out, in a series that reaches back", () => {
    // Of 17 rows the first 12 are for training; a window with its target has 7.
    const { dataset: long } = dataOf(tableOf(rows), { length: 9, horizon: 2, stride: 1 });
    const held = readBack(long).slice(long.trainingSequences);
    for (const [index, { days, levels }] of held.entries()) {
      const training = countTrainingRows(SIZES[siteOf(levels[0]!)]!, 0.25);
      const counted = days.map((day) => Number(day + 2 >= training));
      expect(
        Array.from(copySequences(long.weights!, long.trainingSequences + index, long.trainingSequences + index + 1)),
      ).toEqual(counted);
      expect(days.map((_, t) => long.weights!.at(long.trainingSequences + index, t))).toEqual(counted);
    }
    expect(held.some(({ levels }) => siteOf(levels[0]!) === "south")).toBe(true);
  });

  it("are scaled by the training rows of all series", () => {
    const training = rows.filter(([site, day]) => day < countTrainingRows(SIZES[site]!, 0.25));
    const mean = training.reduce((sum, [, , level]) => sum + level, 0) / training.length;
    const variance = training.reduce((sum, [, , level]) => sum + (level - mean) ** 2, 0) / training.length;
    const [unit] = dataset.units!.target;
    expect(unit!.mean).toBeCloseTo(mean, 9);
    expect(unit!.deviation).toBeCloseTo(Math.sqrt(variance), 9);
  });

  it("name the row of the table that their last target is from", () => {
    for (const [n, { days, levels }] of windows.entries()) {
      const [site, day] = rows[dataset.targetRow!(n)]!;
      expect([site, day]).toEqual([siteOf(levels[0]!), days.at(-1)! + 2]);
    }
  });

  it("report a series that is too short, and are as many as are estimated before they are made", () => {
    expect(table?.series).toEqual({ count: 4, unused: 1 });
    expect(table?.problems.at(-1)).toMatchObject({
      key: "length",
      severity: "warning",
      text: "Series with too few rows for a window of task.length 5 plus horizon 2, which are not used: 1 of 4.",
    });
    const task = taskOf({ stride: 2, horizon: 2 });
    expect(datasetShape(task, 0.25, countData(task, tableOf(rows)))).toMatchObject({
      sequences: dataset.sequences,
      trainingSequences: dataset.trainingSequences,
    });
  });
});

describe("series", () => {
  it("are told apart by several columns, and by columns that are inputs as well", () => {
    const text = "a,b,x\n1,p,1\n1,q,10\n1,p,2\n1,q,11\n2,p,30\n2,p,31\n1,p,3\n";
    const { dataset } = createDataset(
      experimentOf({
        task: { kind: "csv", file: "t.csv", columns: ["x", "a"], target: "x", length: 1, group: ["a", "b"] },
      }).task,
      "every",
      0,
      createRandom(1),
      text,
    );
    const { mean, deviation } = dataset.units!.target[0]!;
    const pairs = Array.from({ length: dataset.sequences }, (_, n) =>
      [dataset.inputs.at(n, 0), dataset.targets.at(n, 0)].map((value) => Math.round(value * deviation + mean)),
    );
    expect(pairs).toEqual([[1, 2], [2, 3], [10, 11], [30, 31]]); // prettier-ignore
  });

  it("are filled each by itself", () => {
    const text = "s,x\na,1\na,NA\nb,NA\nb,5\nb,NA\na,3\nb,9\n";
    const read = (fill: string): number[][] => {
      const { dataset } = createDataset(
        experimentOf({
          task: {
            kind: "csv",
            file: "t.csv",
            columns: ["x"],
            length: 2,
            group: "s",
            missing: { markers: ["NA"], fill },
          },
        }).task,
        "last",
        0,
        createRandom(1),
        text,
      );
      const { mean, deviation } = dataset.units!.target[0]!;
      return Array.from({ length: dataset.sequences }, (_, n) =>
        [dataset.inputs.at(n, 0), dataset.inputs.at(n, 1), dataset.targets.at(n, 0)].map((value) =>
          Number((value * deviation + mean).toFixed(6)),
        ),
      );
    };
    expect(read("forward")).toEqual([[1, 1, 3], [5, 5, 9]]); // prettier-ignore
    expect(read("linear")).toEqual([[1, 2, 3], [5, 5, 7], [5, 7, 9]]); // prettier-ignore
  });

  it.each([
    [
      "x,s\n1,a\n2,b\n3,a\n4,b\n",
      { group: "s", length: 4 },
      /all 2 series are too short for a window of task\.length 4 plus horizon 1: at most 2 training rows/,
    ],
    [
      "x,s\n1,a\n2,b\n3,\n4,b\n",
      { group: "s", length: 1 },
      /line 4, column "s".*no value|no value.*line 4, column "s"/,
    ],
    [
      "x,s\n1,a\n2,b\n3,\n4,b\n",
      { group: "s", length: 1, missing: { markers: [], fill: "forward" } },
      /column "s" of task\.group has 1 missing values.*set task\.missing\.fill to "drop"/,
    ],
    ["x,s\n1,a\n2,b\n", { group: "z", length: 1 }, /no column "z"/],
  ] as const)("of %j with %j are refused", (text, changes, message) => {
    expect(() => dataOf(text, { columns: ["x"], target: "", ...changes }, 0)).toThrow(message);
  });

  it("leave the hash of other experiments as it is", () => {
    const file = { task: { kind: "csv" as const, file: "t.csv", columns: ["x"] } };
    const before = experimentOf(file);
    const { group: _group, stream: _stream, ...task } = before.task as unknown as Record<string, unknown>;
    expect(configHash({ ...before, task: task as never })).toBe(configHash(before));
    expect(configHash(experimentOf({ task: { ...file.task, group: "s" } }))).not.toBe(configHash(before));
  });
});

/** At a rate at which parameters do not change, the state that a row goes on from is that of a longer sequence. */
const streamed = (engine: "float64" | "float32", cell: "lstm" | "gru" | "rnn", batchSize = 3, learningRate = 1e-30) =>
  experimentOf({
    engine,
    task: { ...taskOf({ length: 4, stride: 4, stream: true }) },
    model: { cell, hiddenSize: 5, numLayers: 2 },
    training: {
      iterations: 9,
      batchSize,
      validation: { share: 0.4, every: 1 },
      optimizer: { kind: "sgd", learningRate },
    },
  });

/** Sequences that rows read one after the other, cut where a series begins. */
function passages(dataset: Dataset, from: number, to: number, each: number): number[][] {
  const found: number[][] = [];
  for (let n = from; n < to; n++) {
    if ((n - from) % each === 0 || dataset.startsSeries!(n)) found.push([]);
    found.at(-1)!.push(n);
  }
  return found;
}

describe.each([
  ["float64", 1e-12],
  ["float32", 2e-6],
] as const)("a stream of series in %s", (engine, limit) => {
  it.each(["lstm", "gru", "rnn"] as const)(
    "carries the state of a %s within a series, which starts from zeros",
    (cell) => {
      const trainer = createTrainer(streamed(engine, cell), {
        files: { data: tableOf(ROWS), weights: null },
        kernel: createWasmNetwork,
      });
      const { dataset, spec, batchSize: B, batchesPerEpoch: each } = trainer;
      const { trainingSequences: N, sequences, timeSteps: T, outputSize: O } = dataset;
      const aside = createReferenceNetwork(spec);
      aside.writeParameters(trainer.parameters());
      /** The loss of each sequence, of which all before it in the passage has been read. */
      const lossOf = (passage: readonly number[]): number[] => {
        const inputs = new Float64Array(passage.length * dataset.inputs.length);
        for (const [index, n] of passage.entries()) dataset.inputs.fill(n, inputs, index * dataset.inputs.length);
        const outputs = aside.forward(inputs, 1, passage.length * T, null);
        const targets = new Float64Array(T * O);
        return passage.map((n, index) => {
          dataset.targets.fill(n, targets);
          const own = outputs.slice(index * T * O, (index + 1) * T * O);
          return evaluateLoss("mse", own, targets, new Float64Array(T * O), O);
        });
      };
      const losses = passages(dataset, 0, B * each, each).flatMap(lossOf);
      const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      for (let position = 0; position < each; position++) {
        trainer.step(null);
        const own = Array.from({ length: B }, (_, b) => losses[b * each + position]!);
        expect(Math.abs(trainer.metrics.loss - mean(own))).toBeLessThan(limit);
      }
      const perRow = Math.ceil((sequences - N) / Math.min(B, sequences - N));
      const held = passages(dataset, N, sequences, perRow);
      expect(held.length).toBeGreaterThan(Math.ceil((sequences - N) / perRow));
      expect(passages(dataset, 0, B * each, each).length).toBeGreaterThan(B);
      expect(Math.abs(trainer.metrics.validationLoss - mean(held.flatMap(lossOf)))).toBeLessThan(limit);
    },
  );
});

describe("episodes", () => {
  /** Rows of two sites in turn; an episode of either starts at different rows. */
  const rows = Array.from({ length: 40 }, (_, i) => {
    const [site, t] = [i % 2 === 0 ? "a" : "b", Math.floor(i / 2)];
    const starts = site === "a" ? [0, 7, 9] : [5];
    return { site, t, starts: starts.includes(t), value: 100 * i };
  });
  const textOf = (yes: string, no: string): string =>
    `site,value,start\n${rows.map(({ site, value, starts }) => [site, value, starts ? yes : no].join(",")).join("\n")}\n`;
  const read = (task: object, text = textOf("1", "0")) =>
    createDataset(
      experimentOf({
        task: { kind: "csv", file: "t.csv", columns: ["value"], horizon: 0, group: "site", reset: "start", ...task },
      }).task,
      "every",
      0,
      createRandom(1),
      text,
    );
  const valuesOf = (dataset: Dataset): number[][] =>
    Array.from({ length: dataset.sequences }, (_, n) => {
      const { mean, deviation } = dataset.units!.input[0]!;
      const length = dataset.lengths?.[n] ?? dataset.timeSteps;
      return Array.from({ length }, (_unused, t) => Math.round(dataset.inputs.at(n, t) * deviation + mean));
    });
  const episodes = [
    ["a", 0, 7],
    ["a", 7, 9],
    ["a", 9, 20],
    ["b", 0, 5],
    ["b", 5, 20],
  ].map(([site, from, to]) =>
    rows.filter((row) => row.site === site && row.t >= Number(from) && row.t < Number(to)).map(({ value }) => value),
  );

  it.each([
    ["1", "0"],
    ["1.0", "0.0"],
    ["true", "false"],
    ["Yes", "no"],
  ])("are sequences of their own, told by %s and %s", (yes, no) => {
    const { dataset, table } = read({ length: "series" }, textOf(yes, no));
    expect(valuesOf(dataset)).toEqual(episodes);
    expect(table?.series).toEqual({ count: 5, unused: 0 });
    expect(table?.problems).toEqual([]);
  });

  it("have windows that never cross their start, and a state that starts anew", () => {
    const { dataset, table } = read({ length: 3, stride: 3, stream: true });
    const windows = episodes.flatMap((values) =>
      Array.from({ length: Math.floor(values.length / 3) }, (_, n) => values.slice(3 * n, 3 * n + 3)),
    );
    expect(valuesOf(dataset)).toEqual(windows);
    const firsts = new Set(episodes.map(([value]) => value));
    for (const [n, [value]] of windows.entries()) expect(dataset.startsSeries!(n)).toBe(firsts.has(value));
    expect(table?.series).toEqual({ count: 5, unused: 1 });
  });

  it("are found where rows are left out, and by a column that is an input as well", () => {
    const text = "x,start\n1,1\n2,0\nNA,1\n4,0\n5,0\n6,1\n";
    const missing = { markers: ["NA"], fill: "drop" };
    const { dataset } = read({ columns: ["x", "start"], group: "", target: "x", length: "series", missing }, text);
    expect(Array.from(dataset.lengths!)).toEqual([2, 2, 1]);
  });

  it.each([
    ["value,start\n1,1\n2,0\n3,2\n", /line 4, column "start": "2" does not say whether an episode starts/],
    ["value,start\n1,1\n2,0\n3,maybe\n", /line 4, column "start": "maybe" does not say/],
    ["value,start\n1,1\n2,0\n3,\n", /line 4.*no value/],
    ["value,begin\n1,1\n", /no column "start"/],
  ])("are refused in %j", (text, message) => {
    expect(() => read({ group: "", length: 1 }, text)).toThrow(message);
  });
});

test("a stream needs windows one after the other", () => {
  const experiment = experimentOf({ task: { ...taskOf({ stream: true, length: 6 }) } });
  expect(findIncompatibility(experiment)).toMatchObject({
    path: ["task", "stride"],
    message: "task.stream requires windows without gap or overlap: set task.stride to task.length, 6. It is 1.",
  });
});

test("a stream of one series is a stream whatever tells it apart", () => {
  const data = tableOf(SORTED.filter(([site]) => site === "north"));
  const losses = ["", "site"].map((group) => {
    const experiment = streamed("float64", "gru", 2, 0.05);
    return run(
      { ...experiment, task: { ...experiment.task, group } as never },
      { files: { data, weights: null } },
    ).column("loss");
  });
  expect(losses[1]).toEqual(losses[0]);
});
