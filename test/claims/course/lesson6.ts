/** Lesson 6: seeds and luck. */
import { claim, type Claim } from "../claim";
import { countOf, range } from "../measures";
import { example, overSeeds, type Run, type RunJob } from "../runJob";
import { onPage } from "./page";

function addBits(changes: Readonly<Record<string, unknown>> = {}, seeds = 10): RunJob[] {
  const experiment = example("15-for-how-many-seeds", { sweep: undefined, ...changes });
  return overSeeds({ experiment, until: { accuracyFrom: 1 } }, seeds);
}

function isSolved({ validation }: Run): boolean {
  return validation.some(({ exactAccuracy }) => exactAccuracy === 1);
}

function successes(runs: readonly Run[]): number {
  return countOf(runs, isSolved);
}

/** Wilson's interval for a share at 95%, as "31–83%". */
function interval(count: number, of: number): string {
  const z = 1.96;
  const share = count / of;
  const middle = share + z ** 2 / (2 * of);
  const half = z * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  const percents = [middle - half, middle + half].map((end) => Math.round((100 * end) / (1 + z ** 2 / of)));
  return `${percents.join("–")}%`;
}

export const LESSON_6: readonly Claim[] = [
  claim({
    id: "course/6-only-more-units-help",
    says: "With three units 5 to 7 of ten seeds learn, whatever the rate or the number of iterations; with six all do.",
    texts: onPage(
      "Another rate changes which seeds learn, but not how many.",
      "| none | 6 |",
      "| learning rate 0.005 | 5 |",
      "| learning rate 0.05 | 6 |",
      "| 10,000 iterations | 7 |",
      "| six units | 10 |",
      "A rate of 0.005 has 5 of 10, a rate of 0.05 has 6 of 10.",
    ),
    range: "binary addition of 6 bits, tanh, Adam, batches of 100, seeds 1 to 10",
    jobs: {
      none: addBits(),
      low: addBits({ "training.optimizer.learningRate": 0.005 }),
      high: addBits({ "training.optimizer.learningRate": 0.05 }),
      long: addBits({ "training.iterations": 10_000 }),
      six: addBits({ "model.hiddenSize": 6 }),
    },
    judge({ none, low, high, long, six }) {
      const counts = [none, low, high, long, six].map(successes);
      const [before, after] = [none, high].map((runs) =>
        runs
          .filter(isSolved)
          .map(({ seed }) => seed)
          .join(" "),
      );
      return {
        holds: counts.join(" ") === "6 5 6 7 10" && before !== after,
        numbers: `${counts.join(", ")}; seeds ${before} and, with rate 0.05, ${after}`,
      };
    },
  }),
  claim({
    id: "course/6-half-of-a-hundred-seeds",
    says: "Of a hundred seeds 47 learn with three units, an interval of 38 to 57%, and all with six.",
    texts: onPage(
      'How sure is "6 of 10"? The last command trains a hundred seeds: 47 of them learn.',
      "31–83% for 6 of 10, 38–57% for 47 of 100. Ten seeds show that something works sometimes.",
      "the interval of 10 of 10 is 72–100%, which overlaps with that of 6 of 10. With a hundred seeds the difference is beyond doubt: 47 of 100 with three units, 100 of 100 with six.",
    ),
    range: "binary addition of 6 bits, tanh, Adam 0.02, 1,000 batches",
    jobs: { three: addBits({}, 100), six: addBits({ "model.hiddenSize": 6 }, 100) },
    judge({ three, six }) {
      const [few, all] = [three, six].map(successes);
      const intervals = [
        interval(successes(three.slice(0, 10)), 10),
        interval(few!, 100),
        interval(successes(six.slice(0, 10)), 10),
      ].join(", ");
      return {
        holds: few === 47 && all === 100 && intervals === "31–83%, 38–57%, 72–100%",
        numbers: `${few} and ${all} of 100; ${intervals}`,
      };
    },
  }),
  claim({
    id: "course/6-seeds-for-a-difference-of-a-tenth",
    says: "To see a difference between shares of 0.5 and 0.6 takes 188 seeds of each.",
    texts: onPage(
      "(0.5 · 0.5 + 0.6 · 0.4) / n = 0.49 / n. For a difference of 0.1 to be 1.96 standard deviations, n = 0.49 · (1.96 / 0.1)² = 188 seeds of each.",
    ),
    range: "arithmetic",
    isShort: true,
    jobs: {},
    judge() {
      const seeds = (0.5 * 0.5 + 0.6 * 0.4) * (1.96 / 0.1) ** 2;
      return { holds: Math.round(seeds) === 188, numbers: range([seeds], 4) };
    },
  }),
];
