/** What the help texts of schedules and of clipping claim. */
import { claim, type Claim } from "../claim";
import { countOf, finalLoss, range } from "../measures";
import { example, overSeeds } from "../runJob";
import { help } from "./texts";

const cycle = (changes = {}) => overSeeds({ experiment: example("04-limit-cycle", changes) });

export const SCHEDULE_CLAIMS: readonly Claim[] = [
  claim({
    id: "schedules/decay-ends-oscillation",
    says: "A loss that oscillates at a constant rate falls below 0.01 if the rate decays in steps, exponentially, or to 0 by a cosine.",
    texts: help(
      "Helps an oscillating loss converge.",
      "Decay it toward the end if the loss oscillates.",
      "With 0, an oscillating loss settles.",
      "If the loss oscillates, try a lower learning rate.",
    ),
    range:
      "example 4: sgd 0.1 with a clip norm of 1, 1,000 iterations; step 333 and 0.1, exponential 0.99, cosine to 0, constant 0.001 for 10,000; two of ten seeds end far from the minimum whatever the rate",
    isShort: true,
    jobs: {
      constant: cycle(),
      step: cycle({ "training.schedule": { kind: "step", stepSize: 333, gamma: 0.1 } }),
      exponential: cycle({ "training.schedule": { kind: "exponential", gamma: 0.99 } }),
      cosine: cycle({ "training.schedule": { kind: "cosine" } }),
      lower: cycle({ "training.optimizer.learningRate": 0.001, "training.iterations": 10_000 }),
    },
    judge({ constant, step, exponential, cosine, lower }) {
      const settled = [constant, step, exponential, cosine, lower].map((runs) =>
        countOf(runs, (run) => finalLoss(run) < 0.01),
      );
      return {
        holds: settled[0] === 0 && settled.slice(1).every((count) => count >= 8),
        numbers: `below 0.01 of 10: constant ${settled[0]}, step ${settled[1]}, exponential ${settled[2]}, cosine ${settled[3]}, lower ${settled[4]}`,
      };
    },
  }),
  claim({
    id: "schedules/exponential-half-life",
    says: "A factor of 0.999 halves the rate in about 700 iterations.",
    texts: help("0.999 halves it in about 700 iterations."),
    range: "arithmetic",
    isShort: true,
    jobs: {},
    judge() {
      const iterations = Math.log(0.5) / Math.log(0.999);
      return { holds: Math.round(iterations / 100) === 7, numbers: iterations.toFixed(0) };
    },
  }),
  claim({
    id: "clipping/clipped-updates-do-not-settle",
    says: "While nearly all updates are clipped, all have the same size, and the loss stays above 0.1.",
    texts: help("All updates have the same size, so the run cannot converge."),
    range: "example 4 over 1,000 iterations: sgd 0.1, clip norm 1, clipped in nine of ten iterations or more",
    isShort: true,
    jobs: { constant: cycle() },
    judge({ constant }) {
      const shares = constant.map(
        ({ gradientNorms }) => gradientNorms.filter((norm) => norm > 1).length / gradientNorms.length,
      );
      const lowest = constant.map(({ losses }) => Math.min(...losses));
      return {
        holds: lowest.every((loss) => loss > 0.1) && shares.every((share) => share > 0.9),
        numbers: `clipped ${range(shares)}, lowest loss ${range(lowest)}`,
      };
    },
  }),
];
