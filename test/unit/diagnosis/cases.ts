/** Experiments that have what a rule looks for, each with a twin that has it nearly. */
import type { RuleName } from "../../../src/shared/wire/findings";
import type { File } from "./support";

const sgd = (learningRate: number, iterations: number, more: File = {}): File => ({
  optimizer: { kind: "sgd", learningRate },
  iterations,
  ...more,
});
const adam = (learningRate: number, iterations: number): File => ({
  optimizer: { kind: "adam", learningRate },
  iterations,
});
/** The scalar linear cell on count-ones. */
const count = (input: number, recurrent: number, training: File, length = 10): File => ({
  task: { kind: "count-ones", length },
  model: { init: { weight_ih_l0: input, weight_hh_l0: recurrent } },
  training,
});
/** Eight units on parity, or on adding with `length`. */
const units = (model: File, training: File, length?: number): File => ({
  task: length === undefined ? { kind: "parity", sequences: 32, length: 8 } : { kind: "adding", sequences: 50, length },
  model: { cell: "rnn", hiddenSize: 8, ...model },
  training,
});
const clipped = (learningRate: number, iterations: number): File =>
  count(-1.5, 2, sgd(learningRate, iterations, { clip: { norm: 1 } }));
const withDead = (dead: number): File =>
  units(
    {
      nonlinearity: "relu",
      init: { values: { bias_ih_l0: Array.from({ length: 8 }, (_, unit) => (unit < dead ? -10 : 1)) } },
    },
    sgd(0.001, 100),
  );

export interface Case {
  readonly rule: RuleName;
  readonly name: string;
  readonly file: File;
  /** Nearly the same, not found. */
  readonly justUnder: File;
  readonly path: string;
  /** Titles; each removes the finding. */
  readonly fixes: readonly string[];
}

const INPUT = "training.optimizer.learningRate";

/** Eight lru units, whose layer is linear. */
const filter = (task: File, layers = 1): File => ({
  task,
  model: { cell: "lru", hiddenSize: 8, numLayers: layers },
  training: adam(0.02, 300),
});

