/** What is wrong is the data: targets that contradict one another, are flipped, or beyond what the states reach. */
import type { Generator, Subject } from "../case";
import { blocksCsv, blocksTask, normals, type Block } from "../tables";
import { adam, meanSign, withParts } from "./bases";

export const contradictory: Generator = (draw) => {
  const length = draw.pickOfHalf([4, 6], [5]);
  const patterns = Array.from({ length: draw.pickOfHalf([12, 20], [16]) }, () => ({
    inputs: normals(draw, length),
    target: draw.normal(),
  }));
  const noise = draw.pickOfHalf([0.8, 1.5], [1, 2]);
  const copies = draw.pickOfHalf([4, 6], [5]);
  const blocks = (spread: number): Block[] =>
    Array.from({ length: copies }, () =>
      patterns.map(({ inputs, target }) => ({ inputs, target: target + spread * draw.normal() })),
    ).flat();
  const subject: Subject = {
    data: blocksCsv(blocks(noise)),
    file: {
      seed: draw.seed(),
      task: blocksTask(length),
      model: { cell: draw.pick(["gru", "lstm", "rnn"]), hiddenSize: 16, readout: "last" },
      training: {
        optimizer: { kind: "adam", learningRate: 0.01 },
        batchSize: draw.pick([16, "full"]),
        iterations: 800,
      },
    },
  };
  return { ...subject, check: { kind: "cured", by: { ...subject, data: blocksCsv(blocks(0)) }, below: 0.3, above: 0 } };
};

/** The count of the ones in long sequences, by states between -1 and 1. */
export const unscaled: Generator = (draw) => {
  const length = draw.pickOfHalf([30, 40], [35, 45]);
  const training = {
    optimizer: { kind: draw.pick(["adam", "rmsprop"]), learningRate: draw.pickOfHalf([0.002, 0.005], [0.003]) },
    batchSize: 10,
    iterations: 300,
    clip: { norm: 1 },
  };
  const model = { cell: draw.pick(["rnn", "gru", "lstm"]), hiddenSize: draw.pickOfHalf([4, 8], [6]) };
  const seed = draw.seed();
  const ones = Array.from({ length: 60 }, () => {
    const inputs = Array.from({ length }, () => draw.whole(0, 1));
    return { inputs, target: inputs.reduce((sum, x) => sum + x, 0) };
  });
  return {
    file: { seed, task: { kind: "count-ones", sequences: 60, length }, model, training },
    // The same with targets that are standardized.
    check: {
      kind: "cured",
      by: {
        data: blocksCsv(ones),
        file: {
          seed,
          task: blocksTask(length),
          model: { ...model, readout: "last" },
          training: { ...training, iterations: 900 },
        },
      },
      below: 0.9,
    },
  };
};

export const labelNoise: Generator = (draw) => {
  const length = draw.pickOfHalf([4, 6], [5, 7]);
  const blocks = draw.pickOfHalf([600, 800], [700]);
  const flips = draw.pickOfHalf([0.1, 0.2], [0.15, 0.25]);
  const noisy = meanSign(draw, length, blocks, flips);
  const clean = withParts(noisy, {});
  const lines = noisy.data!.trim().split("\n").slice(1);
  const rows = lines.map((line) => Number(line.split(",")[0]));
  const data = blocksCsv(
    Array.from({ length: blocks }, (_, block) => {
      const inputs = rows.slice(block * length, (block + 1) * length);
      return { inputs, target: inputs.reduce((sum, x) => sum + x, 0) > 0 ? 1 : 0 };
    }),
  );
  return {
    ...withParts(noisy, { training: { iterations: 500 } }),
    check: { kind: "cured", by: { ...clean, data }, below: 0.6, above: 0.2 },
  };
};

/** Short sequences with zeros behind them up to one length. */
export const padding: Generator = (draw) => {
  const length = draw.pickOfHalf([40, 50], [45, 60]);
  const contents = Array.from({ length: 400 }, () => normals(draw, draw.whole(3, 8)));
  const padded = (front: boolean): Block[] =>
    contents.map((numbers) => {
      const zeros = Array.from({ length: length - numbers.length }, () => 0);
      return {
        inputs: front ? [...zeros, ...numbers] : [...numbers, ...zeros],
        target: numbers.reduce((sum, x) => sum + x, 0) > 0 ? 1 : 0,
      };
    });
  const subject: Subject = {
    data: blocksCsv(padded(false)),
    file: {
      seed: draw.seed(),
      task: blocksTask(length),
      model: { cell: "rnn", hiddenSize: draw.pickOfHalf([8, 12], [10]), readout: "last" },
      training: { optimizer: adam(draw), batchSize: 32, iterations: 400, clip: { norm: 1 } },
    },
  };
  return { ...subject, check: { kind: "cured", by: { ...subject, data: blocksCsv(padded(true)) }, below: 0.7 } };
};
