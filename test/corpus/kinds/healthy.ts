/** Runs with which nothing is wrong: every task, cell, optimizer, and batch size, with noise, warm, converged. */
import type { Generator, Subject } from "../case";
import type { Draw } from "../draw";
import { firstSign, generated, goodOptimizer, adam, meanSign, series, withParts } from "./bases";

const TASKS = ["count-ones", "binary-addition", "adding", "copy", "parity", "temporal-order", "sine"] as const;

const fromTask = (draw: Draw): Subject => {
  const task = draw.pick(TASKS);
  const cell = draw.pick(["rnn", "lstm", "gru"] as const);
  const subject = { file: { seed: draw.seed(), ...generated(draw, task, cell) } };
  const easy = task === "sine" || task === "copy";
  return withParts(subject, {
    training: {
      optimizer: easy ? goodOptimizer(draw) : adam(draw),
      ...(draw.next() < 0.5 ? { clip: { norm: draw.pickOfHalf([1, 5], [2]) } } : {}),
      ...(draw.next() < 0.5 && task !== "count-ones" ? { validation: { share: 0.2, every: 20 } } : {}),
    },
  });
};

/** The tutorial's scalar linear cell, which converges to the last bit. */
const scalar = (draw: Draw): Subject => ({
  file: {
    seed: draw.seed(),
    task: { kind: "count-ones", sequences: 20, length: draw.pickOfHalf([8, 10], [6, 9, 12]) },
    model: { init: { weight_ih_l0: draw.uniform(-1.5, 2), weight_hh_l0: draw.uniform(0.2, 1.6) } },
    training: { optimizer: { kind: draw.pick(["rprop", "rprop-pytorch"]) }, iterations: draw.pick([500, 1500]) },
  },
});

/** A larger linear cell with small steps and a clip. */
const linear = (draw: Draw): Subject => ({
  file: {
    seed: draw.seed(),
    task: { kind: "count-ones", sequences: 30, length: draw.pickOfHalf([6, 8], [7]) },
    model: { cell: "linear", hiddenSize: draw.pickOfHalf([2, 4], [3]), init: { scheme: "pytorch" } },
    training: { optimizer: adam(draw), iterations: 1500, clip: { norm: 10 } },
  },
});

const text = (draw: Draw): Subject => {
  const words = ["banana", "cabana", "nabob", "abacus", "scuba", "cobra"].slice(0, draw.whole(3, 6));
  const data = `${Array.from({ length: 250 }, () => draw.pick(words)).join(" ")}\n`;
  return {
    data,
    file: {
      seed: draw.seed(),
      task: { kind: "text", file: "data.txt", length: draw.pickOfHalf([20, 30], [25]), stream: draw.next() < 0.5 },
      model: { cell: draw.pick(["rnn", "lstm", "gru"]), hiddenSize: draw.pickOfHalf([16, 24], [20]) },
      training: {
        optimizer: { kind: "adam", learningRate: draw.pickOfHalf([0.01, 0.02], [0.015]) },
        batchSize: 8,
        iterations: 400,
        clip: { norm: 1 },
        ...(draw.next() < 0.5 ? { validation: { share: 0.1, every: 20 } } : {}),
      },
    },
  };
};

/** Goes on from the weights that the same experiment reached, at a smaller rate. */
const warm = (draw: Draw): Subject => {
  const first = withParts(draw.next() < 0.5 ? series(draw) : fromTask(draw), {});
  const again = withParts(first, {
    model: { init: { file: "weights.safetensors" } },
    training: { optimizer: { kind: "adam", learningRate: draw.pickOfHalf([0.0005, 0.002], [0.001]) }, iterations: 300 },
  });
  return { ...again, warmStart: first };
};

const MAKERS: readonly ((draw: Draw) => Subject)[] = [
  fromTask,
  fromTask,
  fromTask,
  fromTask,
  fromTask,
  scalar,
  linear,
  series,
  series,
  text,
  warm,
  (draw) => meanSign(draw, draw.pickOfHalf([5, 8], [6, 10]), 400),
  (draw) => firstSign(draw, draw.pickOfHalf([5, 8], [6, 10]), 400),
];

/** Ends while it is still learning; ten times as many iterations learn the rest. */
const short: Generator = (draw) => {
  const learner = fromTask(draw);
  const { iterations } = learner.file.training as { readonly iterations: number };
  const subject = withParts(learner, {
    training: { iterations: Math.round(iterations * draw.pickOfHalf([0.1, 0.15], [0.12])) },
  });
  return { ...subject, check: { kind: "cured", by: learner, below: 0.6, above: 0.3 } };
};

export const healthy: Generator = (draw) =>
  draw.next() < 0.1 ? short(draw) : { ...draw.pick(MAKERS)(draw), check: { kind: "learns", below: 0.75 } };
