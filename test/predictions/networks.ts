/**
 * The networks whose predicted decay is held against the measured one, each at its start and after some batches. Each
 * set was fixed before any of it was measured. On the first the mean Jacobian was chosen, on the first and the second
 * the weights of its sequences; the third is drawn, and nothing was chosen on it.
 */
import { parseExperiment } from "../../src/config/read/parse";
import type { Experiment } from "../../src/config/schema/schema";
import { createRandom } from "../../src/core/numerics/random";

export const SETS = ["first", "second", "drawn"] as const;
export type PredictionSet = (typeof SETS)[number];

export interface PredictedNetwork {
  readonly name: string;
  readonly set: PredictionSet;
  readonly experiment: Experiment;
}

interface Start {
  readonly name: string;
  readonly seed?: number;
  readonly task: { readonly kind: string; readonly length?: number; readonly [key: string]: unknown };
  readonly model: Record<string, unknown>;
  readonly rate: number;
  readonly batches: number;
}

const adding = (length: number) => ({ kind: "adding", sequences: 10_000, length });
const order = (length: number) => ({ kind: "temporal-order", sequences: 10_000, length });
const tanh = (scheme: string, hiddenSize = 32) => ({ cell: "rnn", hiddenSize, init: { scheme } });
const relu = (scheme: string, hiddenSize = 32) => ({ ...tanh(scheme, hiddenSize), nonlinearity: "relu" });
const gru = (scheme: string, hiddenSize = 32) => ({ cell: "gru", hiddenSize, init: { scheme } });
const lstm = (forgetBias: number, hiddenSize = 32, scheme = "pytorch") => ({
  cell: "lstm",
  hiddenSize,
  init: { scheme, forgetBias },
});
const linear = (hiddenSize: number) => ({ cell: "linear", hiddenSize, init: { scheme: "orthogonal" } });

/** Seed 3. */
const FIRST: readonly Start[] = [
  { name: "tanh, adding 20", task: adding(20), model: tanh("pytorch"), rate: 0.001, batches: 2500 },
  { name: "tanh, adding 50", task: adding(50), model: tanh("pytorch"), rate: 0.001, batches: 2000 },
  { name: "tanh, adding 100", task: adding(100), model: tanh("pytorch"), rate: 0.001, batches: 1500 },
  { name: "tanh orthogonal, adding 300", task: adding(300), model: tanh("orthogonal"), rate: 0.005, batches: 500 },
  { name: "tanh of 128, adding 100", task: adding(100), model: tanh("pytorch", 128), rate: 0.001, batches: 500 },
  { name: "tanh orthogonal, adding 30", task: adding(30), model: tanh("orthogonal"), rate: 0.001, batches: 2000 },
  { name: "tanh orthogonal, adding 100", task: adding(100), model: tanh("orthogonal"), rate: 0.005, batches: 1500 },
  { name: "tanh xavier, adding 100", task: adding(100), model: tanh("xavier"), rate: 0.005, batches: 1000 },
  { name: "tanh identity, adding 100", task: adding(100), model: tanh("identity"), rate: 0.005, batches: 1000 },
  { name: "tanh, order 50", task: order(50), model: tanh("pytorch"), rate: 0.002, batches: 1500 },
  { name: "tanh orthogonal, order 50", task: order(50), model: tanh("orthogonal"), rate: 0.002, batches: 1500 },
  { name: "relu identity, adding 100", task: adding(100), model: relu("identity"), rate: 0.002, batches: 1500 },
  { name: "relu orthogonal, adding 50", task: adding(50), model: relu("orthogonal"), rate: 0.002, batches: 1500 },
  { name: "linear of 16, adding 50", task: adding(50), model: linear(16), rate: 0.001, batches: 1000 },
  { name: "gru, adding 100", task: adding(100), model: gru("pytorch"), rate: 0.005, batches: 1000 },
  { name: "gru orthogonal, adding 100", task: adding(100), model: gru("orthogonal"), rate: 0.005, batches: 1000 },
  { name: "gru xavier, adding 100", task: adding(100), model: gru("xavier"), rate: 0.005, batches: 1000 },
  { name: "gru, adding 300", task: adding(300), model: gru("pytorch"), rate: 0.005, batches: 500 },
  { name: "gru of 128, adding 100", task: adding(100), model: gru("pytorch", 128), rate: 0.002, batches: 500 },
  { name: "gru, order 50", task: order(50), model: gru("pytorch"), rate: 0.002, batches: 1000 },
  { name: "lstm bias 0, adding 100", task: adding(100), model: lstm(0), rate: 0.005, batches: 1500 },
  { name: "lstm bias 1, adding 100", task: adding(100), model: lstm(1), rate: 0.005, batches: 1500 },
  { name: "lstm bias 4.6, adding 100", task: adding(100), model: lstm(4.6), rate: 0.005, batches: 1500 },
  {
    name: "lstm bias 1 orthogonal, adding 100",
    task: adding(100),
    model: lstm(1, 32, "orthogonal"),
    rate: 0.005,
    batches: 1500,
  },
  { name: "lstm bias 1, adding 300", task: adding(300), model: lstm(1), rate: 0.005, batches: 500 },
];

