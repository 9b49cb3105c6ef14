/** The run ends at what a simple answer reaches, or learns its training data by heart. */
import type { Generator, Subject } from "../case";
import { csvOf, normals, blocksCsv, blocksTask } from "../tables";
import { adam, withParts } from "./bases";

export const overfitting: Generator = (draw) => {
  const rows = draw.pickOfHalf([80, 120], [100, 140]);
  const noise = draw.pickOfHalf([0.6, 1], [0.8]);
  const y = Array.from({ length: rows }, (_, t) => Math.sin((2 * Math.PI * t) / 12) + noise * draw.normal());
  return {
    data: csvOf({ y }),
    file: {
      seed: draw.seed(),
      task: { kind: "csv", file: "data.csv", columns: ["y"], length: draw.pickOfHalf([8, 12], [10]) },
      model: {
        cell: draw.pick(["lstm", "gru", "rnn"]),
        hiddenSize: draw.pickOfHalf([24, 32], [28, 40]),
        readout: "last",
      },
      training: {
        optimizer: { kind: "adam", learningRate: draw.pickOfHalf([0.01, 0.02], [0.015]) },
        batchSize: draw.pickOfHalf([16, 32], [24]),
        iterations: draw.pickOfHalf([500, 700], [600]),
        validation: { share: 0.3, every: 10 },
      },
    },
    check: { kind: "rises", by: 1.25 },
  };
};

/** Targets that nothing in the inputs tells anything about. */
export const meanOnly: Generator = (draw) => {
  const length = draw.pickOfHalf([5, 8], [6, 10]);
  const blocks = draw.pickOfHalf([1500, 2000], [1800]);
  const subject: Subject = {
    data: blocksCsv(Array.from({ length: blocks }, () => ({ inputs: normals(draw, length), target: draw.normal() }))),
    file: {
      seed: draw.seed(),
      task: blocksTask(length),
      model: { cell: draw.pick(["rnn", "lstm", "gru"]), hiddenSize: draw.pickOfHalf([3, 4], [4, 5]), readout: "last" },
      training: { optimizer: adam(draw), batchSize: draw.pick([32, 64]), iterations: 400 },
    },
  };
  const { file } = withParts(subject, draw.next() < 0.5 ? { training: { validation: { share: 0.2, every: 20 } } } : {});
  return { ...subject, file, check: { kind: "floor", loss: 1, within: 1.15 } };
};

/** A random walk: what is next is what was last, and a step that nobody can know. */
export const lastValueOnly: Generator = (draw) => {
  const rows = draw.pickOfHalf([600, 1000], [800]);
  let level = 0;
  const pull = draw.pickOfHalf([0, 0.01], [0, 0.005]);
  const y = Array.from({ length: rows }, () => (level += draw.normal() - pull * level));
  return {
    data: csvOf({ y }),
    file: {
      seed: draw.seed(),
      task: { kind: "csv", file: "data.csv", columns: ["y"], length: draw.pickOfHalf([8, 12], [10]) },
      model: {
        cell: draw.pick(["rnn", "lstm", "gru"]),
        hiddenSize: draw.pickOfHalf([4, 8], [6]),
        readout: draw.pick(["last", "every"]),
      },
      training: {
        optimizer: { kind: "adam", learningRate: draw.pickOfHalf([0.005, 0.01], [0.007]) },
        batchSize: 32,
        iterations: 600,
        ...(draw.next() < 0.3 ? { validation: { share: 0.2, every: 10 } } : {}),
      },
    },
    check: { kind: "floor", loss: NaN, within: 1 },
  };
};

export const memoryless: Generator = (draw) => draw.pick([memorylessSeries, memorylessCopy])(draw);

/** y_t = a x_t + b x_(t-lag), with a gradient that does not flow back as far as that. */
const memorylessSeries: Generator = (draw) => {
  const rows = 1600;
  const lag = draw.pickOfHalf([12, 14], [13, 15]);
  const x = normals(draw, rows + lag);
  const share = draw.uniform(0.3, 0.5);
  const y = Array.from({ length: rows }, (_, t) => share * x[t + lag]! + (1 - share) * x[t]!);
  const subject: Subject = {
    data: csvOf({ x: x.slice(lag), y }),
    file: {
      seed: draw.seed(),
      task: { kind: "csv", file: "data.csv", columns: ["x"], target: "y", length: 24, horizon: 0 },
      model: { cell: draw.pick(["rnn", "gru", "lstm"]), hiddenSize: draw.pickOfHalf([4, 6], [5]), readout: "last" },
      training: {
        optimizer: { kind: "adam", learningRate: 0.01 },
        batchSize: 32,
        iterations: 600,
        truncate: draw.pickOfHalf([1, 2], [1, 2]),
        validation: { share: 0.25, every: 20 },
      },
    },
  };
  const by = withParts(subject, {
    model: { cell: "rnn", nonlinearity: "relu", hiddenSize: 32, init: { scheme: "identity" } },
    training: { truncate: 0, iterations: 2000, clip: { norm: 1 }, optimizer: { kind: "adam", learningRate: 0.003 } },
  });
  return {
    ...subject,
    check: { kind: "cured", by, below: 0.8, above: 0, near: share ** 2 / (share ** 2 + (1 - share) ** 2) },
  };
};

/** Symbols after a delay that is too long for the cell and the number of iterations. */
const memorylessCopy: Generator = (draw) => {
  const subject: Subject = {
    file: {
      seed: draw.seed(),
      task: {
        kind: "copy",
        sequences: 400,
        symbols: draw.pickOfHalf([4, 8], [6]),
        items: draw.pickOfHalf([1, 2], [1, 2]),
        delay: draw.pickOfHalf([20, 30], [25]),
      },
      model: { cell: draw.pick(["rnn", "gru", "lstm"]), hiddenSize: draw.pickOfHalf([12, 16], [14]) },
      training: { optimizer: adam(draw), batchSize: 32, iterations: 500, clip: { norm: 1 } },
    },
  };
  // Two steps of delay are learned within the same number of iterations.
  const by = withParts(subject, { task: { delay: 1, items: 1 }, training: { iterations: 1500 } });
  const { symbols, items, delay } = subject.file.task as { symbols: number; items: number; delay: number };
  const near = (items * Math.log(symbols)) / (delay + 2 * items);
  return { ...subject, check: { kind: "cured", by, below: 0.3, above: 0, near } };
};
