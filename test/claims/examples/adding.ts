/** Claims about the adding problem over 100 steps: the examples 09 to 12, and the walkthrough's last step. */
import { claim, type Claim } from "../claim";
import { countOf, finalLoss, median, ordersLost, range, validationBelow } from "../measures";
import { example, overSeeds, type Run, type RunJob } from "../runJob";
import { exampleText, pageText, readmeText, walkthroughText } from "./places";

/** The validation loss below which the sum counts as learned. */
const LEARNED = 0.05;
/** Rows are recorded as often as the validation loss is known. */
const EVERY = 100;
/** How soon the gradient comes back shows at every row of the example. */
const OFTEN = 20;

const TANH = overSeeds({ experiment: example("09-adding-with-tanh"), gradientEvery: EVERY, baselines: true });
const ORTHOGONAL = overSeeds({
  experiment: example("09-adding-with-tanh", {
    "model.init.scheme": "orthogonal",
    "training.optimizer.learningRate": 0.001,
    "training.iterations": 10_000,
  }),
  gradientEvery: EVERY,
  until: { validationBelow: LEARNED },
});
const LSTM = overSeeds({
  experiment: example("10-adding-with-lstm"),
  gradientEvery: OFTEN,
  columns: ["gate.i.l0", "gate.f.l0", "gate.o.l0"],
  until: { validationBelow: 0.001 },
});
const GRU = overSeeds({
  experiment: example("11-adding-with-gru"),
  gradientEvery: EVERY,
  columns: ["gate.z.l0"],
  until: { validationBelow: 0.001 },
});

function irnn(changes: Readonly<Record<string, unknown>>, gradientEvery: number): RunJob[] {
  return overSeeds({ experiment: example("12-adding-with-irnn", changes), gradientEvery });
}

function validationAt({ validation }: Run, iteration: number): number {
  return validation.find((one) => one.iteration === iteration)!.loss;
}

/** First recorded iteration at which the gradient loses fewer orders than this on its way back. */
function gradientBackAt(run: Run, orders: number): number {
  return run.gradients.find(({ iteration }) => ordersLost(run, iteration) < orders)?.iteration ?? Infinity;
}

/** First iteration from which the training loss, as a mean over 20 batches, is below the limit. */
function meanLossBelow({ losses }: Run, limit: number): number {
  for (let from = 0; from + OFTEN <= losses.length; from += OFTEN)
    if (losses.slice(from, from + OFTEN).reduce((a, b) => a + b) / OFTEN < limit) return from;
  return Infinity;
}

/** A gate's units on average, at each step of the inspected sequence. */
function gateMeans(run: Run, gate: string, row = -1): number[] {
  const values = run.columns.at(row)![`gate.${gate}.l0`]!;
  const steps = run.inspectedInput.length / 2;
  const units = values.length / steps;
  return Array.from({ length: steps }, (_, t) => mean(values.slice(t * units, (t + 1) * units)));
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b) / values.length;
}

/** The two steps of the inspected sequence whose numbers are marked: the second input is 1. */
function isMarked(run: Run): (value: number, step: number) => boolean {
  return (_, step) => run.inspectedInput[2 * step + 1] === 1;
}

function constantOf({ baselines }: Run): number {
  return baselines.find(({ name }) => name === "best-constant")!.loss;
}

