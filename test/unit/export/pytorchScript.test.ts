/** Exported scripts in a real PyTorch: the losses are those of the run. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import type { ArrayPart, ExperimentFiles } from "../../../src/config/facts/dataFiles";
import { collectTrainingSource } from "../../../src/core/training/trainingSource";
import { pytorchScript } from "../../../src/export/pytorchScript";
import { experimentOf } from "../core/support";
import { versionOf } from "../python";
import { lossesOf, runAll, torch, type File, type Outcome, type Results } from "./pytorchSupport";

// Starting Python with torch takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), "rnn-lab-pytorch-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const adding: File = { task: { kind: "adding", sequences: 24, length: 8 }, training: { iterations: 25 } };
const with_ = (base: File, changes: File): File => ({
  ...base,
  ...changes,
  training: { ...base.training, ...changes.training },
});
const optimizer = (kind: string, more: object = {}): File =>
  with_(
    { ...adding, model: { cell: "rnn", hiddenSize: 5 } },
    { training: { optimizer: { kind, ...more } as never, batchSize: 10 } },
  );
const LSTM_OPTIONS = { cell: "lstm", peephole: true, coupledInputForget: true, layerNorm: true } as const;
const TEXT = "the rain in spain stays mainly in the plain, and the train in maine is late again. ".repeat(3);

/** Three series, one row of each in turn. */
const SERIES_ROWS = Array.from({ length: 75 }, (_, i) => `${i % 3},${Math.sin(i / 5) * ((i % 3) + 1)}`);
const SERIES = `s,x\n${SERIES_ROWS.join("\n")}\n`;

/** Sequences, of five steps where no lengths are given, with a class for each step, and a bit for the last one. */
function jsonLines(sequences: number, seed: number, lengths: readonly number[] = [5]): readonly ArrayPart[] {
  const lines = Array.from({ length: sequences }, (_, n) => {
    const steps = Array.from({ length: lengths[n % lengths.length]! }, (_unused, t) => [
      Math.sin(seed + n * 3 + t),
      Math.cos(seed * n + t),
    ]);
    const targets = steps.map(([x = 0, y = 0]) => (x > 0 ? 1 : 0) + (y > 0 ? 3 : 0));
    return JSON.stringify({ inputs: steps, targets, last: targets.at(-1)! > 1 ? 1 : 0 });
  });
  return [{ name: "", bytes: new TextEncoder().encode(lines.join("\n")) }];
}

