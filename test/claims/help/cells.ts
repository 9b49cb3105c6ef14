/** What the help texts of cells claim. */
import { claim, type Claim } from "../claim";
import { countOf, median, ordersLost, range, validationBelow } from "../measures";
import { page } from "../docs/texts";
import type { Run } from "../runJob";
import { ADDING, GRU, IRNN, LSTM, ORTHOGONAL, TANH, adding, firstGradient } from "./experiments";
import { help } from "./texts";

const clipping = (clip: unknown) => adding(30, IRNN, 0.005, { iterations: 1500, clip });
const soon = (runs: readonly Run[]): number[] => runs.map((run) => validationBelow(run, 0.05));
const lost = (runs: readonly Run[]): number[] => runs.map((run) => ordersLost(run, 0));

export const CELL_CLAIMS: readonly Claim[] = [
  claim({
    id: "cells/gated-for-long-dependencies",
    says: "An rnn learns to add over 20 steps and not over 50, which it learns with orthogonal weights; a gru learns 50 steps in fewer updates than either.",
    texts: [
      ...help(
        "Use lstm or gru for dependencies over more than about 20 time steps (50 with orthogonal weights).",
        "Learning from distant steps still takes many updates.",
        "keeps the gradient alive at first; learning stays slow",
      ),
      ...page("diagnosis", "learning over long sequences still takes many updates at a low learning rate"),
    ],
    range: "adding, 32 units, Adam 0.001, 4,000 batches of 50, loss below 0.05",
    jobs: {
      tanh20: ADDING.tanh20,
      tanh50: ADDING.tanh50,
      orthogonal50: ADDING.orthogonal50,
      gru50: ADDING.gru50,
    },
    judge({ tanh20, tanh50, orthogonal50, gru50 }) {
      const at = { tanh20, tanh50, orthogonal50, gru50 };
      const of = (runs: readonly Run[]) => ({
        count: countOf(runs, ({ result }) => result === "stopped"),
        middle: median(soon(runs)),
      });
      const [short, long, orthogonal, gated] = [of(tanh20), of(tanh50), of(orthogonal50), of(gru50)];
      return {
        holds:
          Math.min(short.count, orthogonal.count, gated.count) >= 8 &&
          long.count <= 1 &&
          gated.middle < Math.min(short.middle, orthogonal.middle),
        numbers: Object.entries(at)
          .map(([name, runs]) => `${name} ${of(runs).count} of 10, median ${of(runs).middle}`)
          .join("; "),
      };
    },
  }),
  claim({
    id: "cells/rnn-vanishes-or-explodes",
    says: "Over 100 steps the gradient of an rnn vanishes with tanh and grows by orders of magnitude with relu of gain 2.",
    texts: help("Its gradient tends to vanish or explode over long sequences."),
    range: "adding, T = 100, 32 units, at the start: tanh as pytorch and orthogonal, relu orthogonal with gain 2",
    isShort: true,
    jobs: {
      tanh: firstGradient(100, TANH),
      orthogonal: firstGradient(100, ORTHOGONAL),
      relu: firstGradient(100, { cell: "rnn", nonlinearity: "relu", init: { scheme: "orthogonal", gain: 2 } }),
    },
    judge({ tanh, orthogonal, relu }) {
      const [falls, fallsLess, grows] = [lost(tanh), lost(orthogonal), lost(relu)];
      return {
        holds: [...falls, ...fallsLess].every((orders) => orders > 2) && grows.every((orders) => orders < -4),
        numbers: `orders lost: tanh ${range(falls)}, orthogonal ${range(fallsLess)}; gained: relu ${range(grows.map((orders) => -orders))}`,
      };
    },
  }),
  claim({
    id: "cells/gru-has-three-quarters-of-the-weights",
    says: "A gru has three quarters of the weights of an lstm.",
    texts: help(
      "two gates and no separate cell state; a quarter fewer weights than lstm",
      "with a quarter fewer weights than lstm",
    ),
    range: "exact, without the readout",
    isShort: true,
    jobs: { gru: firstGradient(10, GRU), lstm: firstGradient(10, LSTM) },
    judge({ gru, lstm }) {
      const readout = 32 + 1;
      const shares = gru.map(
        ({ parameterCount }, i) => (parameterCount - readout) / (lstm[i]!.parameterCount - readout),
      );
      return { holds: shares.every((share) => share === 0.75), numbers: range(shares) };
    },
  }),
  claim({
    id: "cells/irnn-preserves-the-gradient",
    says: "With relu and identity weights at least 0.4 of the gradient reaches the first of 100 steps.",
    texts: help(
      "With the scheme `identity`, relu preserves gradients",
      "which starts by preserving its state. Clip its gradient.",
    ),
    range: "adding, T = 100, 32 units, at the start",
    isShort: true,
    jobs: { irnn: firstGradient(100, IRNN) },
    judge({ irnn }) {
      const shares = lost(irnn).map((orders) => 10 ** -orders);
      return { holds: shares.every((share) => share > 0.4), numbers: `${range(shares)} of it is left` };
    },
  }),
  claim({
    id: "cells/irnn-learns-sooner-clipped",
    says: "An IRNN learns to add in fewer updates with a clip norm of 1 than without.",
    texts: help("and it learns sooner with clipping", "Clip its gradient."),
    range: "adding, T = 30, 32 units, Adam 0.005, loss below 0.05",
    jobs: { clipped: clipping({ norm: 1 }), free: clipping(null) },
    judge({ clipped, free }) {
      const [with1, without] = [soon(clipped), soon(free)];
      const later = countOf(free, (run) => validationBelow(run, 0.05) > with1[free.indexOf(run)]!);
      return {
        holds: later >= 9,
        numbers: `later without in ${later} of 10: median ${median(with1)} against ${median(without)}`,
      };
    },
  }),
];