const TANH_CLAIMS: Claim[] = [
  claim({
    id: "examples/adding/tanh-does-not-learn",
    says: "With PyTorch's initialization, a tanh network ends within 5% of the best constant.",
    texts: [
      exampleText(
        "09-adding-with-tanh",
        "With PyTorch's initialization and this learning rate, the network does not learn it in 4,000 " +
          "batches. In 10 of 10 seeds, the validation loss ends within 5% of the loss of the best constant, " +
          "which is 0.153 on the same sequences.",
      ),
      readmeText("do not learn over 100 steps in 4,000 batches | 1.4 → 0.15 | 10 of 10"),
    ],
    range:
      "T = 100, 32 units, Adam with 0.005, clip norm 1, batches of 50; the constant is close to 1, half of " +
      "the sum's range",
    jobs: { tanh: TANH },
    judge({ tanh }) {
      const [first] = tanh as [Run];
      const ratios = tanh.map((run) => finalLoss(run) / constantOf(run));
      return {
        holds:
          ratios.every((ratio) => Math.abs(ratio - 1) < 0.05) &&
          constantOf(first).toFixed(3) === "0.153" &&
          validationAt(first, 0).toFixed(1) === "1.4" &&
          finalLoss(first).toFixed(2) === "0.15",
        numbers: `final loss over constant ${range(ratios, 3)}; seed 1 ${finalLoss(first).toFixed(4)}`,
      };
    },
  }),
  claim({
    id: "examples/adding/tanh-gradient",
    says: "Of a tanh network's gradient about 0.6 is left at each step back, and 24 orders are lost over 99.",
    texts: [
      exampleText(
        "09-adding-with-tanh",
        "it shrinks by a factor of about 0.6 per step back, and 99 steps back it has lost 24 orders of magnitude.",
      ),
    ],
    range: "PyTorch's initialization, 32 units, T = 100, at iteration 0",
    jobs: { tanh: TANH },
    judge({ tanh }) {
      const lost = tanh.map((run) => ordersLost(run, 0));
      const factors = lost.map((orders) => 10 ** (-orders / 99));
      return {
        holds: Number(median(factors).toPrecision(1)) === 0.6 && lost[0]!.toFixed(0) === "24",
        numbers: `seed 1 ${lost[0]!.toFixed(1)}, ten seeds ${range(lost, 3)} orders; ${range(factors)} per step`,
      };
    },
  }),
  claim({
    id: "examples/adding/orthogonal-tanh-learns",
    says: "With orthogonal weights, a rate of 0.001 and 10,000 batches, a tanh network learns in 6 of 10 seeds.",
    texts: [
      exampleText(
        "09-adding-with-tanh",
        "a learning rate of 0.001 and 10,000 iterations. " +
          "The gradient first loses 3 to 5 orders, then 8 or more; but it comes back, and 6 of 10 seeds learn.",
      ),
    ],
    range: "T = 100, 32 units, Adam with 0.001, clip norm 1, validation loss below 0.05 within 10,000 batches",
    jobs: { orthogonal: ORTHOGONAL },
    judge({ orthogonal }) {
      const at = orthogonal.map((run) => validationBelow(run, LEARNED)).filter(Number.isFinite);
      const lost = orthogonal.map((run) => ordersLost(run, 0));
      const worst = orthogonal.map((run) =>
        Math.max(...run.gradients.map(({ iteration }) => ordersLost(run, iteration))),
      );
      const learned = orthogonal.filter((run) => validationBelow(run, LEARNED) < Infinity);
      const end = learned.map((run) => ordersLost(run, run.gradients.at(-1)!.iteration));
      return {
        holds:
          at.length === 6 &&
          lost.every((orders) => orders.toFixed(0) >= "3" && orders.toFixed(0) <= "5") &&
          worst.every((orders) => orders > 8) &&
          end.every((orders) => orders < 2),
        numbers:
          `${at.length} of 10, at ${range(at, 3)}; orders lost: ${range(lost)} at first, ${range(worst)} at worst, ` +
          `${range(end)} once learned`,
      };
    },
  }),
];

