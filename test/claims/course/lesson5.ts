/** Lesson 5: gates. */
import { claim, type Claim } from "../claim";
import { ordersLost, range, validationBelow } from "../measures";
import { example, overSeeds, type Run, type RunJob } from "../runJob";
import { GRU, LSTM, TANH } from "../examples/adding";
import { onPage } from "./page";

/** Validation loss of a network that adds; always answering 1 has about 0.167. */
const LEARNED = 0.05;

/** Ends once the network adds. */
function adding(name: string, changes: Readonly<Record<string, unknown>>): RunJob[] {
  return overSeeds({ experiment: example(name, changes), gradientAt: [0], until: { validationBelow: LEARNED } });
}

const learnedAt = (runs: readonly Run[]): number[] => runs.map((run) => validationBelow(run, LEARNED));

export const LESSON_5: readonly Claim[] = [
  claim({
    id: "course/5-the-gradient-at-the-start-does-not-predict-the-order",
    says: "A GRU starts with a far smaller gradient than an LSTM and learns sooner; tanh does not learn in 4,000 batches.",
    texts: onPage(
      "by 24 powers of ten in the tanh network (example 9), by 18 in the GRU (example 11), and by 7 in the LSTM (example 10). Which of them learn within 4,000 batches",
      "the validation loss of all ten seeds is below 0.05 at iteration 400. The LSTM follows at 900 to 1,900, with all ten seeds. The tanh network stays on the plateau for 4,000 batches, with all ten seeds.",
      "the GRU starts with 16 to 21 powers of ten lost, the LSTM with 5 to 9.",
    ),
    range: "adding, T = 100, 32 units, Adam 0.005, clip 1; tanh with PyTorch's start, LSTM with a forget bias of 1",
    jobs: { tanh: TANH, gru: GRU, lstm: LSTM },
    judge({ tanh, gru, lstm }) {
      const [tanhAt, gruAt, lstmAt] = [tanh, gru, lstm].map(learnedAt);
      const [tanhLost, gruLost, lstmLost] = [tanh, gru, lstm].map((runs) => runs.map((run) => ordersLost(run, 0)));
      return {
        holds:
          tanhAt!.every((at) => at === Infinity) &&
          gruAt!.every((at) => at === 400) &&
          lstmAt!.every((at) => at >= 900 && at <= 1900) &&
          gruLost!.every((orders) => orders > 16 && orders < 21) &&
          lstmLost!.every((orders) => orders > 5 && orders < 9) &&
          [tanhLost, gruLost, lstmLost].map((orders) => orders![0]!.toFixed(0)).join() === "24,18,7",
        numbers: `lost ${range(tanhLost!, 3)}, ${range(gruLost!, 3)}, ${range(lstmLost!, 3)}; learned at ${range(tanhAt!)}, ${range(gruAt!)}, ${range(lstmAt!)}`,
      };
    },
  }),
  claim({
    id: "course/5-the-gradient-comes-back-first",
    says: "At iteration 200 most of the gradient of a GRU has come back, and the loss is still that of a constant answer.",
    texts: onPage(
      "| Iteration | 0 | 100 | 200 | 300 | 400 |",
      "| Gradient 99 steps back, relative to the last step | 6e-19 | 3e-9 | 5e-6 | 0.01 | 0.2 |",
      "| Validation loss | 1.5 | 0.151 | 0.150 | 0.146 | 0.018 |",
      "At iteration 200 the gradient has gained at least 12 powers of ten in all ten seeds, while the loss of none is more than 5% below that of the best constant answer.",
    ),
    range: "adding, T = 100, GRU of 32 units, Adam 0.005, clip 1",
    jobs: { runs: GRU, tanh: TANH },
    judge({ runs, tanh }) {
      const [first] = runs;
      const ratios = first!.gradients
        .slice(0, 5)
        .map(({ norms }) => Number((norms[1]! / norms.at(-1)!).toPrecision(1)));
      const gained = runs.map((run) => ordersLost(run, 0) - ordersLost(run, 200));
      const relative = runs.map(({ validation }, i) => {
        const { loss } = validation.find(({ iteration }) => iteration === 200)!;
        // The same sequences as those of tanh, so the same constant.
        return loss / tanh[i]!.baselines.find(({ name }) => name === "best-constant")!.loss;
      });
      const losses = first!.validation
        .slice(0, 5)
        .map(({ loss }) => loss.toFixed(3))
        .join(" ");
      return {
        holds:
          ratios.join() === "6e-19,3e-9,0.000005,0.01,0.2" &&
          losses.slice(6) === "0.151 0.150 0.146 0.018" &&
          gained.every((orders) => orders >= 12) &&
          relative.every((share) => share > 0.95),
        numbers: `seed 1: ${ratios.join(" ")}, ${losses}; gained at 200: ${range(gained, 3)}, loss over that of a constant ${range(relative, 3)}`,
      };
    },
  }),
  claim({
    id: "course/5-late-steps-open-the-gates",
    says: "A GRU whose gradient is cut after 5 steps still learns to add numbers up to 99 steps apart.",
    texts: onPage(
      "First set `truncate` to 5 in the training block of example 11: backpropagation then stops after 5 steps, and no gradient ever reaches the early steps. Can the network still learn to add two numbers that are up to 99 steps apart?",
      "all ten seeds learn, only 200 to 400 batches later. The validation loss is below 0.05 at iteration 600 to 800. The last 5 steps suffice to learn that z should keep the state, and a state that is kept carries the early numbers to the last 5 steps.",
    ),
    range: "adding, T = 100, GRU of 32 units, Adam 0.005, clip 1, 1,000 batches",
    jobs: { gru: adding("11-adding-with-gru", { "training.truncate": 5, "training.iterations": 1000 }) },
    judge({ gru }) {
      const at = learnedAt(gru);
      return { holds: at.every((iteration) => iteration >= 600 && iteration <= 800), numbers: range(at) };
    },
  }),
  claim({
    id: "course/5-open-gates-learn-sooner",
    says: "With the chrono initialization an LSTM learns by iteration 600, and a GRU no sooner than without.",
    texts: onPage(
      "the gradient of the LSTM loses 3 powers of ten at iteration 0 instead of 5 to 9, and all ten seeds learn at iteration 400 to 600 instead of 900 to 1,900.",
      "loses less than one power of ten at iteration 0, and still learns at 400 to 500.",
    ),
    range: "adding, T = 100, 32 units, Adam 0.005, clip 1, 1,000 batches",
    jobs: {
      lstm: adding("10-adding-with-lstm", { "model.init.forgetBias": "chrono", "training.iterations": 1000 }),
      gru: adding("11-adding-with-gru", { "model.init.forgetBias": "chrono", "training.iterations": 1000 }),
    },
    judge({ lstm, gru }) {
      const [at, gruAt] = [lstm, gru].map(learnedAt);
      const [lost, gruLost] = [lstm, gru].map((runs) => runs.map((run) => ordersLost(run, 0)));
      return {
        holds:
          at!.every((iteration) => iteration >= 400 && iteration <= 600) &&
          gruAt!.every((iteration) => iteration >= 400 && iteration <= 500) &&
          lost!.every((orders) => orders.toFixed(0) === "3") &&
          gruLost!.every((orders) => orders < 1),
        numbers: `learned at ${range(at!)} and ${range(gruAt!)}, ${range(lost!)} and ${range(gruLost!)} orders lost`,
      };
    },
  }),
];
