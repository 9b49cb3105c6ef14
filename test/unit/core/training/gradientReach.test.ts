import { describe, expect, test } from "vitest";
import type { Experiment } from "../../../../src/config/schema/schema";
import type { NamedTensor } from "../../../../src/core/numerics/tensor";
import { createTrainer, type Trainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { vectorColumn } from "../../../../src/shared/trace/trace";
import { LastRow } from "../../../../src/shared/trace/lastRow";
import { countOnesExperiment, experimentOf } from "../support";

type Model = Parameters<typeof experimentOf>[0]["model"];

const additionOf = (model: Model, training: object = {}): Experiment =>
  experimentOf({
    seed: 3,
    task: { kind: "binary-addition", sequences: 6, bits: 4 },
    model: { hiddenSize: 3, ...model },
    training: { optimizer: { kind: "adam", learningRate: 0.05 }, batchSize: 4, iterations: 20, ...training },
    engine: "float64",
  });

function trained(experiment: Experiment): Trainer {
  const trainer = createTrainer(experiment, { kernel: (spec, capacity) => createWasmNetwork(spec, capacity) });
  while (trainer.step(null) === "running");
  return trainer;
}

const relative = (a: number, b: number): number => Math.abs(a / b - 1);

/** dL/dh_1 and dL/dh_T of a tanh RNN by central differences, L being the loss at the last step. */
function measuredNorms(trainer: Trainer, sequence: number): readonly [number, number] {
  const { input, target, parameters } = trainer.captureStep();
  const { timeSteps: T, inputSize: I, outputSize: O } = trainer.dataset;
  const of = (name: string): NamedTensor => parameters.find((tensor) => tensor.name === name)!;
  const [wi, wh, bi, bh] = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"].map((name) => of(name).values);
  const [wo, bo] = [of("readout.weight").values, of("readout.bias").values];
  const H = wo!.length / O;
  const dot = (w: Float64Array, row: number, x: ArrayLike<number>): number =>
    Array.from(x).reduce((sum, value, j) => sum + w[row * x.length + j]! * value, 0);
  const stepFrom = (h: readonly number[], t: number): number[] => {
    const x = input.values.slice((sequence * T + t) * I, (sequence * T + t + 1) * I);
    return h.map((_, i) => Math.tanh(dot(wi!, i, x) + bi![i]! + dot(wh!, i, h) + bh![i]!));
  };
  /** From h after `t` steps. */
  const lossFrom = (h: readonly number[], t: number): number => {
    let state = [...h];
    for (let at = t; at < T; at++) state = stepFrom(state, at);
    return Array.from({ length: O }, (_, o) => {
      const logit = dot(wo!, o, state) + bo![o]!;
      return (
        Math.log1p(Math.exp(-Math.abs(logit))) +
        Math.max(logit, 0) -
        logit * target.values[sequence * T * O + (T - 1) * O + o]!
      );
    }).reduce((sum, value) => sum + value, 0);
  };
  const states = [Array.from({ length: H }, () => 0)];
  for (let t = 0; t < T; t++) states.push(stepFrom(states[t]!, t));
  const norm = (t: number): number =>
    Math.hypot(
      ...states[t]!.map((_, i) => {
        const moved = (by: number) =>
          lossFrom(
            states[t]!.map((value, j) => (i === j ? value + by : value)),
            t,
          );
        return (moved(1e-5) - moved(-1e-5)) / 2e-5;
      }),
    );
  return [norm(1), norm(T)];
}

describe("the gradient that reaches step 1", () => {
  test("is a power of the one weight of a linear network", () => {
    const trainer = trained(countOnesExperiment({ training: { iterations: 3 } }));
    const weight = trainer.parameterTensors().find(({ name }) => name === "weight_hh_l0")!.values[0]!;
    expect(relative(trainer.gradientReach(), Math.abs(weight) ** (trainer.dataset.timeSteps - 1))).toBeLessThan(1e-9);
  });

  test("is of the loss at the last step, also where there is one at every step, as finite differences say", () => {
    const trainer = trained(additionOf({ cell: "rnn" }));
    const norms = [0, 1, 2, 3].map((sequence) => measuredNorms(trainer, sequence));
    const sum = (end: 0 | 1): number => norms.reduce((total, pair) => total + pair[end], 0);
    expect(relative(trainer.gradientReach(), sum(0) / sum(1))).toBeLessThan(1e-6);
  });

  test.each([{ cell: "gru" }, { cell: "lstm", projSize: 2 }, { cell: "lru" }] satisfies Model[])(
    "is the ratio of the ends of the last recorded row where the loss is about the last step alone: %o",
    (model) => {
      const experiment = experimentOf({
        task: { kind: "adding", sequences: 12, length: 9 },
        model: { hiddenSize: 4, numLayers: 2, ...model },
        training: { batchSize: 6, iterations: 10 },
        engine: "float64",
      });
      const trainer = createTrainer(experiment);
      const row = new LastRow(trainer.columns);
      while (trainer.step(row) === "running");
      const name = vectorColumn.stateGradNorm(1);
      const norms = row.columns[trainer.columns.findIndex((column) => column.name === name)]!;
      expect(relative(trainer.gradientReach(), norms[1]! / norms[9]!)).toBeLessThan(1e-12);
    },
  );

  test("ends where the sequence of a padded batch does", () => {
    const trainer = trained(
      experimentOf({
        task: { kind: "adding", sequences: 8, length: [4, 9] },
        model: { cell: "linear", hiddenSize: 1 },
        training: { batchSize: 1, iterations: 1 },
        engine: "float64",
      }),
    );
    const weight = trainer.parameterTensors().find(({ name }) => name === "weight_hh_l0")!.values[0]!;
    const steps = Math.log(trainer.gradientReach()) / Math.log(Math.abs(weight)) + 1;
    expect([4, 5, 6, 7, 8, 9].map((length) => Math.abs(length - steps) < 1e-9)).toContain(true);
  });

  test("is 0 behind a truncation, NaN of two directions, and the same to float32 in float32", () => {
    expect(trained(additionOf({ cell: "rnn" }, { truncate: 2 })).gradientReach()).toBe(0);
    expect(trained(additionOf({ cell: "rnn", bidirectional: true })).gradientReach()).toBeNaN();
    const [exact, single] = (["float64", "float32"] as const).map((engine) =>
      trained({ ...additionOf({ cell: "lstm" }), engine }).gradientReach(),
    );
    expect(relative(single!, exact!)).toBeLessThan(1e-3);
  });

  test("is looked at without dropout, and changes nothing that a checkpoint holds", () => {
    const trainer = trained(additionOf({ cell: "gru", numLayers: 2, dropout: 0.5 }));
    const before = trainer.checkpoint();
    const reach = trainer.gradientReach();
    expect(reach).toBeGreaterThan(0);
    expect(trainer.gradientReach()).toBe(reach);
    expect(trainer.checkpoint()).toEqual(before);
  });
});