/** Seeds 101, 102, and so on, with other lengths, sizes and tasks. */
const SECOND: readonly Start[] = [
  { name: "tanh of 24, adding 40", task: adding(40), model: tanh("pytorch", 24), rate: 0.002, batches: 1500 },
  { name: "tanh of 48, adding 150", task: adding(150), model: tanh("pytorch", 48), rate: 0.002, batches: 500 },
  {
    name: "tanh orthogonal of 64, adding 80",
    task: adding(80),
    model: tanh("orthogonal", 64),
    rate: 0.001,
    batches: 1000,
  },
  {
    name: "tanh orthogonal of 24, order 30",
    task: order(30),
    model: tanh("orthogonal", 24),
    rate: 0.003,
    batches: 1000,
  },
  { name: "tanh xavier of 16, adding 60", task: adding(60), model: tanh("xavier", 16), rate: 0.003, batches: 1500 },
  {
    name: "tanh identity of 40, adding 120",
    task: adding(120),
    model: tanh("identity", 40),
    rate: 0.002,
    batches: 700,
  },
  {
    name: "tanh orthogonal of 16, parity 20",
    task: { kind: "parity", sequences: 10_000, length: 20 },
    model: { ...tanh("orthogonal", 16), readout: "last" },
    rate: 0.005,
    batches: 1500,
  },
  { name: "relu identity of 48, adding 60", task: adding(60), model: relu("identity", 48), rate: 0.001, batches: 1500 },
  {
    name: "relu identity of 24, adding 150",
    task: adding(150),
    model: relu("identity", 24),
    rate: 0.002,
    batches: 1000,
  },
  {
    name: "relu orthogonal of 64, adding 80",
    task: adding(80),
    model: relu("orthogonal", 64),
    rate: 0.001,
    batches: 1000,
  },
  {
    name: "relu orthogonal of 16, count-ones 40",
    task: { kind: "count-ones", sequences: 10_000, length: 40 },
    model: { ...relu("orthogonal", 16), readout: "last" },
    rate: 0.002,
    batches: 1000,
  },
  { name: "linear of 8, adding 30", task: adding(30), model: linear(8), rate: 0.002, batches: 1500 },
  { name: "gru of 24, adding 80", task: adding(80), model: gru("pytorch", 24), rate: 0.003, batches: 1500 },
  { name: "gru of 48, adding 200", task: adding(200), model: gru("pytorch", 48), rate: 0.003, batches: 500 },
  {
    name: "gru orthogonal of 64, adding 60",
    task: adding(60),
    model: gru("orthogonal", 64),
    rate: 0.002,
    batches: 700,
  },
  { name: "gru xavier of 32, order 40", task: order(40), model: gru("xavier"), rate: 0.003, batches: 700 },
  {
    name: "gru of 16, parity 25",
    task: { kind: "parity", sequences: 10_000, length: 25 },
    model: { ...gru("pytorch", 16), readout: "last" },
    rate: 0.005,
    batches: 2000,
  },
  {
    name: "gru of 20, count-ones 30",
    task: { kind: "count-ones", sequences: 10_000, length: 30 },
    model: { ...gru("pytorch", 20), readout: "last" },
    rate: 0.002,
    batches: 1000,
  },
  {
    name: "gru of 24 in two layers, adding 50",
    task: adding(50),
    model: { ...gru("pytorch", 24), numLayers: 2 },
    rate: 0.003,
    batches: 1000,
  },
  { name: "lstm bias 0 of 48, adding 60", task: adding(60), model: lstm(0, 48), rate: 0.003, batches: 1000 },
  { name: "lstm bias 1 of 24, adding 150", task: adding(150), model: lstm(1, 24), rate: 0.005, batches: 1000 },
  { name: "lstm bias 2 of 16, adding 80", task: adding(80), model: lstm(2, 16), rate: 0.005, batches: 1500 },
  { name: "lstm bias 5 of 40, adding 200", task: adding(200), model: lstm(5, 40), rate: 0.002, batches: 500 },
  {
    name: "lstm bias 1 orthogonal of 24, order 30",
    task: order(30),
    model: lstm(1, 24, "orthogonal"),
    rate: 0.003,
    batches: 1000,
  },
  {
    name: "lstm bias 1 of 16, sine 40",
    task: { kind: "sine", sequences: 5_000, length: 40 },
    model: { ...lstm(1, 16), readout: "last" },
    rate: 0.005,
    batches: 1000,
  },
];

