/**
 * Twenty small searches as users have them: a network on a task, three to six parameters of it, some on a log scale,
 * some whole, some choices, and some that only certain runs have. A run takes some hundredths of a second.
 */
interface SearchTask {
  readonly name: string;
  readonly task: Readonly<Record<string, unknown>>;
  readonly model: Readonly<Record<string, unknown>>;
  readonly training: Readonly<Record<string, unknown>>;
  /** Of the sweep. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

const log = (from: number, to: number) => ({ from, to, scale: "log" });
const linear = (from: number, to: number) => ({ from, to });
const RATE = "training.optimizer.learningRate";
const HIDDEN = "model.hiddenSize";
const KIND = "training.optimizer.kind";
const MOMENTUM = "training.optimizer.momentum";
const BETA1 = "training.optimizer.beta1";
const BETA2 = "training.optimizer.beta2";
const DECAY = "training.optimizer.weightDecay";
const SCHEDULE = "training.schedule.kind";
const BATCH = "training.batchSize";
const NORM = "training.clip.norm";
const FORGET = "model.init.forgetBias";

const adam = { optimizer: { kind: "adam" }, batchSize: 16, validation: { share: 0.25, every: 10 } };
const clipped = { ...adam, clip: { norm: 1 } };

export const SEARCH_TASKS: readonly SearchTask[] = [
  {
    name: "count-ones-linear",
    task: { kind: "count-ones", sequences: 64, length: 12 },
    model: { cell: "linear" },
    training: { optimizer: { kind: "rprop" }, iterations: 120 },
    parameters: {
      "training.optimizer.initialStep": log(1e-5, 1e-1),
      "training.optimizer.etaPlus": linear(1.02, 2),
      "training.optimizer.etaMinus": linear(0.2, 0.9),
    },
  },
  {
    name: "count-ones-rnn",
    task: { kind: "count-ones", sequences: 128, length: 12 },
    model: { cell: "rnn", hiddenSize: 8 },
    training: { ...clipped, iterations: 80 },
    parameters: {
      [RATE]: log(1e-4, 1),
      [HIDDEN]: log(2, 24),
      "model.nonlinearity": ["tanh", "relu"],
      [NORM]: log(0.05, 20),
    },
  },
  {
    name: "binary-addition-rnn",
    task: { kind: "binary-addition", sequences: 160, bits: 6 },
    model: { cell: "rnn", hiddenSize: 8 },
    training: { ...clipped, optimizer: { kind: "momentum" }, iterations: 80 },
    parameters: {
      [KIND]: ["sgd", "momentum", "nesterov"],
      [RATE]: log(1e-3, 10),
      [MOMENTUM]: linear(0, 0.99),
      [HIDDEN]: log(2, 24),
    },
  },
  {
    name: "binary-addition-gru",
    task: { kind: "binary-addition", sequences: 160, bits: 6 },
    model: { cell: "gru", hiddenSize: 8 },
    training: { ...adam, iterations: 80 },
    parameters: {
      [RATE]: log(1e-4, 1),
      [BETA1]: linear(0, 0.99),
      [BETA2]: linear(0.8, 0.999),
      [BATCH]: [4, 8, 16, 32],
    },
  },
  {
    name: "adding-lstm",
    task: { kind: "adding", sequences: 160, length: 12 },
    model: { cell: "lstm", hiddenSize: 8 },
    training: { ...clipped, iterations: 70 },
    parameters: { [RATE]: log(1e-4, 1), [HIDDEN]: log(2, 16), [FORGET]: linear(-2, 4), [NORM]: log(0.05, 20) },
  },
  {
    name: "adding-irnn",
    task: { kind: "adding", sequences: 160, length: 16 },
    model: { cell: "rnn", nonlinearity: "relu", hiddenSize: 12 },
    training: { ...clipped, iterations: 120 },
    parameters: {
      [RATE]: log(1e-4, 0.3),
      "model.init.scheme": ["identity", "orthogonal", "pytorch"],
      "model.init.gain": linear(0.3, 1.3),
      [NORM]: log(0.05, 20),
    },
  },
  {
    name: "adding-gru",
    task: { kind: "adding", sequences: 160, length: 12 },
    model: { cell: "gru", hiddenSize: 8 },
    training: { ...clipped, optimizer: { kind: "rmsprop" }, iterations: 80 },
    parameters: {
      [RATE]: log(1e-5, 0.3),
      "training.optimizer.alpha": linear(0.5, 0.999),
      [MOMENTUM]: linear(0, 0.95),
      "training.optimizer.epsilon": log(1e-8, 1e-2),
      [HIDDEN]: log(2, 16),
    },
  },
  {
    name: "copy-gru",
    task: { kind: "copy", sequences: 160, symbols: 4, items: 2, delay: 4 },
    model: { cell: "gru", hiddenSize: 12 },
    training: { ...adam, optimizer: { kind: "adamw" }, schedule: { kind: "constant" }, iterations: 60 },
    parameters: {
      [RATE]: log(1e-4, 1),
      [DECAY]: log(1e-5, 1),
      [SCHEDULE]: ["constant", "exponential", "cosine"],
      "training.schedule.gamma": linear(0.9, 1),
      "training.schedule.warmup": linear(0, 30),
    },
  },
  {
    name: "copy-lstm",
    task: { kind: "copy", sequences: 160, symbols: 4, items: 2, delay: 4 },
    model: { cell: "lstm", hiddenSize: 8 },
    training: { ...adam, iterations: 80 },
    parameters: {
      [KIND]: ["rmsprop", "adam", "adamw"],
      [RATE]: log(1e-4, 1),
      [BETA1]: linear(0, 0.99),
      "training.optimizer.alpha": linear(0.5, 0.999),
      [HIDDEN]: log(2, 16),
      [FORGET]: linear(-2, 4),
    },
  },
  {
    name: "parity-rnn",
    task: { kind: "parity", sequences: 64, length: 4 },
    model: { cell: "rnn", hiddenSize: 8 },
    training: { ...adam, iterations: 250 },
    parameters: {
      [KIND]: ["sgd", "momentum", "rmsprop", "adam"],
      [RATE]: log(1e-4, 1),
      [MOMENTUM]: linear(0, 0.99),
      [HIDDEN]: log(2, 24),
      "model.init.scheme": ["pytorch", "xavier", "orthogonal"],
    },
  },
  {
    name: "parity-minlstm",
    task: { kind: "parity", sequences: 64, length: 5 },
    model: { cell: "minlstm", hiddenSize: 8 },
    training: { ...adam, iterations: 140 },
    parameters: {
      [RATE]: log(1e-4, 1),
      [HIDDEN]: log(2, 24),
      "model.numLayers": [1, 2, 3],
      "model.variant": ["plain", "log-space"],
      [FORGET]: linear(-3, 3),
    },
  },
  {
    name: "temporal-order-gru",
    task: { kind: "temporal-order", sequences: 160, length: 12 },
    model: { cell: "gru", hiddenSize: 8 },
    training: { ...clipped, optimizer: { kind: "nesterov" }, iterations: 100 },
    parameters: {
      [RATE]: log(1e-3, 10),
      [MOMENTUM]: linear(0, 0.99),
      [NORM]: log(0.05, 20),
      [FORGET]: linear(-2, 4),
    },
  },
  {
    name: "temporal-order-slstm",
    task: { kind: "temporal-order", sequences: 160, length: 12 },
    model: { cell: "slstm", hiddenSize: 8 },
    training: { ...clipped, iterations: 60 },
    parameters: {
      [RATE]: log(1e-4, 1),
      "model.heads": [1, 2, 4],
      [FORGET]: linear(-2, 4),
      [BATCH]: [8, 16, 32],
    },
  },
  {
    name: "flip-flop-ctrnn",
    task: { kind: "flip-flop", sequences: 48, length: 20, bits: 2 },
    model: { cell: "ctrnn", hiddenSize: 10 },
    training: { ...adam, batchSize: 8, iterations: 70 },
    parameters: {
      [RATE]: log(1e-4, 1),
      "model.tau": log(20, 500),
      "model.form": ["rate", "current", "leak-inside"],
      "model.init.gain": linear(0.2, 2),
      "model.init.scheme": ["orthogonal", "identity"],
    },
  },
  {
    name: "sine-rnn",
    task: { kind: "sine", sequences: 48, length: 20, noise: 0.2 },
    model: { cell: "rnn", hiddenSize: 8, init: { scheme: "orthogonal" } },
    training: { ...clipped, batchSize: 8, iterations: 90 },
    parameters: {
      [RATE]: log(1e-4, 1),
      [HIDDEN]: log(2, 24),
      [BETA1]: linear(0, 0.99),
      [BATCH]: [4, 8, 16],
      "model.init.gain": linear(0.2, 2),
    },
  },
  {
    name: "sine-lru",
    task: { kind: "sine", sequences: 48, length: 20, noise: 0.2 },
    model: { cell: "lru", hiddenSize: 8 },
    training: { ...clipped, batchSize: 8, iterations: 60 },
    parameters: {
      [RATE]: log(1e-4, 1),
      "model.init.rMin": linear(0, 0.6),
      "model.init.rMax": linear(0.61, 0.999),
      "model.init.maxPhase": log(0.05, 6.28),
      [HIDDEN]: log(2, 16),
    },
  },
  {
    name: "evidence-ctrnn",
    task: { kind: "perceptual-decision", sequences: 96, stimulus: 1000, noise: 1 },
    model: { cell: "ctrnn", hiddenSize: 8 },
    training: { ...clipped, iterations: 50 },
    parameters: {
      [RATE]: log(1e-4, 1),
      "model.tau": log(20, 1000),
      "model.noise": log(1e-3, 1),
      "model.weightL2": log(1e-5, 10),
      [NORM]: log(0.05, 20),
      [HIDDEN]: log(2, 12),
    },
  },
  {
    name: "go-no-go-lstm",
    task: { kind: "go-no-go", sequences: 96, delay: 1000 },
    model: { cell: "lstm", hiddenSize: 8 },
    training: { ...adam, schedule: { kind: "step", stepSize: 20 }, iterations: 50 },
    parameters: {
      [RATE]: log(1e-4, 1),
      [HIDDEN]: log(2, 12),
      "training.schedule.stepSize": log(5, 50),
      "training.schedule.gamma": log(0.01, 1),
      "model.peephole": [false, true],
    },
  },
  {
    name: "integrator-rglru",
    task: { kind: "integrator", sequences: 96, dt: 100 },
    model: { cell: "rglru", hiddenSize: 8 },
    training: { ...adam, iterations: 60 },
    parameters: {
      [RATE]: log(1e-4, 1),
      "model.init.rMin": linear(0.3, 0.9),
      "model.init.rMax": linear(0.91, 0.9999),
      [HIDDEN]: [2, 4, 8, 16],
      [BATCH]: [4, 8, 16, 32],
    },
  },
  {
    name: "delay-comparison-mingru",
    task: { kind: "delay-comparison", sequences: 160, dt: 250, decision: 250, noise: 0.5 },
    model: { cell: "mingru", hiddenSize: 8, numLayers: 2 },
    training: { ...adam, iterations: 60 },
    parameters: {
      [RATE]: log(1e-4, 1),
      [HIDDEN]: log(2, 24),
      "model.dropout": linear(0, 0.6),
      "training.clip": [null, { norm: 1 }, { norm: 0.1 }],
      [FORGET]: linear(-3, 3),
    },
  },
];
