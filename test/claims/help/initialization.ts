/** What the help texts of initial weights claim. */
import { claim, type Claim } from "../claim";
import { median, ordersLost, range, validationBelow } from "../measures";
import { example, overSeeds, type Run } from "../runJob";
import { page } from "../docs/texts";
import { ADDING, ORTHOGONAL, TANH, firstGradient } from "./experiments";
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
    says: "Above 1 the gain makes gradients grow, below 1 vanish; with tanh they shrink at 1, too.",
    texts: help("Above 1 gradients tend to explode, below 1 to vanish. With tanh they shrink at 1, too, by its slope."),
    range: "over 99 steps at the start: tanh orthogonal with gain 1.5, 1 and 0.8, relu identity with 1.2 and 0.8",
    isShort: true,
    jobs: {
      tanhAbove: orthogonal(1.5),
      tanhOne: firstGradient(100, ORTHOGONAL),
      tanhBelow: orthogonal(0.8),
      reluAbove: identity(1.2),
      reluBelow: identity(0.8),
    },
    judge({ tanhAbove, tanhOne, tanhBelow, reluAbove, reluBelow }) {
      const above = [...lost(tanhAbove), ...lost(reluAbove)];
      const below = [...lost(tanhBelow), ...lost(reluBelow)];
      return {
        holds:
          above.every((orders) => orders < 0) &&
          lost(tanhOne).every((orders) => orders > 2) &&
          below.every((orders) => orders > 4),
        numbers: `orders gained above 1: ${range(above.map((orders) => -orders))}; lost below 1: ${range(below)}, by tanh at 1: ${range(lost(tanhOne))}`,
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
    says: "With a bias of 1 a forget gate starts at sigmoid(1) = 0.73, which keeps the state for 1/(1 - 0.73) = 3.7 steps.",
    texts: help(
      "the gate starts at sigmoid(1) = 0.73 and keeps the state for about four steps",
      "A forget-gate bias of 1 starts with the gate mostly open.",
    ),
    range: "arithmetic, without input and state",
    isShort: true,
    jobs: {},
    judge() {
      const gate = 1 / (1 + Math.exp(-1));
      const steps = 1 / (1 - gate);
      return {
        holds: gate.toFixed(2) === "0.73" && Math.round(steps) === 4,
        numbers: `${gate.toFixed(4)}, ${steps.toFixed(1)} steps`,
      };
    },
  }),
  claim({
    id: "initialization/chrono-keeps-for-u-steps",
    says: "A gate with bias ln(u) keeps the state for 1 + u steps: sigmoid(ln u) = 1 - 1/(1 + u).",
    texts: [
      ...help("the bias of each unit is ln(u), with u uniform from 1 to the sequence length minus 1"),
      ...page("diagnosis", "A unit with bias ln(u) keeps its cell for about u steps."),
    ],
    range: "arithmetic, without input and state",
    isShort: true,
    jobs: {},
    judge() {
      const steps = [10, 50, 99].map((u) => 1 / (1 - 1 / (1 + Math.exp(-Math.log(u)))));
      return {
        holds: steps.every((count, i) => Math.abs(count - 1 - [10, 50, 99][i]!) < 1e-9),
        numbers: `u = 10, 50, 99: ${steps.map((count) => count.toFixed(0)).join(", ")} steps`,
      };
    },
  }),
  claim({
    id: "initialization/chrono-learns-sooner",
    says: "With chrono biases an lstm learns to add with every seed, in less than two thirds of the updates of bias 1.",
    texts: help("so that units keep the state over all time scales of the task"),
    range: "adding, T = 100, 32 units, Adam 0.005, loss below 0.05 in 4,000 batches of 50",
    jobs: { chrono: ADDING.chrono100, one: ADDING.lstm100 },
    judge({ chrono, one }) {
      const [sooner, later] = [chrono, one].map((runs) => runs.map((run) => validationBelow(run, 0.05)));
      const learned = [sooner!, later!].map((at) => at.filter((iteration) => iteration < Infinity).length);
      return {
        holds: learned[0] === 10 && median(sooner!) < (2 / 3) * median(later!),
        numbers: `chrono ${learned[0]} of 10, median ${median(sooner!)}; bias 1 ${learned[1]} of 10, median ${median(later!)}`,
      };
    },
  }),
];