const CASES: Readonly<Record<string, { readonly file: File; readonly data?: ExperimentFiles["data"] }>> = {
  "the tutorial's": { file: { training: { iterations: 60 } } },
  "a linear cell with biases and layers": {
    file: with_(adding, {
      model: { cell: "linear", hiddenSize: 4, numLayers: 2, bias: true, init: { scheme: "pytorch" } },
      training: { optimizer: { kind: "adam", learningRate: 0.01 } },
    }),
  },
  "classes of different lengths, with weights": {
    file: {
      task: { kind: "arrays", file: "d.jsonl", targetKind: "classes" },
      model: { cell: "gru", hiddenSize: 4, readout: "every" },
      training: {
        iterations: 12,
        batchSize: 4,
        classWeights: "balanced",
        optimizer: { kind: "adam", learningRate: 0.01 },
        validation: { share: 0.25 },
      },
    },
    data: { format: "jsonl", training: jsonLines(12, 2, [5, 3, 4, 2]), validation: null },
  },
  "bits with weights of the ones": {
    file: {
      task: { kind: "arrays", file: "d.jsonl", targets: "last", targetKind: "bits" },
      model: { cell: "lstm", hiddenSize: 4 },
      training: { iterations: 12, classWeights: [2.5], optimizer: { kind: "adam", learningRate: 0.01 } },
    },
    data: { format: "jsonl", training: jsonLines(10, 4), validation: null },
  },
  "rnn with relu": {
    file: with_(adding, {
      model: { cell: "rnn", nonlinearity: "relu", hiddenSize: 6, init: { scheme: "identity" } },
      training: { optimizer: { kind: "sgd", learningRate: 0.05 }, clip: { norm: 0.5 } },
    }),
  },
  "lstm in layers": {
    file: with_(adding, {
      model: { cell: "lstm", hiddenSize: 5, numLayers: 2 },
      training: { optimizer: { kind: "adam", learningRate: 0.02 }, batchSize: 7 },
    }),
  },
  "lstm with the chrono initialization": {
    file: with_(adding, {
      model: { cell: "lstm", hiddenSize: 5, init: { forgetBias: "chrono" } },
      training: { optimizer: { kind: "adam", learningRate: 0.02 }, batchSize: 7 },
    }),
  },
  "gru without bias": {
    file: with_(adding, {
      model: { cell: "gru", hiddenSize: 5, bias: false },
      training: { optimizer: { kind: "adam", learningRate: 0.02 }, clip: { value: 0.01 } },
    }),
  },
  "dropout between layers": {
    file: with_(adding, {
      model: { cell: "gru", hiddenSize: 4, numLayers: 3, dropout: 0.4 },
      training: { optimizer: { kind: "adam", learningRate: 0.02 }, batchSize: 8 },
    }),
  },
  "a truncated lstm with dropout": {
    file: with_(adding, {
      model: { cell: "lstm", hiddenSize: 4, numLayers: 2, dropout: 0.2 },
      training: { optimizer: { kind: "adam", learningRate: 0.02 }, truncate: 3 },
    }),
  },
  "a truncated linear cell with targets at every step": {
    file: {
      task: { kind: "count-ones", sequences: 10, length: 7 },
      model: { cell: "linear", hiddenSize: 3, readout: "every", init: { scheme: "orthogonal", gain: 0.9 } },
      training: { iterations: 20, truncate: 2, optimizer: { kind: "sgd", learningRate: 0.01 }, clip: { norm: 1 } },
    },
  },
  "mingru in layers with dropout": {
    file: with_(adding, {
      model: { cell: "mingru", hiddenSize: 5, numLayers: 2, dropout: 0.3 },
      training: { optimizer: { kind: "adam", learningRate: 0.02 }, batchSize: 7 },
    }),
  },
  "minlstm in log-space with a learned initial state, truncated": {
    file: with_(adding, {
      model: { cell: "minlstm", variant: "log-space", hiddenSize: 4, learnedInitialState: true },
      training: { optimizer: { kind: "adam", learningRate: 0.02 }, truncate: 3 },
    }),
  },
  "a truncated slstm with heads, dropout and a learned initial state": {
    file: with_(adding, {
      model: { cell: "slstm", hiddenSize: 4, heads: 2, numLayers: 2, dropout: 0.2, learnedInitialState: true },
      training: { optimizer: { kind: "adam", learningRate: 0.02 }, truncate: 3 },
    }),
  },
  "a truncated lstm with all options, dropout and a learned initial state": {
    file: with_(adding, {
      model: { ...LSTM_OPTIONS, hiddenSize: 4, numLayers: 2, dropout: 0.2, learnedInitialState: true },
      training: { optimizer: { kind: "adam", learningRate: 0.02 }, truncate: 3 },
    }),
  },
  "lstm with peepholes and layer normalization, without bias": {
    file: with_(adding, {
      model: { ...LSTM_OPTIONS, coupledInputForget: false, hiddenSize: 5, bias: false },
      training: { optimizer: { kind: "adam", learningRate: 0.02 } },
    }),
  },
  "lstm with a projection in one module, on a stream": {
    file: {
      task: { kind: "text", file: "a.txt", length: 9, stream: true },
      model: { cell: "lstm", hiddenSize: 6, projSize: 2, numLayers: 2, learnedInitialState: true },
      training: { iterations: 20, batchSize: 3, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
    data: TEXT,
  },
  "lstm with a projection in layers, dropout, chunks and learned initial states": {
    file: with_(adding, {
      model: { cell: "lstm", hiddenSize: 5, projSize: 3, numLayers: 2, dropout: 0.2, learnedInitialState: true },
      training: { optimizer: { kind: "adam", learningRate: 0.02 }, truncate: 3 },
    }),
  },
  "a bidirectional lstm with a projection, dropout and learned initial states": {
    file: with_(adding, {
      model: {
        cell: "lstm",
        hiddenSize: 5,
        projSize: 2,
        numLayers: 2,
        bidirectional: true,
        dropout: 0.2,
        learnedInitialState: true,
      },
      training: { optimizer: { kind: "adam", learningRate: 0.02 } },
    }),
  },
  "lstm with all options and a projection": {
    file: with_(adding, {
      model: { ...LSTM_OPTIONS, hiddenSize: 5, projSize: 2, numLayers: 2, bias: false },
      // A few small steps: from h = 0 a normalization enlarges what rounding does, by up to 1 / sqrt(1e-5).
      training: { iterations: 4, optimizer: { kind: "sgd", learningRate: 0.001 } },
    }),
  },
  "slstm with an exponential forget gate, without bias": {
    file: with_(adding, {
      model: { cell: "slstm", hiddenSize: 5, forgetGate: "exponential", bias: false },
      training: { optimizer: { kind: "adam", learningRate: 0.02 } },
    }),
  },
  "a bidirectional lstm in layers, read out at its ends, with learned initial states": {
    file: with_(adding, {
      model: { cell: "lstm", hiddenSize: 4, numLayers: 2, bidirectional: true, learnedInitialState: true },
      training: {
        optimizer: { kind: "adam", learningRate: 0.02 },
        batchSize: 7,
        validation: { share: 0.25, every: 5 },
      },
    }),
  },
  "a bidirectional gru with dropout, of different lengths, with one target": {
    file: {
      task: { kind: "parity", sequences: 20, length: [2, 7] },
      model: { cell: "gru", hiddenSize: 4, numLayers: 2, dropout: 0.3, bidirectional: true, readout: "last" },
      training: {
        iterations: 20,
        batchSize: 6,
        optimizer: { kind: "adam", learningRate: 0.02 },
        validation: { share: 0.2, every: 5 },
      },
    },
  },
  "a bidirectional rnn of different lengths with targets at every step": {
    file: {
      task: { kind: "arrays", file: "d.jsonl", targetKind: "classes" },
      model: { cell: "rnn", hiddenSize: 4, bidirectional: true, bias: false, readout: "every" },
      training: { iterations: 20, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
    data: { format: "jsonl", training: jsonLines(12, 2, [5, 3, 4, 2]), validation: null },
  },
  "a bidirectional lstm of whole series with one label": {
    file: {
      task: { kind: "csv", file: "s.csv", columns: ["x"], group: "s", target: "x", length: "series", horizon: 0 },
      model: {
        cell: "lstm",
        hiddenSize: 3,
        numLayers: 2,
        dropout: 0.2,
        learnedInitialState: true,
        bidirectional: true,
      },
      training: { iterations: 20, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
    data: SERIES,
  },
  rprop: { file: optimizer("rprop") },
  "rprop-pytorch": { file: optimizer("rprop-pytorch", { minStep: 1e-4, maxStep: 0.02 }) },
  sgd: { file: optimizer("sgd", { learningRate: 0.1, weightDecay: 0.01 }) },
  momentum: { file: optimizer("momentum", { learningRate: 0.05, momentum: 0.8 }) },
  nesterov: { file: optimizer("nesterov", { learningRate: 0.05, weightDecay: 0.01 }) },
  "nesterov without momentum": { file: optimizer("nesterov", { learningRate: 0.05, momentum: 0 }) },
  rmsprop: { file: optimizer("rmsprop", { learningRate: 0.005, momentum: 0.5, weightDecay: 0.01 }) },
  adam: { file: optimizer("adam", { learningRate: 0.01, weightDecay: 0.1 }) },
  adamw: { file: optimizer("adamw", { learningRate: 0.01, weightDecay: 0.1, beta1: 0.8 }) },
  "steps of the learning rate": {
    file: with_(optimizer("adam", { learningRate: 0.05 }), {
      training: { schedule: { kind: "step", stepSize: 7, gamma: 0.5 } },
    }),
  },
  "a falling learning rate": {
    file: with_(optimizer("sgd", { learningRate: 0.05 }), {
      training: { schedule: { kind: "exponential", gamma: 0.9 } },
    }),
  },
  "a cosine with warm-up": {
    file: with_(optimizer("momentum", { learningRate: 0.05 }), {
      training: { schedule: { kind: "cosine", warmup: 5, minimum: 0.001 } },
    }),
  },
  "a learning rate reduced on plateaus of the validation loss": {
    file: with_(optimizer("adam", { learningRate: 0.1 }), {
      training: {
        iterations: 60,
        schedule: { kind: "reduce-on-plateau", factor: 0.5, patience: 1, threshold: 0.05, cooldown: 1, minimum: 0.002 },
        validation: { share: 0.25, every: 2 },
      },
    }),
  },
  "a learning rate reduced on plateaus of the training loss": {
    file: with_(optimizer("momentum", { learningRate: 0.2 }), {
      training: {
        iterations: 60,
        batchSize: 8,
        schedule: { kind: "reduce-on-plateau", factor: 0.3, patience: 0, threshold: 0.2 },
      },
    }),
  },
  "a learning rate reduced before early stopping": {
    file: with_(optimizer("adam", { learningRate: 0.1 }), {
      training: {
        iterations: 300,
        schedule: { kind: "reduce-on-plateau", factor: 0.5, patience: 2 },
        validation: { share: 0.25, every: 3 },
        stop: { patience: 40 },
      },
    }),
  },
  "plateaus applied, and given up": {
    file: { ...adding, training: { iterations: 60, batchSize: 6, optimizer: { kind: "adam", learningRate: 0.1 } } },
  },
  "gradients accumulated over batches, clipped": {
    file: with_(adding, {
      model: { cell: "lstm", hiddenSize: 5 },
      training: {
        optimizer: { kind: "adam", learningRate: 0.02 },
        batchSize: 5,
        accumulate: 3,
        clip: { norm: 0.05 },
        validation: { share: 0.25, every: 4 },
      },
    }),
  },
  "gradients accumulated with dropout and plateaus": {
    file: with_(adding, {
      model: { cell: "gru", hiddenSize: 4, numLayers: 2, dropout: 0.4 },
      training: {
        iterations: 40,
        optimizer: { kind: "adam", learningRate: 0.1 },
        batchSize: 4,
        accumulate: 2,
        schedule: { kind: "reduce-on-plateau", patience: 1, threshold: 0.1 },
      },
    }),
  },
  "learned initial states of a gru in layers": {
    file: with_(adding, {
      model: { cell: "gru", hiddenSize: 4, numLayers: 2, learnedInitialState: true },
      training: {
        optimizer: { kind: "adam", learningRate: 0.02, weightDecay: 0.1 },
        batchSize: 7,
        clip: { norm: 0.05 },
        validation: { share: 0.25, every: 5 },
      },
    }),
  },
  "learned initial states of a truncated lstm with dropout": {
    file: with_(adding, {
      model: { cell: "lstm", hiddenSize: 4, numLayers: 2, dropout: 0.2, learnedInitialState: true },
      training: { optimizer: { kind: "adam", learningRate: 0.02 }, truncate: 3 },
    }),
  },
  "learned initial states of a truncated lru with dropout": {
    file: with_(adding, {
      model: { cell: "lru", hiddenSize: 4, numLayers: 2, dropout: 0.2, learnedInitialState: true },
      training: { optimizer: { kind: "adam", learningRate: 0.02 }, truncate: 3 },
    }),
  },
  "rglru with heads and a clipped gradient": {
    file: with_(adding, {
      model: { cell: "rglru", hiddenSize: 4, heads: 2 },
      training: { optimizer: { kind: "adam", learningRate: 0.02 }, clip: { norm: 0.05 } },
    }),
  },
  "learned initial states of a linear cell": {
    file: with_(adding, {
      model: { cell: "linear", hiddenSize: 3, learnedInitialState: true, init: { scheme: "pytorch" } },
      training: { optimizer: { kind: "adam", learningRate: 0.02 } },
    }),
  },
  "learned initial states of a text as a stream": {
    file: {
      task: { kind: "text", file: "a.txt", length: 9, stream: true },
      model: { cell: "lstm", hiddenSize: 6, learnedInitialState: true },
      training: { iterations: 20, batchSize: 3, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
    data: TEXT,
  },
  "learned initial states of a text as a stream, truncated": {
    file: {
      task: { kind: "text", file: "a.txt", length: 9, stream: true },
      model: { cell: "gru", hiddenSize: 6, numLayers: 2, learnedInitialState: true },
      training: { iterations: 20, batchSize: 3, truncate: 4, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
    data: TEXT,
  },
  "gradients accumulated over a text as a stream": {
    file: {
      task: { kind: "text", file: "a.txt", length: 9, stream: true },
      model: { cell: "lstm", hiddenSize: 6 },
      training: { iterations: 20, batchSize: 3, accumulate: 2, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
    data: TEXT,
  },
  "a leaky network with noise, dropout, learned time constants and penalties": {
    file: {
      task: { kind: "flip-flop", sequences: 20, length: 8 },
      model: {
        cell: "ctrnn",
        hiddenSize: 6,
        numLayers: 2,
        nonlinearity: "softplus",
        learnedTau: true,
        noise: 0.1,
        inputNoise: 0.05,
        dropout: 0.2,
        rateL2: 0.3,
        weightL2: 0.2,
      },
      training: {
        iterations: 20,
        batchSize: 6,
        validation: { share: 0.2, every: 5 },
        optimizer: { kind: "adam", learningRate: 0.02 },
      },
    },
  },
  "a leaky network of currents with Dale's law, few connections and a learned initial state, truncated": {
    file: {
      task: { kind: "flip-flop", sequences: 12, length: 9 },
      model: {
        cell: "ctrnn",
        form: "current",
        nonlinearity: "retanh",
        hiddenSize: 10,
        dale: true,
        connectivity: 0.5,
        noise: 0.1,
        learnedInitialState: true,
      },
      training: { iterations: 20, truncate: 4, optimizer: { kind: "sgd", learningRate: 0.5 } },
    },
  },
  "a leaky network with the leak inside and a mask": {
    file: {
      task: { kind: "flip-flop", sequences: 12, length: 9 },
      model: {
        cell: "ctrnn",
        form: "leak-inside",
        nonlinearity: "power",
        hiddenSize: 3,
        connectivity: [
          [1, 0, 1],
          [0, 1, 1],
          [1, 1, 0],
        ],
      },
      training: { iterations: 20, optimizer: { kind: "adam", learningRate: 0.05 } },
    },
  },
  "binary-addition": {
    file: {
      task: { kind: "binary-addition", sequences: 40, bits: 4 },
      model: { cell: "rnn", hiddenSize: 3 },
      training: {
        iterations: 30,
        batchSize: 16,
        optimizer: { kind: "adam", learningRate: 0.05 },
        validation: { share: 0.2, every: 5 },
      },
    },
  },
  copy: {
    file: {
      task: { kind: "copy", sequences: 20, symbols: 3, items: 2, delay: 3 },
      model: { cell: "gru", hiddenSize: 6 },
      training: { iterations: 20, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
  },
  "parity in epochs": {
    file: {
      task: { kind: "parity", sequences: 30, length: 5 },
      model: { cell: "lstm", hiddenSize: 4 },
      training: { epochs: 4, batchSize: 9, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
  },
  "parity by squares": {
    file: {
      task: { kind: "parity", sequences: 30, length: 5 },
      model: { cell: "rnn", hiddenSize: 4 },
      training: { iterations: 15, loss: "mse", optimizer: { kind: "adam", learningRate: 0.02 } },
    },
  },
  "the mean absolute error of targets at every step": {
    file: {
      task: { kind: "count-ones", sequences: 10, length: 7 },
      model: { cell: "rnn", hiddenSize: 3, readout: "every" },
      training: { iterations: 20, loss: "mae", optimizer: { kind: "adam", learningRate: 0.02 } },
    },
  },
  "huber, of different lengths": {
    file: {
      task: { kind: "count-ones", sequences: 20, length: [2, 9] },
      model: { cell: "gru", hiddenSize: 4, readout: "every" },
      training: {
        iterations: 15,
        loss: "huber",
        delta: 0.3,
        optimizer: { kind: "adam", learningRate: 0.02 },
        validation: { share: 0.2, every: 5 },
      },
    },
  },
  "temporal-order": {
    file: {
      task: { kind: "temporal-order", sequences: 20, length: 12 },
      model: { cell: "lstm", hiddenSize: 4 },
      training: { iterations: 15, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
  },
  sine: {
    file: {
      task: { kind: "sine", sequences: 12, length: 15 },
      model: { cell: "rnn", hiddenSize: 4 },
      training: { iterations: 15, batchSize: 5, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
  },
  "a text as a stream, validated with its state carried": {
    file: {
      task: { kind: "text", file: "t.txt", length: 6 },
      model: { cell: "lstm", hiddenSize: 5, numLayers: 2, dropout: 0.3 },
      training: {
        iterations: 12,
        batchSize: 4,
        optimizer: { kind: "adam", learningRate: 0.05 },
        validation: { share: 0.3 },
      },
    },
    data: TEXT,
  },
  "a short series whose validation windows begin before the held-out rows": {
    file: {
      task: { kind: "csv", file: "t.csv", columns: ["y"], length: 8 },
      model: { cell: "gru", hiddenSize: 4 },
      training: { iterations: 12, batchSize: 3, validation: { share: 0.25 } },
    },
    data: `y\n${Array.from({ length: 24 }, (_, i) => Math.sin(i)).join("\n")}`,
  },
  "parity of different lengths": {
    file: {
      task: { kind: "parity", sequences: 30, length: [1, 9] },
      model: { cell: "lstm", hiddenSize: 4 },
      training: {
        iterations: 15,
        batchSize: 7,
        optimizer: { kind: "adam", learningRate: 0.02 },
        validation: { share: 0.2, every: 5 },
      },
    },
  },
  "temporal-order of different lengths": {
    file: {
      task: { kind: "temporal-order", sequences: 20, length: [10, 14] },
      model: { cell: "gru", hiddenSize: 4 },
      training: { iterations: 15, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
  },
  "trials of different lengths, whose last step counts": {
    file: {
      task: { kind: "context-decision", sequences: 30, delay: [100, 400] },
      model: { cell: "gru", hiddenSize: 4 },
      training: {
        iterations: 15,
        batchSize: 7,
        optimizer: { kind: "adam", learningRate: 0.02 },
        validation: { share: 0.2, every: 5 },
      },
    },
  },
  "trials whose answers at several steps count, in balance": {
    file: {
      task: { kind: "ready-set-go", sequences: 12 },
      model: { cell: "gru", hiddenSize: 4 },
      training: { iterations: 15, classWeights: "balanced", optimizer: { kind: "adam", learningRate: 0.02 } },
    },
  },
  "series as a stream, whose state starts anew in each, validated": {
    file: {
      task: { kind: "csv", file: "s.csv", columns: ["x"], group: "s", length: 4, stride: 4, stream: true },
      model: { cell: "lstm", hiddenSize: 5, numLayers: 2 },
      training: {
        iterations: 25,
        batchSize: 3,
        optimizer: { kind: "adam", learningRate: 0.02 },
        validation: { share: 0.35, every: 5 },
      },
    },
    data: SERIES,
  },
  "series as a stream, truncated": {
    file: {
      task: { kind: "csv", file: "s.csv", columns: ["x"], group: "s", length: 4, stride: 4, stream: true },
      model: { cell: "gru", hiddenSize: 5 },
      training: { iterations: 25, batchSize: 2, truncate: 3, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
    data: SERIES,
  },
  "a text as a stream": {
    file: {
      task: { kind: "text", file: "a.txt", length: 9, stream: true },
      model: { cell: "lstm", hiddenSize: 6 },
      training: { iterations: 25, batchSize: 3, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
    data: TEXT,
  },
  "a text as a stream, truncated, in layers with dropout": {
    file: {
      task: { kind: "text", file: "a.txt", length: 9, stream: true },
      model: { cell: "gru", hiddenSize: 6, numLayers: 2, dropout: 0.3 },
      training: { iterations: 25, batchSize: 3, truncate: 4, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
    data: TEXT,
  },
  "a text in windows": {
    file: {
      task: { kind: "text", file: "a.txt", length: 9, stream: false },
      model: { cell: "rnn", hiddenSize: 6 },
      training: { iterations: 20, batchSize: 4, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
    data: TEXT,
  },
  "a table": {
    file: {
      task: { kind: "csv", file: "a.csv", columns: ["level", "rain"], target: "level", length: 6, horizon: 2 },
      model: { cell: "gru", hiddenSize: 4 },
      training: {
        iterations: 20,
        batchSize: 5,
        optimizer: { kind: "adam", learningRate: 0.02 },
        validation: { share: 0.2, every: 5 },
      },
    },
    data: `level,rain\n${Array.from({ length: 60 }, (_, i) => `${Math.sin(i / 3).toFixed(3)},${(i % 7) / 7}`).join("\n")}\n`,
  },
  "arrays with a validation file": {
    file: {
      task: { kind: "arrays", file: "a.jsonl", targetKind: "classes", validation: "b.jsonl" },
      model: { cell: "gru", hiddenSize: 4, readout: "every" },
      training: { iterations: 20, batchSize: 3, optimizer: { kind: "adam", learningRate: 0.02 } },
    },
    data: { format: "jsonl", training: jsonLines(9, 1), validation: jsonLines(4, 2) },
  },
  "arrays of bits, one for each sequence": {
    file: {
      task: { kind: "arrays", file: "a.jsonl", targets: "last", targetKind: "bits" },
      model: { cell: "lstm", hiddenSize: 4 },
      training: { iterations: 20, optimizer: { kind: "adam", learningRate: 0.02 }, validation: { share: 0.3 } },
    },
    data: { format: "jsonl", training: jsonLines(9, 3), validation: null },
  },
  "early stopping": {
    file: with_(adding, {
      model: { cell: "lstm", hiddenSize: 5 },
      training: {
        iterations: 300,
        batchSize: 5,
        optimizer: { kind: "adam", learningRate: 0.05 },
        validation: { share: 0.3, every: 3 },
        stop: { patience: 20 },
      },
    }),
  },
  "early stopping with dropout and truncation": {
    file: with_(adding, {
      model: { cell: "gru", hiddenSize: 5, numLayers: 2, dropout: 0.3 },
      training: {
        iterations: 300,
        batchSize: 6,
        truncate: 3,
        optimizer: { kind: "adam", learningRate: 0.05 },
        validation: { share: 0.25, every: 4 },
        stop: { patience: 12 },
      },
    }),
  },
  "early stopping of a text as a stream": {
    file: {
      task: { kind: "text", file: "a.txt", length: 9, stream: true },
      model: { cell: "lstm", hiddenSize: 8 },
      training: {
        iterations: 300,
        batchSize: 3,
        optimizer: { kind: "adam", learningRate: 0.05 },
        validation: { share: 0.3, every: 2 },
        stop: { patience: 5 },
      },
    },
    data: TEXT.slice(0, 200),
  },
  "a patience that does not run out": {
    file: with_(adding, {
      model: { cell: "rnn", hiddenSize: 4 },
      training: {
        optimizer: { kind: "sgd", learningRate: 0.01 },
        validation: { share: 0.25, every: 4 },
        stop: { patience: 25 },
      },
    }),
  },
  "past its end": {
    file: with_(adding, {
      model: { cell: "gru", hiddenSize: 4, numLayers: 2, dropout: 0.4 },
      training: {
        optimizer: { kind: "adam", learningRate: 0.02 },
        schedule: { kind: "cosine", minimum: 0.005 },
        batchSize: 7,
      },
    }),
  },
  "past its end, after its patience ran out": {
    file: with_(adding, {
      model: { cell: "lstm", hiddenSize: 5 },
      training: {
        iterations: 300,
        batchSize: 5,
        optimizer: { kind: "adam", learningRate: 0.05 },
        validation: { share: 0.3, every: 3 },
        stop: { patience: 20 },
      },
    }),
  },
  "a learning rate and a clip applied": {
    file: { ...adding, training: { iterations: 20, optimizer: { kind: "adam", learningRate: 0.02 } } },
  },
  "a schedule applied, and given up": {
    file: {
      ...adding,
      training: {
        iterations: 20,
        optimizer: { kind: "momentum", learningRate: 0.01, momentum: 0.9 },
        clip: { norm: 1 },
      },
    },
  },
  "another optimizer applied before the first update": {
    file: { ...adding, training: { iterations: 20, optimizer: { kind: "sgd", learningRate: 0.02 } } },
  },
  "another optimizer applied": {
    file: { ...adding, training: { iterations: 20, optimizer: { kind: "sgd", learningRate: 0.02 } } },
  },
  "a run that diverges": { file: { training: { iterations: 30, optimizer: { kind: "sgd", learningRate: 0.001 } } } },
  "a run that diverges after a clip": {
    file: { training: { iterations: 30, optimizer: { kind: "sgd", learningRate: 1e200 }, clip: { norm: 1 } } },
  },
};

/** What a run takes over on its way, by the iteration before whose update it is applied. */
const CHANGES: Readonly<Record<string, readonly (readonly [iteration: number, training: object])[]>> = {
  "a learning rate and a clip applied": [
    [8, { optimizer: { kind: "adam", learningRate: 0.001, beta1: 0.8 }, clip: { norm: 0.05 } }],
  ],
  "a schedule applied, and given up": [
    [
      5,
      {
        optimizer: { kind: "momentum", learningRate: 0.02, momentum: 0.9 },
        schedule: { kind: "exponential", gamma: 0.9 },
      },
    ],
    [14, { optimizer: { kind: "momentum", learningRate: 0.005, momentum: 0.5 }, clip: { value: 0.01 } }],
  ],
  "plateaus applied, and given up": [
    [10, { schedule: { kind: "reduce-on-plateau", factor: 0.5, patience: 0, threshold: 0.3 } }],
    [30, { schedule: { kind: "reduce-on-plateau", factor: 0.5, patience: 0, threshold: 0.3 }, clip: { norm: 0.1 } }],
    [45, { optimizer: { kind: "sgd", learningRate: 0.05 } }],
  ],
  "another optimizer applied before the first update": [
    [0, { optimizer: { kind: "adam", learningRate: 0.02 }, clip: { norm: 0.1 } }],
  ],
  "another optimizer applied": [
    [6, { optimizer: { kind: "rmsprop", learningRate: 0.01 } }],
    [6, { optimizer: { kind: "adamw", learningRate: 0.03 } }],
  ],
};

/** Iterations that a run makes after its end. */
const FURTHER: Readonly<Record<string, number>> = {
  "past its end": 10,
  "past its end, after its patience ran out": 30,
};

const numberOf = (python: string) => ({ inf: Infinity, "-inf": -Infinity, nan: NaN })[python] ?? Number(python);

describe(`exported scripts in PyTorch ${versionOf(torch)}`, () => {
  const runs = new Map<string, Outcome & { folder: string }>();
  let results: Results = {};

  function prepare(name: string, engine: "float64" | "float32"): void {
    const { file, data = null } = CASES[name] ?? { file: {} };
    const { files, ...outcome } = lossesOf(file, data, engine, CHANGES[name], FURTHER[name]);
    const own = mkdtempSync(join(folder, "run-"));
    for (const [fileName, content] of files) writeFileSync(join(own, fileName), content);
    runs.set(`${name} ${engine}`, { ...outcome, folder: own });
  }

  test.skipIf(torch.missing !== null)("run, all of them", () => {
    for (const name of Object.keys(CASES)) prepare(name, "float64");
    for (const name of ["lstm in layers", "dropout between layers", "binary-addition", "a text as a stream"])
      prepare(name, "float32");
    results = runAll([...runs.values()].map(({ folder: own }) => own));
    expect(Object.keys(results).length).toBe(runs.size);
  });

  test.skipIf(torch.missing !== null).each(Object.keys(CASES))(
    "%s: the losses of the run, to nine digits, and the script says so",
    (name) => {
      const run = runs.get(`${name} float64`);
      const result = results[run?.folder ?? ""];
      const losses = result?.losses.map(numberOf) ?? [];
      expect(losses.length).toBe(run?.losses.length);
      losses.forEach((loss, iteration) => {
        const expected = run?.losses[iteration] ?? NaN;
        if (Number.isFinite(expected))
          expect(Math.abs(loss - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 1e-15);
        else expect(Number.isFinite(loss)).toBe(false);
      });
      expect(result?.output).toMatch(
        /max relative difference from \d+ losses recorded by RNN Lab: (\d(\.\d)?e-1\d|0)$/m,
      );
    },
  );

  test.skipIf(torch.missing !== null).each(Object.keys(CASES))("%s: saves the weights under plain names", (name) => {
    const run = runs.get(`${name} float64`);
    const saved = results[run?.folder ?? ""]?.weights ?? {};
    const own = run?.weights ?? [];
    expect(Object.keys(saved).toSorted()).toEqual(own.map((tensor) => tensor.name).toSorted());
    for (const { name: tensor, values } of own)
      values.forEach((value, i) => {
        const other = saved[tensor]?.[i] ?? NaN;
        if (Number.isFinite(value)) expect(Math.abs(other - value)).toBeLessThanOrEqual(1e-8 * Math.abs(value) + 1e-9);
      });
  });

  const validating = Object.entries(CASES).flatMap(([name, { file }]) =>
    file.training?.validation !== undefined && file.training.stop === undefined ? [name] : [],
  );
  test.skipIf(torch.missing !== null).each(validating)("%s: prints the validation loss of the end", (name) => {
    const run = runs.get(`${name} float64`);
    const [, loss, at] =
      /^validation loss (\S+) (at iteration \d+)$/m.exec(results[run?.folder ?? ""]?.output ?? "") ?? [];
    expect(`validation loss ${Number(loss).toPrecision(6)}… ${at}`).toBe(run?.validated);
  });

  const stopping = Object.keys(CASES).filter((name) => name.includes("early stopping"));
  test.skipIf(torch.missing !== null).each([...stopping, "a patience that does not run out"])(
    "%s: ends at the iteration of the run, with its best validation loss",
    (name) => {
      const run = runs.get(`${name} float64`);
      const printed = results[run?.folder ?? ""]?.output.replace(
        /best validation loss (\S+)/,
        (_, loss: string) => `best validation loss ${Number(loss).toPrecision(6)}…`,
      );
      expect(run?.validated).toMatch(stopping.includes(name) ? /^stopped early/ : /^best/);
      expect(printed).toContain(run?.validated);
      expect(printed?.includes("stopped early")).toBe(stopping.includes(name));
    },
  );

  test
    .skipIf(torch.missing !== null)
    .each(["lstm in layers", "dropout between layers", "binary-addition", "a text as a stream"])(
    "%s in 32 bits: the losses of the run as far as 32 bits go",
    (name) => {
      const run = runs.get(`${name} float32`);
      const losses = results[run?.folder ?? ""]?.losses.map(numberOf) ?? [];
      expect(losses.length).toBe(run?.losses.length);
      losses.forEach((loss, iteration) =>
        expect(Math.abs(loss - (run?.losses[iteration] ?? NaN))).toBeLessThanOrEqual(1e-3 * loss + 1e-5),
      );
    },
  );
});

describe("the script", () => {
  const scriptOf = (file: File) => {
    const experiment = experimentOf(file);
    return pytorchScript({
      experiment,
      source: collectTrainingSource(experiment, { data: null, weights: null }),
      engine: "float64",
    });
  };

  test("holds nothing that the experiment does not use", () => {
    const plain = scriptOf({
      ...adding,
      model: { cell: "lstm", hiddenSize: 4 },
      training: { optimizer: { kind: "adam" } },
    });
    expect(plain).toContain("nn.LSTM(2, 4, batch_first=True)");
    for (const part of ["Rprop", "Linear(nn.Module)", "dropout", "clip", "detach", "learning_rate(", "masks"])
      expect(plain).not.toContain(part);
  });

  test("says what of the data it does not read", () => {
    const experiment = experimentOf({ task: { kind: "text", file: "a\nb.txt", length: 9 } });
    const source = collectTrainingSource(experiment, { data: TEXT, weights: null });
    const script = pytorchScript({ experiment, source, engine: "float64" });
    expect(script).toContain('The script does not read\n# "a\\nb.txt", so it cannot train on another file.');
  });

  test("cannot be made to hold code by a name", () => {
    for (const name of ["x\nimport os; os.abort()", "\r\nraise", '"""', "\u2028boom", "\f1/0", "\\\n", "é\u202E"]) {
      const script = scriptOf({ name });
      expect(/^[\x20-\x7e\n]*$/.test(script)).toBe(true);
      expect(script.split("\n").length).toBe(scriptOf({ name: "plain" }).split("\n").length);
      expect(script.split("\n")[0]).toMatch(/^# ".*" as a PyTorch script, exported by RNN Lab\.$/);
    }
  });
});
