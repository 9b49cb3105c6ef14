/** What the help texts of initial weights claim. */
import { claim, type Claim } from "../claim";
import { ordersLost, range } from "../measures";
import { example, overSeeds, type Run } from "../runJob";
import { ORTHOGONAL, TANH, firstGradient } from "./experiments";
import { help } from "./texts";

const lost = (runs: readonly Run[]): number[] => runs.map((run) => ordersLost(run, 0));
const orthogonal = (gain: number, model = {}) =>
  firstGradient(100, { cell: "rnn", init: { scheme: "orthogonal", gain }, ...model });
const identity = (gain: number) =>
  firstGradient(100, { cell: "rnn", nonlinearity: "relu", init: { scheme: "identity", gain } });
const oneUnit = (weight: number) =>
  overSeeds({
    experiment: example("01-it-learns", { "model.init.weight_hh_l0": weight, "training.iterations": 1 }),
    gradientAt: [0],
  });

export const INITIALIZATION_CLAIMS: readonly Claim[] = [
  claim({
    id: "initialization/orthogonal-keeps-the-gradient-larger",
    says: "At the start the gradient of the first step is larger with orthogonal weights than with PyTorch's, by 15 orders of magnitude over 99 steps.",
    texts: help(
      "With `orthogonal`, the gradient of an rnn survives more steps than with `pytorch`.",
      "with orthogonal recurrent weights, which keep the gradient larger at the start",
    ),
    range: "tanh, 32 units, T = 100, iteration 0; says nothing about learning",
    isShort: true,
    jobs: { orthogonal: firstGradient(100, ORTHOGONAL), pytorch: firstGradient(100, TANH) },
    judge({ orthogonal: kept, pytorch }) {
      const [less, more] = [lost(kept), lost(pytorch)];
      return {
        holds: more.every((orders, i) => orders - less[i]! > 15),
        numbers: `orders lost: orthogonal ${range(less)}, pytorch ${range(more)}`,
      };
    },
  }),
  claim({
    id: "initialization/orthogonal-preserves-the-norm",
    says: "An orthogonal matrix preserves the norm of what it multiplies: a linear network's gradient is as large 99 steps back.",
    texts: help("Orthogonal weights preserve the norm of what they multiply.", "which preserves the norm of the state"),
    range: "linear cell, 32 units, T = 100, to 1e-6",
    isShort: true,
    jobs: { linear: orthogonal(1, { cell: "linear" }) },
    judge({ linear }) {
      const shares = lost(linear).map((orders) => 10 ** -orders);
      return { holds: shares.every((share) => Math.abs(share - 1) < 1e-6), numbers: range(shares, 8) };
    },
  }),
  claim({
    id: "initialization/gain",
    says: "Above 1 the gain makes gradients grow, below 1 vanish.",
    texts: help("Above 1 gradients tend to explode, below 1 to vanish."),
    range: "over 99 steps at the start: tanh orthogonal with gain 1.5 and 0.8, relu identity with 1.2 and 0.8",
    isShort: true,
    jobs: {
      tanhAbove: orthogonal(1.5),
      tanhBelow: orthogonal(0.8),
      reluAbove: identity(1.2),
      reluBelow: identity(0.8),
    },
    judge({ tanhAbove, tanhBelow, reluAbove, reluBelow }) {
      const above = [...lost(tanhAbove), ...lost(reluAbove)];
      const below = [...lost(tanhBelow), ...lost(reluBelow)];
      return {
        holds: above.every((orders) => orders < 0) && below.every((orders) => orders > 4),
        numbers: `orders gained above 1: ${range(above.map((orders) => -orders))}; lost below 1: ${range(below)}`,
      };
    },
  }),
  claim({
    id: "initialization/recurrent-weight-is-the-factor",
    says: "In a linear unit each step back multiplies the gradient by the recurrent weight.",
    texts: help(
      "Backpropagation multiplies the gradient by it at every time step: above 1 in magnitude the gradient explodes, below 1 it vanishes.",
      "Its gradient is multiplied by `weight_hh_l0` at each step back.",
    ),
    range: "weights 2, 0.3 and -0.5 over ten steps, exact",
    isShort: true,
    jobs: { two: oneUnit(2), small: oneUnit(0.3), negative: oneUnit(-0.5) },
    judge({ two, small, negative }) {
      const factor = ({ gradients: [first] }: Run): number => (first!.norms[0]! / first!.norms[10]!) ** 0.1;
      const factors = [two, small, negative].map((runs) => runs.map(factor));
      return {
        holds: [2, 0.3, 0.5].every((weight, i) => factors[i]!.every((one) => Math.abs(one / weight - 1) < 1e-9)),
        numbers: factors.map((list) => range(list, 6)).join(", "),
      };
    },
  }),
  claim({
    id: "initialization/forget-gate-at-bias-1",
    says: "With a bias of 1 a forget gate starts at sigmoid(1) = 0.73, which is mostly open.",
    texts: help("the gate starts at sigmoid(1) = 0.73", "A forget-gate bias of 1 starts with the gate mostly open."),
    range: "arithmetic, without input and state",
    isShort: true,
    jobs: {},
    judge() {
      const gate = 1 / (1 + Math.exp(-1));
      return { holds: gate.toFixed(2) === "0.73", numbers: gate.toFixed(4) };
    },
  }),
];
