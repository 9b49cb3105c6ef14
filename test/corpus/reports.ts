/** Runs that people met: what must be found in each, and what must not. */
import type { RuleName } from "../../src/shared/wire/findings";
import type { Subject } from "./case";
import { Draw } from "./draw";
import { autoregressive, blocksCsv, blocksTask, csvOf, normals } from "./tables";

export interface Report {
  readonly name: string;
  readonly subject: () => Subject;
  /** The rule of the first finding, any of these; null: nothing at all is found. */
  readonly first: readonly RuleName[] | null;
  readonly never?: readonly RuleName[];
}

const draw = (name: string): Draw => new Draw(name, "tuning", 0);
const sgd = (learningRate: number) => ({ kind: "sgd", learningRate });
const adam = (learningRate: number) => ({ kind: "adam", learningRate });

/** Noise, of which nothing can be learned, at a rate that changes nothing. */
const noise = (batchSize: number, seed: number): Subject => ({
  data: csvOf({ y: normals(draw(`noise ${seed}`), 500) }),
  file: {
    seed,
    task: { kind: "csv", file: "data.csv", columns: ["y"], length: 10 },
    model: { cell: "lstm", hiddenSize: 8, readout: "last" },
    training: { optimizer: sgd(1e-9), batchSize, iterations: 1000 },
  },
});

/** Ten rows "x,y" a window: the sum of x, or numbers with no relation to it. */
const windows = (length: number, solvable: boolean): Subject => {
  const random = draw(`windows ${length}`);
  return {
    data: blocksCsv(
      Array.from({ length: 500 }, () => {
        const inputs = normals(random, length);
        return { inputs, target: solvable ? inputs.reduce((a, b) => a + b, 0) : random.normal() };
      }),
    ),
    file: {
      seed: 1,
      task: blocksTask(length),
      model: { cell: "linear", hiddenSize: 3, readout: "last", init: { scheme: "pytorch" } },
      training: { optimizer: adam(0.01), batchSize: 32, iterations: 1500 },
    },
  };
};

const seasonal = (rows: number, noiseLevel: number): number[] => {
  const random = draw(`seasonal ${rows}`);
  return Array.from({ length: rows }, (_, t) => Math.sin((2 * Math.PI * t) / 7) + noiseLevel * random.normal());
};

const forecast = (y: readonly number[], training: Record<string, unknown>, length = 12): Subject => ({
  data: csvOf({ y }),
  file: {
    seed: 1,
    task: { kind: "csv", file: "data.csv", columns: ["y"], length },
    model: { cell: "lstm", hiddenSize: 32, readout: "last" },
    training: {
      optimizer: adam(0.005),
      batchSize: 32,
      clip: { norm: 1 },
      iterations: 600,
      validation: { share: 0.25 },
      ...training,
    },
  },
});

function walk(rows: number): number[] {
  const random = draw("walk");
  let level = 0;
  return Array.from({ length: rows }, () => (level += random.normal()));
}

/** One step as the input, whose values repeat with other targets. */
function contradictions(): Subject {
  const random = draw("contradictions");
  const levels = [0.1, 0.4, 0.7, 0.9];
  return {
    data: blocksCsv(
      Array.from({ length: 200 }, () => {
        const inputs = Array.from({ length: 2 }, () => random.pick(levels));
        return { inputs, target: random.next() };
      }),
    ),
    file: {
      seed: 3,
      task: blocksTask(2),
      model: { cell: "rnn", hiddenSize: 16, readout: "last" },
      training: { optimizer: adam(0.01), batchSize: "full" as unknown as number, iterations: 1000 },
    },
  };
}

const manyColumns = (learningRate: number): Subject => {
  const random = draw("columns");
  const columns: Record<string, number[]> = {};
  const y = autoregressive(random, 400, [0.9], 1);
  for (let i = 0; i < 60; i++) columns[`x${i}`] = y.map((value) => 1000 * value + 100 * random.normal());
  return {
    data: csvOf({ ...columns, y }),
    file: {
      seed: 1,
      task: { kind: "csv", file: "data.csv", columns: Object.keys(columns), target: "y", length: 5, horizon: 0 },
      model: { cell: "gru", hiddenSize: 16, readout: "last" },
      training: { optimizer: sgd(learningRate), batchSize: 32, iterations: 1000 },
    },
  };
};

const counting = (model: Record<string, unknown>, training: Record<string, unknown>): Subject => ({
  file: { seed: 42, task: { kind: "count-ones", sequences: 20, length: 10 }, model, training },
});

