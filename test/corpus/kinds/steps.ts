/** The steps of the optimizer are too long, too short, or clipped to nothing. */
import type { Generator, Subject } from "../case";
import type { Draw } from "../draw";
import { firstSign, generated, meanSign, series, withParts } from "./bases";

/** A task that is learned soon, with an optimizer whose rate is known to be good. */
function learner(
  draw: Draw,
  kinds: readonly ("adam" | "sgd" | "rmsprop" | "momentum")[],
): Subject & { readonly rate: number; readonly optimizer: string } {
  const cell = draw.pick(["rnn", "lstm", "gru"] as const);
  const optimizer = draw.pick(kinds);
  const rate = { adam: 0.01, rmsprop: 0.003, sgd: 0.3, momentum: 0.05 }[optimizer];
  const subject = draw.pick([
    () => ({ file: { seed: draw.seed(), ...generated(draw, draw.pick(["sine", "copy"]), cell) } }),
    () => ({ file: { seed: draw.seed(), ...generated(draw, "sine", cell) } }),
    () => meanSign(draw, draw.pickOfHalf([6, 8], [7]), 300),
    () => withParts(series(draw), { model: { cell, readout: "every" }, training: { validation: { share: 0 } } }),
    () => (optimizer === "adam" ? firstSign(draw, 6, 300) : meanSign(draw, 6, 300)),
  ])();
  return {
    ...withParts(subject, { training: { optimizer: { kind: optimizer, learningRate: rate } } }),
    rate,
    optimizer,
  };
}

export const tooHigh: Generator = (draw) => {
  const { rate, optimizer, ...by } = learner(draw, ["adam", "rmsprop", "sgd", "momentum"]);
  const factor = {
    adam: draw.pickOfHalf([50, 100, 300], [80, 200]),
    rmsprop: draw.pickOfHalf([100, 300], [200, 600]),
    sgd: draw.pickOfHalf([100, 1000], [300]),
    momentum: draw.pickOfHalf([100, 1000], [300]),
  }[optimizer]!;
  const learningRate = Number((rate * factor).toPrecision(2));
  const file = withParts(by, { training: { optimizer: { kind: optimizer, learningRate } } });
  return { ...file, check: { kind: "cured", by, below: 0.5 } };
};

export const tooLow: Generator = (draw) => {
  const { rate, optimizer, ...by } = learner(draw, ["adam", "rmsprop", "sgd", "momentum"]);
  const learningRate = Number((rate / draw.pickOfHalf([1e3, 1e4, 1e6], [3e3, 1e5])).toPrecision(2));
  const file = withParts(by, { training: { optimizer: { kind: optimizer, learningRate } } });
  return { ...file, check: { kind: "cured", by, below: 0.7 } };
};

export const clippedToDeath: Generator = (draw) => {
  const { rate: _rate, optimizer: _optimizer, ...learns } = learner(draw, ["sgd", "momentum"]);
  const by = withParts(learns, { training: { clip: { norm: 1 } } });
  const file = withParts(learns, { training: { clip: { norm: draw.pickOfHalf([1e-4, 1e-6], [1e-5, 3e-5]) } } });
  return { ...file, check: { kind: "cured", by, below: 0.7 } };
};

/** Steps of one length that jump from side to side of a valley. */
export const cycle: Generator = (draw) => {
  const subject = (learningRate: number, iterations: number): Subject => ({
    file: {
      seed,
      task: { kind: "count-ones", sequences: 20, length },
      model: { init: { weight_ih_l0: input, weight_hh_l0: recurrent } },
      training: { optimizer: { kind: "sgd", learningRate }, clip: { norm: 1 }, iterations },
    },
  });
  const seed = draw.seed();
  const length = draw.pickOfHalf([8, 10], [9, 12]);
  const input = draw.uniform(-1.5, 1.5);
  const recurrent = draw.uniform(0.7, 1.8);
  return {
    ...subject(draw.pickOfHalf([0.02, 0.05], [0.03, 0.1]), 1500),
    check: { kind: "cured", by: subject(0.001, 8000), below: 0.3, above: 0 },
  };
};
