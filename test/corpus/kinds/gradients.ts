/** The gradient explodes or vanishes, through time or through the layers. */
import type { Generator, Subject } from "../case";
import type { Draw } from "../draw";
import { firstSign, withParts } from "./bases";

export const exploding: Generator = (draw) => {
  const make = draw.pick([explodingScalar, explodingUnits, explodingUnits]);
  return make(draw);
};

/** The scalar linear cell with a weight above 1: dL/dh_1 = w^(T-1) dL/dh_T. */
const explodingScalar: Generator = (draw) => {
  const rate = draw.pickOfHalf([0.001, 0.01], [0.002, 0.02]);
  const subject: Subject = {
    file: {
      seed: draw.seed(),
      task: { kind: "count-ones", sequences: 20, length: draw.pickOfHalf([10, 16], [12, 20]) },
      model: { init: { weight_ih_l0: draw.uniform(-1.5, 1), weight_hh_l0: draw.uniform(1.8, 2.4) } },
      training: { optimizer: { kind: "sgd", learningRate: rate }, iterations: 400 },
    },
  };
  const by = withParts(subject, { training: { clip: { norm: 1 }, iterations: 3000 } });
  return { ...subject, check: { kind: "cured", by, below: 0.2 } };
};

/** Recurrent weights of a gain that multiplies the gradient at every step. */
const explodingUnits: Generator = (draw) => {
  const gain = draw.pickOfHalf([1.35, 1.5], [1.4, 1.6]);
  const length = draw.pickOfHalf([30, 40], [35, 45]);
  const subject: Subject = {
    file: {
      seed: draw.seed(),
      task: { kind: "adding", sequences: 200, length },
      model: {
        cell: "rnn",
        nonlinearity: "relu",
        hiddenSize: draw.pickOfHalf([8, 16], [12]),
        init: { scheme: "identity", gain },
      },
      training: {
        optimizer: { kind: draw.pick(["sgd", "momentum"]), learningRate: draw.pickOfHalf([0.01, 0.02], [0.015]) },
        batchSize: 20,
        iterations: 300,
      },
    },
  };
  const by = withParts(subject, { model: { init: { scheme: "identity", gain: 1 } }, training: { clip: { norm: 1 } } });
  return { ...subject, check: { kind: "cured", by, below: 0.5 } };
};

/** A simple cell that has to remember its first input. */
export const vanishing: Generator = (draw) => {
  const base = firstSign(draw, draw.pickOfHalf([40, 60], [50]), 600);
  const gated = withParts(base, { training: { validation: { share: 0.25, every: 10 } } });
  const by = withParts(gated, { model: { init: { forgetBias: 4 } }, training: { iterations: 900 } });
  const cell = draw.pick([
    { cell: "rnn", init: {} },
    { cell: "rnn", init: { scheme: "orthogonal", gain: draw.pickOfHalf([0.5, 0.7], [0.6]) } },
    { cell: "lstm", init: { forgetBias: draw.pickOfHalf([-1, -2], [-1.5]) } },
    { cell: "gru", init: {} },
  ]);
  return {
    ...withParts(gated, { model: cell, training: { clip: { norm: 1 } } }),
    check: { kind: "cured", by, below: 0.6 },
  };
};

/** Many layers, of which the upper ones hardly see the input. */
export const vanishingInDepth: Generator = (draw: Draw) => {
  const subject: Subject = {
    file: {
      seed: draw.seed(),
      task: { kind: "adding", sequences: 300, length: draw.pickOfHalf([5, 6], [5, 7]) },
      model: {
        cell: draw.pick(["lstm", "gru", "lstm"]),
        hiddenSize: draw.pickOfHalf([3, 6], [4, 8]),
        numLayers: draw.pickOfHalf([7, 9], [8, 10]),
      },
      training: {
        optimizer: draw.pick([
          { kind: "sgd", learningRate: 0.1 },
          { kind: "momentum", learningRate: 0.03 },
        ]),
        batchSize: 20,
        iterations: 400,
      },
    },
  };
  const by = withParts(subject, { model: { numLayers: 1, hiddenSize: 8 }, training: { iterations: 3000 } });
  return { ...subject, check: { kind: "cured", by, below: 0.5 } };
};
