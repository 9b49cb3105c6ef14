import { describe, expect, test } from "vitest";
import type { Experiment } from "../../../../../src/config/schema/schema";
import { targetWidth } from "../../../../../src/core/tasks/task";
import { experimentOf, numbersOf } from "../../support";
import { baselinesByName, baselineTask, lossesByName } from "./support";

const SEQUENCES = 20_000;
/** Of a mean over so many sequences; a few standard errors. */
const SAMPLING = 0.03;

function memorylessLoss(task: { kind: Experiment["task"]["kind"]; [key: string]: unknown }, readout = "auto"): number {
  return lossesByName(
    experimentOf({
      task: { sequences: SEQUENCES, ...task },
      model: { cell: "rnn", readout: readout as "auto" },
      training: { batchSize: 1 },
    }),
  ).memoryless!;
}

function entropy(probability: number): number {
  return probability === 0 ? 0 : -probability * Math.log(probability) - (1 - probability) * Math.log(1 - probability);
}

describe("the memoryless baseline meets its closed form", () => {
  test("adding: 1/6, and half of it where the last number is marked", () => {
    const marked = 1 / (20 - 10);
    expect(memorylessLoss({ kind: "adding", length: 20 })).toBeCloseTo((1 - marked) / 6 + marked / 12, 2);
    expect(memorylessLoss({ kind: "adding", length: 100 })).toBeCloseTo(1 / 6, 2);
  });

  test("copy: items ln(symbols) / (delay + 2 items), to rounding", () => {
    expect(memorylessLoss({ kind: "copy", symbols: 8, items: 10, delay: 12 })).toBeCloseTo(
      (10 * Math.log(8)) / (12 + 2 * 10),
      10,
    );
  });

  test("parity: ln 2, to rounding; at every step all but the first one", () => {
    expect(memorylessLoss({ kind: "parity", length: 10 })).toBeCloseTo(Math.LN2, 10);
    expect(memorylessLoss({ kind: "parity", length: 10 }, "every")).toBeCloseTo(0.9 * Math.LN2, 10);
  });

  test("temporal order: ln 4, to rounding", () => {
    expect(memorylessLoss({ kind: "temporal-order", length: 30 })).toBeCloseTo(Math.log(4), 10);
  });

  test("count the ones: (T - 1) / 4, or half of it over all steps", () => {
    expect(memorylessLoss({ kind: "count-ones", length: 11 }) / 2.5).toBeCloseTo(1, 1);
    expect(memorylessLoss({ kind: "count-ones", length: 11 }, "every") / 1.25).toBeCloseTo(1, 1);
  });

  test("binary addition: the mean entropy of the carry", () => {
    const bits = 5;
    let expected = 0;
    for (let t = 0; t <= bits; t++) expected += entropy((1 - 2 ** -t) / 2) / (bits + 1);
    expect(memorylessLoss({ kind: "binary-addition", bits })).toBeCloseTo(expected, 2);
  });

  test("flip-flop: (1 - pulses) (1 - 1 / T)", () => {
    expect(memorylessLoss({ kind: "flip-flop", length: 8, bits: 2, pulses: 0.25 })).toBeCloseTo(0.75 * (1 - 1 / 8), 1);
  });
  test("sine without noise: sin²(2π / period) / 2", () => {
    expect(memorylessLoss({ kind: "sine", length: 4, period: 9, noise: 0 })).toBeCloseTo(
      Math.sin((2 * Math.PI) / 9) ** 2 / 2,
      3,
    );
  });
});

/** The loss of the mean target in each cell of input and step, fitted and measured on the same sequences. */
function fittedByTable(experiment: Experiment): number {
  const { dataset, loss } = baselineTask(experiment);
  const { timeSteps, inputSize, outputSteps, inputKind, targetKind, outputSize } = dataset;
  const { inputs, targets } = numbersOf(dataset);
  const width = targetWidth(dataset);
  const columns = inputKind === "one-hot" ? 1 : inputSize;
  const cells = new Map<string, number[]>();
  for (let row = 0; row < dataset.sequences * outputSteps; row++) {
    const [n, s] = [Math.floor(row / outputSteps), row % outputSteps];
    const at = (n * timeSteps + timeSteps - outputSteps + s) * columns;
    const input = Array.from(inputs.subarray(at, at + columns), (value) => Math.round(value * 40));
    const key = `${experiment.task.kind === "sine" ? "" : s}:${input.join()}`;
    cells.set(key, [...(cells.get(key) ?? []), ...targets.subarray(row * width, (row + 1) * width)]);
  }
  let sum = 0;
  for (const cell of cells.values()) {
    const mean = cell.reduce((total, value) => total + value, 0) / cell.length;
    if (targetKind === "classes") {
      for (let c = 0; c < outputSize; c++) {
        const count = cell.filter((value) => value === c).length;
        if (count > 0) sum -= count * Math.log(count / cell.length);
      }
    } else if (loss === "mse") for (const value of cell) sum += (value - mean) ** 2;
    else sum += cell.length * entropy(mean % 1);
  }
  return sum / (dataset.sequences * outputSteps * width);
}

test.each<[string, { kind: Experiment["task"]["kind"]; [key: string]: unknown }, "auto" | "every"]>([
  ["adding", { kind: "adding", length: 6 }, "auto"],
  ["copy", { kind: "copy", symbols: 3, items: 2, delay: 3 }, "auto"],
  ["parity at every step", { kind: "parity", length: 5 }, "every"],
  ["temporal order", { kind: "temporal-order", length: 12 }, "auto"],
  ["count the ones at every step", { kind: "count-ones", length: 5 }, "every"],
  ["binary addition", { kind: "binary-addition", bits: 3 }, "auto"],
  ["sine", { kind: "sine", length: 2, period: 7, noise: 0.3 }, "auto"],
])("no table of inputs and steps does better than the memoryless baseline: %s", (_, task, readout) => {
  const experiment = experimentOf({
    task: { sequences: 8000, ...task },
    model: { cell: "rnn", readout },
    training: { batchSize: 1 },
  });
  const { loss, label } = baselinesByName(experiment).memoryless!;
  expect(label).toBe("best memoryless answer");
  const table = fittedByTable(experiment);
  expect(Math.abs(loss - table)).toBeLessThan(SAMPLING * Math.max(table, 0.05));
});

test("a text's memoryless baseline is its bigrams, smoothed as by Witten and Bell", () => {
  // Training: a→b, b→a, a→b, b→c and held out: c→a, a→b, b→b, b→a (windows of two, of nine characters).
  const text = "ababcabba";
  const experiment = experimentOf({
    task: { kind: "text", file: "a.txt", length: 2 },
    model: { cell: "rnn" },
    training: { batchSize: 1, validation: { share: 0.5 } },
  });
  const { loss, label } = baselinesByName(experiment, text).memoryless!;
  expect(label).toBe("bigram frequencies");
  // Of the targets b, a, b, c: half are b.
  const [a, b] = [1 / 4, 1 / 2];
  const probabilities = [a, (2 + 1 * b) / (2 + 1), (0 + 2 * b) / (2 + 2), (1 + 2 * a) / (2 + 2)];
  expect(loss).toBeCloseTo(-probabilities.reduce((sum, p) => sum + Math.log(p), 0) / 4, 12);
});
