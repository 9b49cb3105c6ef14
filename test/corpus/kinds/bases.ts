/** Experiments that learn within a second; the healthy cases, and what the sick ones are made of. */
import type { ExperimentFile, Subject } from "../case";
import type { Draw } from "../draw";
import { autoregressive, blocksCsv, blocksTask, csvOf, normals, seasonal } from "../tables";

type Part = Readonly<Record<string, unknown>>;

/** The same experiment with some values in place of others, part by part. */
export function withParts(subject: Subject, parts: { readonly [K in "task" | "model" | "training"]?: Part }): Subject {
  const { file } = subject;
  return {
    ...subject,
    file: {
      ...file,
      task: { ...file.task, ...parts.task },
      model: { ...file.model, ...parts.model },
      training: { ...file.training, ...parts.training },
    },
  };
}

/** An optimizer at a rate at which the tasks here are learned. */
export function goodOptimizer(draw: Draw): Part {
  const kind = draw.pick(["adam", "adam", "adamw", "rmsprop", "momentum", "nesterov", "sgd"]);
  const rate = {
    adam: draw.pickOfHalf([0.005, 0.01], [0.007, 0.014]),
    adamw: draw.pickOfHalf([0.005, 0.01], [0.007, 0.014]),
    rmsprop: draw.pickOfHalf([0.002, 0.004], [0.003, 0.005]),
    momentum: draw.pickOfHalf([0.05, 0.1], [0.04, 0.08]),
    nesterov: draw.pickOfHalf([0.05, 0.1], [0.04, 0.08]),
    sgd: draw.pickOfHalf([0.3, 0.5], [0.25, 0.4]),
  }[kind]!;
  return { kind, learningRate: rate };
}

export function adam(draw: Draw): Part {
  return { kind: "adam", learningRate: draw.pickOfHalf([0.005, 0.01], [0.007, 0.013]) };
}

/** The sign of the first of `length` numbers is the target, read out at the end. */
export function firstSign(draw: Draw, length: number, blocks: number): Subject {
  const data = blocksCsv(
    Array.from({ length: blocks }, () => {
      const inputs = normals(draw, length);
      return { inputs, target: inputs[0]! > 0 ? 1 : 0 };
    }),
  );
  return {
    data,
    file: {
      seed: draw.seed(),
      task: blocksTask(length),
      model: { cell: "lstm", hiddenSize: 8, readout: "last", init: { forgetBias: 2 } },
      training: { optimizer: adam(draw), batchSize: 32, iterations: 600 },
    },
  };
}

/** The mean of the numbers of a sequence, above 0 or not. */
export function meanSign(draw: Draw, length: number, blocks: number, flips = 0): Subject {
  const data = blocksCsv(
    Array.from({ length: blocks }, () => {
      const inputs = normals(draw, length);
      const right = inputs.reduce((sum, x) => sum + x, 0) > 0 ? 1 : 0;
      return { inputs, target: draw.next() < flips ? 1 - right : right };
    }),
  );
  return {
    data,
    file: {
      seed: draw.seed(),
      task: blocksTask(length),
      model: { cell: draw.pick(["gru", "lstm", "rnn"]), hiddenSize: 8, readout: "last" },
      training: { optimizer: adam(draw), batchSize: 32, iterations: 500 },
    },
  };
}

export function series(draw: Draw): Subject {
  const rows = draw.pickOfHalf([400, 600], [500, 700]);
  const y =
    draw.next() < 0.5
      ? autoregressive(
          draw,
          rows,
          draw.pickOfHalf(
            [
              [1.6, -0.8],
              [1.3, -0.7],
            ],
            [
              [1.5, -0.8],
              [1.2, -0.75],
            ],
          ),
          0.3,
        )
      : seasonal(draw, rows, draw.pickOfHalf([12, 24], [10, 18]), draw.pickOfHalf([0.05, 0.15], [0.08, 0.2]));
  return {
    data: csvOf({ y }),
    file: {
      seed: draw.seed(),
      task: { kind: "csv", file: "data.csv", columns: ["y"], length: draw.pickOfHalf([12, 20], [10, 16]) },
      model: {
        cell: draw.pick(["rnn", "lstm", "gru"]),
        hiddenSize: draw.pickOfHalf([8, 16], [10, 12]),
        readout: draw.pick(["last", "every"]),
      },
      training: {
        optimizer: adam(draw),
        batchSize: draw.pick([8, 16, 32]),
        iterations: 500,
        ...(draw.next() < 0.7 ? { validation: { share: 0.25, every: 10 } } : {}),
      },
    },
  };
}

type Cell = "rnn" | "lstm" | "gru";

export function generated(draw: Draw, kind: string, cell: Cell): ExperimentFile {
  const small = draw.pickOfHalf([8, 16], [10, 12]);
  switch (kind) {
    case "binary-addition":
      return {
        task: { kind, sequences: 500, bits: draw.pickOfHalf([4, 6], [5]) },
        model: { cell, hiddenSize: small },
        training: { batchSize: draw.pick([16, 32]), iterations: 600 },
      };
    case "adding":
      return {
        task: { kind, sequences: 500, length: draw.pickOfHalf([5, 8], [6, 7]) },
        model: { cell, hiddenSize: small },
        training: { batchSize: draw.pick([16, 32]), iterations: 800 },
      };
    case "copy":
      return {
        task: {
          kind,
          sequences: 300,
          symbols: draw.pickOfHalf([2, 4], [3]),
          items: 1,
          delay: draw.pickOfHalf([2, 4], [3]),
        },
        model: { cell, hiddenSize: 16 },
        training: { batchSize: draw.pick([16, 32]), iterations: 500 },
      };
    case "parity":
      return {
        task: { kind, sequences: 100, length: draw.pickOfHalf([2, 3], [2, 3]) },
        model: { cell, hiddenSize: 16 },
        training: { batchSize: draw.pick([16, 32, "full"]), iterations: 1000 },
      };
    case "temporal-order":
      return {
        task: { kind, sequences: 500, length: draw.pickOfHalf([10, 12], [11]) },
        model: { cell, hiddenSize: 16 },
        training: { batchSize: 32, iterations: 800 },
      };
    case "sine":
      return {
        task: {
          kind,
          sequences: 60,
          length: draw.pickOfHalf([20, 30], [24, 36]),
          period: draw.pickOfHalf([10, 16], [12, 20]),
          noise: draw.pickOfHalf([0, 0.1], [0, 0.05]),
        },
        model: { cell, hiddenSize: small },
        training: { batchSize: draw.pick([1, 8, 16, "full"]), iterations: 500 },
      };
    default:
      return {
        task: { kind: "count-ones", sequences: draw.pickOfHalf([20, 50], [30]), length: draw.pickOfHalf([6, 10], [8]) },
        model: { cell, hiddenSize: small },
        training: { batchSize: draw.pick([4, 8, "full"]), iterations: 800 },
      };
  }
}
