/** Lesson 2: explosion. */
import { claim, type Claim } from "../claim";
import { countOf, finalLoss, range } from "../measures";
import { example, overSeeds, type Run, type RunJob } from "../runJob";
import { onPage } from "./page";

function descent(learningRate: number, changes: Readonly<Record<string, unknown>> = {}): RunJob[] {
  const experiment = example("02-it-explodes", { "training.optimizer.learningRate": learningRate, ...changes });
  return overSeeds({ experiment });
}

/** Whether all losses at the end are in the range that the page names. */
function endWithin(runs: readonly Run[], low: number, high: number): boolean {
  return runs.every((run) => finalLoss(run) >= low && finalLoss(run) <= high);
}

const HALF_LENGTH = { "task.length": 5, "training.iterations": 5000 };

export const LESSON_2: readonly Claim[] = [
  claim({
    id: "course/2-large-rates-diverge",
    says: "Gradient descent with a rate of 1e-6 or more diverges by iteration 4.",
    texts: onPage("| 1e-6, 1e-5, 1e-4, 0.001 | ∞: all ten diverge, by iteration 4 |"),
    range: "start -1.5 and 2, T = 10",
    isShort: true,
    jobs: { runs: [1e-6, 1e-5, 1e-4, 0.001].flatMap((rate) => descent(rate)) },
    judge: ({ runs }) => ({
      holds: runs.every(({ result, iterations }) => result === "diverged" && iterations <= 4),
      numbers: `${countOf(runs, ({ result }) => result === "diverged")} of ${runs.length} diverge, at iteration ${range(runs.map(({ iterations }) => iterations))}`,
    }),
  }),
  claim({
    id: "course/2-no-rate-converges",
    says: "After 500 iterations no rate is near the loss of the best constant.",
    texts: onPage(
      "The losses of ten seeds after 500 iterations:",
      "| 5e-7 | 24 to 50 |",
      "| 3e-7 | 28 to 49 |",
      "| 1e-7 | 200 to 330 |",
      "| 1e-8 | 2,100 to 2,500 |",
      "The best constant answer has a loss between 0.9 and 3.5, depending on the seed.",
    ),
    range: "start -1.5 and 2, T = 10",
    isShort: true,
    jobs: {
      at5e7: descent(5e-7),
      at3e7: descent(3e-7),
      at1e7: descent(1e-7),
      at1e8: descent(1e-8),
      constants: overSeeds({ experiment: example("02-it-explodes"), baselines: true }),
    },
    judge({ at5e7, at3e7, at1e7, at1e8, constants }) {
      const constant = constants.map(({ baselines }) => baselines.find(({ name }) => name === "best-constant")!.loss);
      return {
        holds:
          endWithin(at5e7, 24, 50) &&
          endWithin(at3e7, 28, 49) &&
          endWithin(at1e7, 200, 330) &&
          endWithin(at1e8, 2100, 2500) &&
          constant.every((loss) => loss > 0.9 && loss < 3.5),
        numbers: `${[at5e7, at3e7, at1e7, at1e8].map((runs) => range(runs.map(finalLoss), 3)).join(", ")}; constant ${range(constant)}`,
      };
    },
  }),
  claim({
    id: "course/2-patience-does-not-help",
    says: "After 200,000 iterations the lowest loss is 15.",
    texts: onPage("after 200,000 iterations the lowest loss of all ten seeds at 5e-7, 3e-7 and 1e-7 is 15."),
    range: "start -1.5 and 2, T = 10",
    jobs: { runs: [5e-7, 3e-7, 1e-7].flatMap((rate) => descent(rate, { "training.iterations": 200_000 })) },
    judge({ runs }) {
      const lowest = Math.min(...runs.map(finalLoss));
      return { holds: lowest > 14.5 && lowest < 15.5, numbers: `lowest ${lowest.toPrecision(3)}` };
    },
  }),
  claim({
    id: "course/2-gradients-differ-too-much",
    says: "One step leads from a gradient norm of millions to one below 100.",
    texts: onPage(
      "At the start, u = 2, the gradient norm is 4 to 9 million. A rate of 3e-7 makes a step of about 2 of it",
      "Where this step ends, the gradient norm is 5 to 81, and the same rate makes steps shorter than 0.00003.",
    ),
    range: "start -1.5 and 2, T = 10, rate 3e-7",
    isShort: true,
    jobs: { runs: descent(3e-7) },
    judge({ runs }) {
      const [first, second] = [0, 1].map((iteration) => runs.map(({ gradientNorms }) => gradientNorms[iteration]!));
      const steps = first!.map((norm) => norm * 3e-7);
      return {
        holds:
          first!.every((norm) => norm > 4e6 && norm < 9e6) &&
          steps.every((step) => step > 1.3 && step < 2.7) &&
          second!.every((norm) => norm > 5 && norm < 81.5 && norm * 3e-7 < 3e-5),
        numbers: `${range(first!)}, a step of ${range(steps)}, then ${range(second!)}`,
      };
    },
  }),
  claim({
    id: "course/2-half-the-length-has-a-rate",
    says: "With 5 bits a rate of 0.0003 converges, and the first gradient norm is about 2,048 times smaller.",
    texts: onPage(
      "With the seed in the file the gradient norm falls from 5.03e6 to 2,470, by 2,035.",
      "Now 0.0003 works: all ten seeds end below 0.001. The range is narrow: at 0.01 all ten diverge, at 1e-5 all ten are still above 8.",
    ),
    range: "start -1.5 and 2, T = 5, 5,000 iterations",
    isShort: true,
    jobs: {
      long: descent(3e-7),
      right: descent(3e-4, HALF_LENGTH),
      high: descent(0.01, HALF_LENGTH),
      low: descent(1e-5, HALF_LENGTH),
    },
    judge({ long, right, high, low }) {
      const ratio = long[0]!.gradientNorms[0]! / right[0]!.gradientNorms[0]!;
      return {
        holds:
          Math.round(ratio) === 2035 &&
          right.every((run) => finalLoss(run) < 0.001) &&
          high.every(({ result }) => result === "diverged") &&
          low.every((run) => finalLoss(run) > 8),
        numbers: `ratio ${ratio.toPrecision(4)}; ${range(right.map(finalLoss))}, ${countOf(high, ({ result }) => result === "diverged")} diverge, ${range(low.map(finalLoss))}`,
      };
    },
  }),
];