const GATED_CLAIMS: Claim[] = [
  claim({
    id: "examples/adding/lstm-learns",
    says: "An LSTM with a forget bias of 1 falls below 0.001 within 4,000 batches, after a plateau of 800 or more.",
    texts: [
      exampleText(
        "10-adding-with-lstm",
        "The validation loss falls below 0.001 within 4,000 batches, in 10 of 10 seeds.",
      ),
      exampleText("10-adding-with-lstm", "for 800 iterations or more it stays on the plateau of experiment 9"),
      readmeText("1.3 → below 0.001 | 10 of 10"),
    ],
    range: "T = 100, 32 units, Adam with 0.005, clip norm 1, batches of 50",
    jobs: { lstm: LSTM },
    judge({ lstm }) {
      const below = countOf(lstm, (run) => validationBelow(run, 0.001) <= 4000);
      const plateau = lstm.map((run) => meanLossBelow(run, 0.1));
      return {
        holds:
          below === 10 &&
          plateau.every((iteration) => iteration >= 800) &&
          validationAt(lstm[0]!, 0).toFixed(1) === "1.3",
        numbers: `${below} of 10 below 0.001; loss below 0.1 from iteration ${range(plateau, 4)}`,
      };
    },
  }),
  claim({
    id: "examples/adding/lstm-gradient-comes-back",
    says: "The LSTM's gradient stays small on the plateau; then it comes back and the loss falls within 100 batches.",
    texts: [
      exampleText(
        "10-adding-with-lstm",
        "over 99 steps it loses 7 orders of magnitude at first, and only one at the end. " +
          "On the plateau at least 4 orders are lost. " +
          "Then, within 100 iterations, the gradient comes back and the loss falls: in 10 of 10 seeds.",
      ),
      pageText(
        "An LSTM learns to add two of a hundred numbers: " +
          "the loss drops once the gradient reaches back over all hundred steps",
      ),
      walkthroughText(
        "At first, almost no gradient reaches back over all 100 steps. " +
          "When it does, after a thousand iterations or so, the loss falls.",
      ),
      walkthroughText("The loss falls below 1e-3 once the gradient reaches back over all 100 steps"),
    ],
    range: "T = 100, 32 units, forget bias 1, Adam with 0.005; rows every 20 iterations",
    jobs: { lstm: LSTM },
    judge({ lstm }) {
      const start = lstm.map((run) => ordersLost(run, 0));
      const end = lstm.map((run) => ordersLost(run, run.gradients.at(-1)!.iteration));
      const back = lstm.map((run) => gradientBackAt(run, 2));
      const falls = lstm.map((run) => meanLossBelow(run, 0.1));
      const plateau = lstm.flatMap((run, seed) => {
        const until = Math.max(back[seed]!, falls[seed]!) - EVERY;
        return run.gradients
          .filter(({ iteration }) => iteration <= until)
          .map(({ iteration }) => ordersLost(run, iteration));
      });
      return {
        holds:
          start[0]!.toFixed(0) === "7" &&
          end[0]!.toFixed(0) === "1" &&
          end.every((orders) => orders < 2) &&
          plateau.every((orders) => orders > 4) &&
          Number(median(back).toPrecision(1)) === 1000,
        numbers:
          `orders lost: ${range(start)} at first, ${range(plateau)} on the plateau, ${range(end)} at the end; ` +
          `gradient back at ${range(back, 4)}, loss below 0.1 by ${range(falls.map((at, i) => at - back[i]!))} later`,
      };
    },
  }),
  claim({
    id: "examples/adding/lstm-gates",
    says: "After training, the LSTM's input gate is more open at the marked numbers.",
    texts: [exampleText("10-adding-with-lstm", "the input gate opens at the two marked numbers.")],
    range: "the inspected sequence after training; units of the layer on average",
    jobs: { lstm: LSTM },
    judge({ lstm }) {
      const opens = (run: Run): boolean => {
        const means = gateMeans(run, "i");
        return means.filter(isMarked(run)).every((value) => value > mean(means));
      };
      return { holds: lstm.every(opens), numbers: `more open in ${countOf(lstm, opens)} of 10` };
    },
  }),
  claim({
    id: "examples/adding/gru-sooner",
    says: "A GRU is below 0.05 after 400 batches, an LSTM after 900 to 1,900.",
    texts: [
      exampleText(
        "11-adding-with-gru",
        "the validation loss is below 0.05 after 400 iterations in 10 of 10 seeds, and with the LSTM after " +
          "900 to 1,900.",
      ),
      readmeText("1.5 → below 0.001 | 10 of 10"),
    ],
    range: "T = 100, 32 units, Adam with 0.005, clip norm 1, batches of 50",
    jobs: { gru: GRU, lstm: LSTM },
    judge({ gru, lstm }) {
      const [soon, late] = [gru, lstm].map((runs) => runs.map((run) => validationBelow(run, LEARNED)));
      return {
        holds:
          soon!.every((iteration) => iteration === 400) &&
          Math.min(...late!) === 900 &&
          Math.max(...late!) === 1900 &&
          gru.every((run) => validationBelow(run, 0.001) <= 4000) &&
          validationAt(gru[0]!, 0).toFixed(1) === "1.5",
        numbers: `gru ${range(soon!, 4)}, lstm ${range(late!, 4)}`,
      };
    },
  }),
  claim({
    id: "examples/adding/gru-gradient-comes-back-first",
    says: "The GRU's gradient is back at iteration 300, when the loss is still on its plateau; at 400 it has fallen.",
    texts: [
      exampleText(
        "11-adding-with-gru",
        "over 99 steps it loses 18 orders of magnitude at first, almost as in experiment 9. It comes back " +
          "before the loss falls. At iteration 300, fewer than 3 orders are lost, " +
          "and the loss is still on its plateau, " +
          "above 0.13; at iteration 400 it is below 0.03: in 10 of 10 seeds.",
      ),
      exampleText("09-adding-with-tanh", "experiment 11 starts almost as small and recovers."),
    ],
    range: "T = 100, 32 units, PyTorch's initialization, Adam with 0.005; rows every 100 iterations",
    jobs: { gru: GRU },
    judge({ gru }) {
      const lost = [0, 300, 400].map((at) => gru.map((run) => ordersLost(run, at)));
      const losses = [300, 400].map((at) => gru.map((run) => validationAt(run, at)));
      return {
        holds:
          lost[0]![0]!.toFixed(0) === "18" &&
          lost[1]!.every((orders) => orders < 3) &&
          losses[0]!.every((loss) => loss > 0.13) &&
          losses[1]!.every((loss) => loss < 0.03),
        numbers:
          `orders lost at 0, 300, 400: ${lost.map((one) => range(one)).join(", ")}; loss ` +
          `${losses.map((one) => range(one)).join(", ")}`,
      };
    },
  }),
  claim({
    id: "examples/adding/gru-update-gate",
    says: "The update gate rises from 0.5 to 0.8, and is lower at the marked numbers.",
    texts: [
      exampleText(
        "11-adding-with-gru",
        "0.5 on average at first, and 0.8 after training. At the two marked numbers it is lower.",
      ),
    ],
    range: "the inspected sequence, units of the layer on average, when the validation loss is below 0.001",
    jobs: { gru: GRU },
    judge({ gru }) {
      const [start, end] = [0, -1].map((row) => gru.map((run) => mean(gateMeans(run, "z", row))));
      const isLower = (run: Run): boolean => {
        const means = gateMeans(run, "z");
        return means.filter(isMarked(run)).every((value) => value < mean(means));
      };
      return {
        holds:
          start!.every((value) => value.toFixed(1) === "0.5") &&
          Math.abs(median(end!) - 0.8) < 0.05 &&
          end![0]!.toFixed(1) === "0.8" &&
          gru.every(isLower),
        numbers: `${range(start!)} at first, ${range(end!)} at the end; lower in ${countOf(gru, isLower)} of 10`,
      };
    },
  }),
];