export const NETWORKS: readonly PredictedNetwork[] = [
  ...FIRST.map((start) => networkOf("first", { seed: 3, ...start })),
  ...SECOND.map((start, i) => networkOf("second", { seed: 101 + i, ...start })),
  ...Array.from({ length: 25 }, (_, i) => networkOf("drawn", { seed: 201 + i, ...drawStart(i) })),
];

/** Cells in turn, everything else by lot. */
function drawStart(i: number): Start {
  const random = createRandom(1000 + i);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random.double() * choices.length)]!;
  const size = pick([12, 20, 28, 40, 56]);
  const length = pick([25, 35, 45, 65, 90, 110]);
  const scheme = pick(["pytorch", "orthogonal", "xavier"]);
  const forgetBias = pick([0, 1, 2, 3]);
  const [name, model] = [
    [`tanh ${scheme}`, tanh(scheme, size)],
    [`gru ${scheme}`, gru(scheme, size)],
    [`lstm bias ${forgetBias} ${scheme}`, lstm(forgetBias, size, scheme)],
    [`relu ${pick(["identity", "orthogonal"])}`, null],
  ][i % 4] as [string, object | null];
  const task = pick([
    adding(length),
    adding(length),
    order(length),
    { kind: "parity", sequences: 10_000, length: Math.ceil(length / 4) },
    { kind: "count-ones", sequences: 10_000, length: Math.ceil(length / 2) },
  ]);
  return {
    name: `${name} of ${size}, ${task.kind} ${task.length}`,
    task,
    model: { ...(model ?? relu(name.slice("relu ".length), size)), readout: "last" },
    rate: pick([0.001, 0.002, 0.004]),
    batches: pick([500, 800, 1200]),
  };
}

function networkOf(set: PredictedNetwork["set"], { name, seed, task, model, rate, batches }: Start): PredictedNetwork {
  const file = {
    seed,
    task,
    model,
    engine: "float32",
    training: {
      optimizer: { kind: "adam", learningRate: rate },
      batchSize: 50,
      iterations: batches,
      clip: { norm: 1 },
      validation: { share: 0 },
    },
  };
  const { experiment, problems } = parseExperiment(JSON.stringify(file));
  if (experiment === null) throw new Error(`${name}: ${problems.map(({ message }) => message).join(" ")}`);
  return { name, set, experiment };
}