export const CASES: readonly Case[] = [
  {
    rule: "linear-layers",
    name: "lru alone on a product",
    file: filter({ kind: "adding", sequences: 64, length: 5 }),
    justUnder: filter({ kind: "temporal-order", sequences: 64, length: 10 }),
    path: "model.cell",
    fixes: [
      "Switch to GRU, whose gates depend on input and state",
      "Switch to RG-LRU, whose gates depend on the input",
    ],
  },
  {
    rule: "linear-layers",
    name: "two lru layers on a state that is held",
    file: filter({ kind: "flip-flop", sequences: 40, length: 12, bits: 1 }, 2),
    justUnder: filter({ kind: "count-ones", length: 5 }, 2),
    path: "model.cell",
    fixes: [
      "Switch to GRU, whose gates depend on input and state",
      "Switch to RG-LRU, whose gates depend on the input",
    ],
  },
  {
    rule: "exploding",
    name: "a recurrent weight above 1",
    file: count(0.5, 1.34, sgd(1e-6, 20)),
    justUnder: count(0.5, 1.33, sgd(1e-6, 20)),
    path: "model.init.weight_hh_l0",
    fixes: ["Clip the gradient norm to 500", "Set the initial recurrent weight to 1"],
  },
  {
    rule: "exploding",
    name: "a gain above 1",
    file: units({ hiddenSize: 16, init: { scheme: "orthogonal", gain: 2 } }, sgd(0.001, 100), 40),
    justUnder: units({ hiddenSize: 16, init: { scheme: "orthogonal", gain: 1.5 } }, sgd(0.001, 100), 40),
    path: "model.init.gain",
    fixes: ["Clip the gradient norm to 50", "Set the initialization gain to 1", "Truncate BPTT at 21 steps"],
  },
  {
    rule: "exploding",
    name: "relu units that all feed one another",
    file: units({ nonlinearity: "relu", init: { scheme: "constant", constant: 0.2 } }, sgd(1e-9, 20), 30),
    justUnder: units({ nonlinearity: "relu", init: { scheme: "constant", constant: 0.1 } }, sgd(1e-9, 20), 30),
    path: "model.init.constant",
    fixes: ["Clip the gradient norm to 20000000", "Use identity recurrent weights and clip the gradient norm to 1"],
  },
  {
    rule: "vanishing",
    name: "a recurrent weight below 1",
    file: count(0.5, 0.72, sgd(1e-8, 200), 30),
    justUnder: count(0.5, 0.73, sgd(1e-8, 200), 30),
    path: "model.init.weight_hh_l0",
    fixes: ["Set the initial recurrent weight to 1"],
  },
  {
    rule: "vanishing",
    name: "a forget gate that forgets",
    file: units({ cell: "lstm", init: { forgetBias: -2 } }, sgd(0.01, 100)),
    justUnder: units({ cell: "lstm", init: { forgetBias: -1 } }, sgd(0.01, 100)),
    path: "model.init.forgetBias",
    fixes: ["Initialize the forget-gate biases for 8 steps (chrono)"],
  },
  {
    rule: "clipped-too-often",
    name: "a clip that is always in force",
    file: count(-1.5, 2, sgd(0.001, 6000, { clip: { norm: 0.01 } })),
    justUnder: clipped(0.001, 6000),
    path: "training.clip.norm",
    fixes: ["Raise the clipping norm to 1"],
  },
  {
    rule: "limit-cycle",
    name: "steps that jump over the valley",
    file: clipped(0.009, 2000),
    justUnder: clipped(0.001, 6000),
    path: INPUT,
    fixes: ["Raise the clipping norm to 10 and lower the learning rate to 0.0002", "Lower the learning rate to 0.0005"],
  },
  {
    rule: "saturated",
    name: "recurrent weights that are too large",
    file: units({ init: { scheme: "identity", gain: 4 } }, sgd(0.01, 100)),
    justUnder: units({ init: { scheme: "identity", gain: 2 } }, sgd(0.01, 100)),
    path: "model.init.gain",
    fixes: ["Use PyTorch's default initialization"],
  },
  {
    rule: "saturated",
    name: "a forget gate that is closed",
    file: units({ cell: "lstm", init: { forgetBias: -2.2 } }, sgd(0.01, 100)),
    justUnder: units({ cell: "lstm", init: { forgetBias: -2 } }, sgd(0.01, 100)),
    path: "model.init.forgetBias",
    fixes: ["Set forget-gate bias to 1"],
  },
  {
    rule: "saturated",
    name: "updates that drive the units there",
    file: units({}, adam(1, 300), 10),
    justUnder: units({}, adam(0.1, 300), 10),
    path: INPUT,
    fixes: ["Lower the learning rate to 0.01"],
  },
  {
    rule: "dead-relu",
    name: "weights below 0",
    file: units({ nonlinearity: "relu", init: { scheme: "constant", constant: -0.1 } }, sgd(0.01, 100)),
    justUnder: withDead(4),
    path: "model.init.constant",
    fixes: ["Use identity recurrent weights and clip the gradient norm to 1", "Replace relu with tanh"],
  },
  {
    rule: "dead-relu",
    name: "biases that silence five of eight units",
    file: withDead(5),
    justUnder: withDead(4),
    path: "model.nonlinearity",
    fixes: ["Replace relu with tanh"],
  },
  {
    rule: "not-decreasing",
    name: "weights that are all 0",
    file: units({ bias: false, init: { scheme: "constant" } }, sgd(0.1, 200)),
    justUnder: units({ bias: false, init: { scheme: "constant", constant: 0.1 } }, sgd(0.1, 200)),
    path: "model.init.constant",
    fixes: ["Use random initialization", "Use orthogonal recurrent weights"],
  },
  {
    rule: "learning-rate-too-high",
    name: "a loss that does not come down again",
    file: count(1.1, 0.95, sgd(0.004, 400)),
    justUnder: count(1.1, 0.95, sgd(0.001, 400)),
    path: INPUT,
    fixes: ["Lower the learning rate to 0.00002", "Clip the gradient norm to 2"],
  },
  {
    rule: "update-ratio",
    name: "updates of next to nothing",
    file: count(0.5, 0.9, sgd(1e-6, 200)),
    justUnder: count(0.5, 0.9, sgd(1e-4, 200)),
    path: INPUT,
    fixes: ["Raise the learning rate to 0.00001"],
  },
  {
    rule: "update-ratio",
    name: "a first step of rprop that is too long",
    file: count(-1.5, 2, { optimizer: { kind: "rprop", initialStep: 1000 }, iterations: 20 }),
    justUnder: count(-1.5, 2, { optimizer: { kind: "rprop", initialStep: 10 }, iterations: 100 }),
    path: "training.optimizer.initialStep",
    fixes: ["Set initialStep to 0.002"],
  },
  {
    rule: "loss-not-finite",
    name: "the tutorial's explosion",
    file: count(-1.5, 2, sgd(0.001, 500)),
    justUnder: count(-1.5, 2, sgd(1e-7, 500)),
    path: INPUT,
    fixes: ["Clip the gradient norm to 20"],
  },
  {
    rule: "learning-rate-too-high",
    name: "a clip that is too wide",
    file: count(-1.5, 2, sgd(0.001, 500, { clip: { norm: 1e5 } })),
    justUnder: count(-1.5, 2, sgd(0.001, 500, { clip: { norm: 20 } })),
    path: INPUT,
    fixes: ["Lower the learning rate to 0.00001", "Lower the clipping norm to 20"],
  },
  {
    rule: "weights-not-finite",
    name: "an update beyond all numbers",
    file: count(1, 1000, sgd(1e6, 100), 52),
    justUnder: count(1, 1000, sgd(1e-6, 100), 51),
    path: INPUT,
    fixes: ["Clip the gradient norm to 1e-8"],
  },
];
