/** Lesson 4: vanishing. */
import { claim, type Claim } from "../claim";
import { countOf, finalLoss, lossBelow, ordersLost, range, validationBelow } from "../measures";
import { example, overSeeds, type RunJob } from "../runJob";
import { ORTHOGONAL, TANH } from "../examples/adding";
import { aroundSolution, curvatures } from "./curvature";
import { onPage } from "./page";

const FILE = "06-it-vanishes";

function vanishing(changes: Readonly<Record<string, unknown>> = {}): RunJob[] {
  return overSeeds({ experiment: example(FILE, changes) });
}

/** Of the differences that the curvature is measured by. */
const STEP = 1e-5;
const RATE = "training.optimizer.learningRate";
/** Validation loss of a network that adds; always answering 1 has about 0.167. */
const LEARNED = 0.05;

export const LESSON_4: readonly Claim[] = [
  claim({
    id: "course/4-five-times-the-rate-learns-and-leaves",
    says: "What the vanished gradient seems to stop is done by five times the rate, which then is too large to stay.",
    texts: onPage(
      "In 800 iterations of gradient descent with a rate of 1e-5 the loss falls from 238 to 226.",
      "With 5e-5 the loss of all ten seeds falls below 1, between iteration 247 and 540, but only one of them is still below 1 at the end. With 1e-4 none gets below 1, and nine diverge. With 1e-5 none gets below 1 in 800 iterations.",
    ),
    range: "T = 30, start 0.5 and 0.3, plain gradient descent",
    isShort: true,
    jobs: { slow: vanishing(), right: vanishing({ [RATE]: 5e-5 }), fast: vanishing({ [RATE]: 1e-4 }) },
    judge({ slow, right, fast }) {
      const at = right.map((run) => lossBelow(run, 1));
      const staying = countOf(right, (run) => finalLoss(run) < 1);
      const diverged = countOf(fast, ({ result }) => result === "diverged");
      const [first] = slow;
      return {
        holds:
          first!.losses[0]!.toFixed(0) === "238" &&
          finalLoss(first!).toFixed(0) === "226" &&
          [...slow, ...fast].every((run) => lossBelow(run, 1) === Infinity) &&
          range(at, 3) === "247 to 540" &&
          staying === 1 &&
          diverged === 9,
        numbers: `1e-5 ends at ${range(slow.map(finalLoss), 3)}; 5e-5 is below 1 at ${range(at, 3)}, ${staying} at the end; 1e-4: ${diverged} diverge`,
      };
    },
  }),
  claim({
    id: "course/4-rprop-and-adam-learn-at-once",
    says: "Rprop and Adam bring the loss below 1 within 61 iterations from the same start.",
    texts: onPage(
      "Rprop is below 1 at iteration 37 and stays there, and Adam with a rate of 0.01 at iteration 61, both with all ten seeds.",
    ),
    range: "T = 30, start 0.5 and 0.3, 800 iterations",
    isShort: true,
    jobs: {
      rprop: vanishing({ "training.optimizer": { kind: "rprop" } }),
      adam: vanishing({ "training.optimizer": { kind: "adam", learningRate: 0.01 } }),
    },
    judge({ rprop, adam }) {
      const [rpropAt, adamAt] = [rprop, adam].map((runs) => range(runs.map((run) => lossBelow(run, 1))));
      return {
        holds: rpropAt === "37" && adamAt === "61" && [...rprop, ...adam].every((run) => finalLoss(run) < 1),
        numbers: `below 1 at ${rpropAt} and ${adamAt}; at the end ${range(rprop.map(finalLoss))} and ${range(adam.map(finalLoss))}`,
      };
    },
  }),
  claim({
    id: "course/4-the-gradient-of-the-weights-does-not-vanish",
    says: "The gradient of the two weights has a norm of 22 to 32 at the start and rises above 1,400 on the way.",
    texts: onPage(
      "The gradient norm of the weights is 22 to 32 at the start.",
      "on the way, the gradient norm rises above 1,400.",
    ),
    range: "T = 30, start 0.5 and 0.3, rate 5e-5",
    isShort: true,
    jobs: { runs: vanishing({ [RATE]: 5e-5 }) },
    judge({ runs }) {
      const first = runs.map(({ gradientNorms }) => gradientNorms[0]!);
      const largest = runs.map((run) => Math.max(...run.gradientNorms.subarray(0, lossBelow(run, 1))));
      return {
        holds: range(first) === "22 to 32" && largest.every((norm) => norm > 1400),
        numbers: `${range(first)}, then up to ${range(largest)}`,
      };
    },
  }),
  claim({
    id: "course/4-the-valley-is-too-steep-for-the-rate-that-finds-it",
    says: "At the solution a rate below 2e-5 settles.",
    texts: onPage(
      "a rate settles below 2 / 99,000 = 2e-5 (the curvature is 89,000 to 121,000 for ten seeds). 1e-5 is below that, 5e-5 is not.",
    ),
    range: "T = 30, one linear unit",
    isShort: true,
    jobs: { curvature: aroundSolution(FILE, STEP) },
    judge({ curvature }) {
      const lambdas = curvatures(curvature, STEP);
      const average = lambdas.reduce((sum, lambda) => sum + lambda, 0) / lambdas.length;
      return {
        holds: lambdas.every((lambda) => lambda > 89e3 && lambda < 121e3) && Math.round(average / 1000) === 99,
        numbers: `${range(lambdas, 4)}, average ${average.toPrecision(3)}`,
      };
    },
  }),
  claim({
    id: "course/4-a-living-gradient-does-not-suffice",
    says: "Orthogonal weights keep the gradient of a tanh network alive, and learning still needs thousands of batches.",
    texts: onPage(
      "At iteration 0 its gradient loses more than 20 powers of ten over 99 steps. With orthogonal recurrent weights it loses 3 to 5.",
      "In 4,000 batches one of ten seeds does, at 3,400. With 10,000 batches six do, the other five at 5,000 to 9,500.",
      "for the first 1,500 batches the loss of all ten seeds is still that of a constant answer.",
    ),
    range: "adding, T = 100, 32 units; orthogonal with rate 0.001, PyTorch's start with 0.005",
    jobs: { orthogonal: ORTHOGONAL, pytorch: TANH },
    judge({ orthogonal, pytorch }) {
      const [kept, lost] = [orthogonal, pytorch].map((runs) => runs.map((run) => ordersLost(run, 0)));
      const at = orthogonal.map((run) => validationBelow(run, LEARNED));
      const plateau = orthogonal.map(({ validation }, i) => {
        const { loss } = validation.find(({ iteration }) => iteration === 1500)!;
        return loss / pytorch[i]!.baselines.find(({ name }) => name === "best-constant")!.loss;
      });
      const learned = at.filter((one) => one < Infinity).sort((a, b) => a - b);
      return {
        holds:
          kept!.every((orders) => orders > 2.5 && orders < 5.5) &&
          lost!.every((orders) => orders > 20) &&
          plateau.every((share) => share > 0.95 && share < 1.05) &&
          learned.join(" ") === "3400 5000 5000 5800 8400 9500",
        numbers: `orders lost ${range(kept!)} against ${range(lost!)}; at 1,500 ${range(plateau, 3)} of a constant; below ${LEARNED} at ${at.join(" ")}`,
      };
    },
  }),
];
