/** Units through which no gradient flows from the first iteration on. */
import type { Generator, Subject } from "../case";
import type { Draw } from "../draw";
import { adam, generated, meanSign, withParts } from "./bases";

function learner(draw: Draw, cell: "rnn" | "lstm"): Subject {
  const subject =
    draw.next() < 0.5
      ? { file: { seed: draw.seed(), ...generated(draw, draw.pick(["sine", "adding", "copy"]), cell) } }
      : withParts(meanSign(draw, draw.pickOfHalf([6, 10], [8]), 300), { model: { cell } });
  return withParts(subject, { training: { optimizer: adam(draw) } });
}

export const saturated: Generator = (draw) => {
  const cell = draw.pick(["rnn", "rnn", "lstm"] as const);
  const by = learner(draw, cell);
  const init =
    cell === "lstm"
      ? draw.pick([
          {
            values: {
              weight_hh_l0: draw.pickOfHalf([30, -20], [25, -30]),
              bias_ih_l0: draw.pickOfHalf([20, -20], [15, -15]),
            },
          },
          { scheme: "constant", constant: draw.pickOfHalf([10, -20], [15, -12]) },
        ])
      : draw.pick([
          { scheme: "orthogonal", gain: draw.pickOfHalf([30, 100], [50]) },
          { scheme: "identity", gain: draw.pickOfHalf([30, 60], [40]) },
          { values: { bias_ih_l0: draw.pickOfHalf([8, -10], [9, -12]) } },
        ]);
  return { ...withParts(by, { model: { init } }), check: { kind: "cured", by, below: 0.6 } };
};

export const dead: Generator = (draw) => {
  const learns = learner(draw, "rnn");
  const by = withParts(learns, { model: { nonlinearity: "relu" } });
  const bias = draw.pickOfHalf([-8, -20], [-10, -15]);
  return {
    ...withParts(by, { model: { init: { values: { bias_ih_l0: bias } } } }),
    check: { kind: "cured", by: withParts(by, { training: { clip: { norm: 1 } } }), below: 0.6 },
  };
};