const IRNN = irnn({}, EVERY);

const IRNN_CLAIMS: Claim[] = [
  claim({
    id: "examples/adding/irnn-learns",
    says: "The IRNN ends below 0.001, from a gradient that starts nearly flat; its loss spikes.",
    texts: [
      exampleText("12-adding-with-irnn", "After 4,000 batches the validation loss is below 0.001, in 10 of 10 seeds."),
      exampleText(
        "12-adding-with-irnn",
        "nearly flat, with two thirds of it left 99 steps back (0.5 to 0.8 over ten seeds).",
      ),
      exampleText("12-adding-with-irnn", "now and then the loss jumps to ten times its value and more."),
      readmeText("3.2 → below 0.001 | 10 of 10"),
    ],
    range: "T = 100, 32 units, Adam with 0.002 and cosine annealing, clip norm 1",
    jobs: { irnn: IRNN },
    judge({ irnn: runs }) {
      const last = runs.map(finalLoss);
      const left = runs.map((run) => 10 ** -ordersLost(run, 0));
      const spikes = runs.map(({ losses }) => losses.filter((loss, i) => loss > 10 * losses[i - 1]!).length);
      return {
        holds:
          last.every((loss) => loss < 0.001) &&
          left.every((part) => part >= 0.45 && part < 0.85) &&
          Math.abs(left[0]! - 2 / 3) < 0.05 &&
          spikes.every((count) => count > 1) &&
          validationAt(runs[0]!, 0).toFixed(1) === "3.2",
        numbers: `ends at ${range(last)}; ${range(left)} of the gradient left; ${range(spikes)} spikes`,
      };
    },
  }),
  claim({
    id: "examples/adding/irnn-needs-the-clip",
    says: "Without the clip, no seed learns.",
    texts: [exampleText("12-adding-with-irnn", "Remove the clip, and 0 of 10 seeds learn it.")],
    range: "T = 100, 32 units, Adam with 0.002 and cosine annealing, 4,000 batches",
    jobs: { noClip: irnn({ "training.clip": null }, 1000) },
    judge({ noClip }) {
      const lowest = noClip.map(({ validation }) => Math.min(...validation.map(({ loss }) => loss)));
      return { holds: lowest.every((loss) => loss > LEARNED), numbers: `lowest loss ${range(lowest)}` };
    },
  }),
];

export const ADDING_CLAIMS: readonly Claim[] = [...TANH_CLAIMS, ...GATED_CLAIMS, ...IRNN_CLAIMS];