export const REPORTS: readonly Report[] = [
  ...[1, 2, 4, 8, 12, 16].map((batch) => ({
    name: `noise at a rate of 1e-9, batch ${batch}: the rate is not too high`,
    subject: () => noise(batch, batch),
    first: ["update-ratio"] as const,
    never: ["learning-rate-too-high"] as const,
  })),
  {
    name: "adding over 100 steps with two small layers of LSTM: the gradient vanishes",
    subject: () => ({
      file: {
        seed: 1,
        task: { kind: "adding", sequences: 200, length: 100 },
        model: { cell: "lstm", hiddenSize: 3, numLayers: 2 },
        training: { optimizer: sgd(0.5), batchSize: 1, iterations: 1000 },
      },
    }),
    first: ["vanishing", "vanishing-in-depth"],
    never: ["learning-rate-too-high"],
  },
  {
    name: "momentum 0.9999: the loss rises again",
    subject: () => ({
      data: csvOf({ x: Array.from({ length: 21 }, (_, i) => i), y: Array.from({ length: 21 }, (_, i) => 100 * i) }),
      file: {
        seed: 1,
        task: { kind: "csv", file: "data.csv", columns: ["x"], target: "y", length: 21, horizon: 0 },
        model: { cell: "rnn", hiddenSize: 8 },
        training: {
          optimizer: { kind: "momentum", learningRate: 0.001, momentum: 0.9999 },
          iterations: 1000,
          batchSize: "full" as unknown as number,
        },
      },
    }),
    first: ["learning-rate-too-high"],
  },
  {
    name: "the same inputs with other targets",
    subject: contradictions,
    first: ["contradictory-targets"],
    never: ["saturated", "not-decreasing", "learning-rate-too-high"],
  },
  {
    name: "numbers without a past: only the mean",
    subject: () => windows(1, false),
    first: ["mean-only"],
    never: ["learning-rate-too-high"],
  },
  { name: "the sum of ten numbers by three linear units: solved", subject: () => windows(10, true), first: null },
  {
    name: "parity over 50 steps: no wrong advice about the rate",
    subject: () => ({
      file: {
        seed: 1,
        task: { kind: "parity", sequences: 300, length: 50 },
        model: { cell: "lstm", hiddenSize: 10 },
        training: { optimizer: adam(0.003), batchSize: 32, iterations: 400 },
      },
    }),
    first: ["vanishing", "mean-only"],
    never: ["learning-rate-too-high", "update-ratio"],
  },
  ...[sgd(0.1), adam(0.001)].map((optimizer) => ({
    name: `adding over 5 steps through 8 layers, ${optimizer.kind}`,
    subject: () => ({
      file: {
        seed: 2,
        task: { kind: "adding", sequences: 300, length: 5 },
        model: { cell: "lstm", hiddenSize: 5, numLayers: 8 },
        training: { optimizer, batchSize: 20, iterations: 400 },
      },
    }),
    first: ["vanishing-in-depth"] as const,
  })),
  {
    name: "an autoregressive series at its floor",
    subject: () => forecast(autoregressive(draw("floor"), 800, [1.5, -0.75], 0.2), { iterations: 400 }, 10),
    first: null,
  },
  {
    name: "60 columns at a rate of 1e-6: raise it, not lower it",
    subject: () => manyColumns(1e-6),
    first: ["update-ratio"],
    never: ["learning-rate-too-high"],
  },
  {
    name: "a short noisy series learned by heart",
    subject: () => forecast(seasonal(200, 0.8), {}),
    first: ["overfitting"],
  },
  {
    name: "a random walk: no better than the last value",
    subject: () => forecast(walk(300), { validation: { share: 0 } }),
    first: ["last-value-only"],
  },
  ...(
    [
      [2, 0.001],
      [5, 0.001],
      [50, 0.001],
      [50, 0.0002],
    ] as const
  ).map(([norm, learningRate]) => ({
    name: `the clipped run of the tutorial at norm ${norm} and rate ${learningRate}: converged, and nothing to warn of`,
    subject: () => counting({}, { optimizer: { kind: "sgd", learningRate }, clip: { norm }, iterations: 8000 }),
    first: null,
  })),
  {
    name: "rprop, in which a weight crosses zero",
    subject: () => counting({ init: { weight_hh_l0: 1.5 } }, { optimizer: { kind: "rprop" }, iterations: 500 }),
    first: null,
  },
  {
    name: "LSTM with Adam at a rate of 1: the rate, and no advice about the cell",
    subject: () => ({
      file: {
        seed: 1,
        task: { kind: "adding", sequences: 300, length: 50 },
        model: { cell: "lstm", hiddenSize: 16 },
        training: { optimizer: adam(1), batchSize: 32, iterations: 300 },
      },
    }),
    first: ["learning-rate-too-high"],
    never: ["vanishing"],
  },
  {
    name: "relu with a gain of 1.3 over 100 steps: it explodes",
    subject: () => ({
      file: {
        seed: 1,
        task: { kind: "adding", sequences: 100, length: 100 },
        model: { cell: "rnn", nonlinearity: "relu", hiddenSize: 16, init: { scheme: "identity", gain: 1.3 } },
        training: { optimizer: sgd(0.01), batchSize: 20, iterations: 100 },
      },
    }),
    first: ["exploding"],
  },
  {
    name: "a recurrent weight of 2: it explodes",
    subject: () => counting({}, { optimizer: sgd(0.001), iterations: 500 }),
    first: ["exploding"],
  },
];
