/** Claims about binary addition: the examples 08 and 15. */
import { claim, type Claim } from "../claim";
import { countOf, finalLoss, range } from "../measures";
import { example, overSeeds, type Run, type RunJob } from "../runJob";
import { exampleText, readmeText } from "./places";

/** First iteration at which every sum of the validation set is correct; Infinity if there is none. */
function solvedAt({ validation }: Run): number {
  return validation.find(({ exactAccuracy }) => exactAccuracy === 1)?.iteration ?? Infinity;
}

function isSolved(run: Run): boolean {
  return solvedAt(run) < Infinity;
}

/** The sweep of example 15, with other settings. */
function sweep(changes: Readonly<Record<string, unknown>>, seeds: number): RunJob[] {
  const experiment = example("15-for-how-many-seeds", { sweep: undefined, ...changes });
  return overSeeds({ experiment, until: { accuracyFrom: 1 } }, seeds);
}

const HUNDRED = 100;
const FIFTY = 50;

export const BINARY_ADDITION_CLAIMS: readonly Claim[] = [
  claim({
    id: "examples/binary-addition/three-units",
    says: "With three units, 7 of the seeds 1 to 10 learn to add, and these make no mistake on 30 bits.",
    texts: [
      exampleText(
        "08-binary-addition",
        "After 2,000 batches of 100 sequences it makes no mistake on additions that it was not trained on, " +
          "and none on numbers of 30 bits.",
      ),
      exampleText(
        "08-binary-addition",
        "most of the improvement comes at once, in the first 300 batches, when the network discovers the carry.",
      ),
      exampleText(
        "08-binary-addition",
        "Of the seeds 1 to 10, 7 learn the carry, and all of these add numbers of 30 bits, too.",
      ),
      readmeText("0.70 → 0.001 | 7 of 10"),
    ],
    range: "three tanh units, Adam with 0.02, 6 bits, 2,000 batches; 200 new sums of 30 bits",
    jobs: { runs: overSeeds({ experiment: example("08-binary-addition"), lengths: [30] }) },
    judge({ runs }) {
      const solved = runs.filter((run) => run.validation.at(-1)!.exactAccuracy === 1);
      const [shown] = runs.filter(({ seed }) => seed === 4) as [Run];
      const jump = [50, 300].map((at) => shown.validation.find(({ iteration }) => iteration === at)!.exactAccuracy);
      const long = solved.map(({ lengths: [first] }) => first!.exactAccuracy);
      return {
        holds:
          solved.length === 7 &&
          solved.includes(shown) &&
          long.every((accuracy) => accuracy === 1) &&
          jump[0]! < 0.05 &&
          jump[1]! > 0.95 &&
          shown.validation[0]!.loss.toFixed(2) === "0.70" &&
          finalLoss(shown).toFixed(3) === "0.001",
        numbers:
          `${solved.length} of 10; 30 bits: ${range(long)}; seed 4 from ${jump[0]} to ${jump[1]} between 50 ` +
          "and 300",
      };
    },
  }),
  claim({
    id: "examples/binary-addition/room-of-three-units",
    says: "Of a hundred seeds 0, 47, 79 and 100 learn to add with two, three, four and six units.",
    texts: [
      exampleText(
        "15-for-how-many-seeds",
        "train it with a hundred seeds: in seconds you see that 47 of them succeed.",
      ),
      exampleText("15-for-how-many-seeds", "46 of the 47 do so in the first 300 updates."),
      exampleText("15-for-how-many-seeds", "over [2, 3, 4, 6] instead: 0, 47, 79 and 100 of a hundred seeds do."),
      readmeText("about half of a hundred seeds learn to add | | 47 of 100"),
    ],
    range: "tanh units, Adam with 0.02, 6 bits, 1,000 updates",
    jobs: {
      two: sweep({ "model.hiddenSize": 2 }, HUNDRED),
      three: sweep({}, HUNDRED),
      four: sweep({ "model.hiddenSize": 4 }, HUNDRED),
      six: sweep({ "model.hiddenSize": 6 }, HUNDRED),
    },
    judge({ two, three, four, six }) {
      const solved = [two, three, four, six].map((runs) => countOf(runs, isSolved));
      const early = countOf(three, (run) => solvedAt(run) <= 300);
      return {
        holds: solved.join(" ") === "0 47 79 100" && early === 46,
        numbers: `${solved.join(", ")} of 100; with three units ${early} by update 300`,
      };
    },
  }),
  claim({
    id: "examples/binary-addition/rate-and-optimizer-change-little",
    says: "With other rates, RMSprop, or ten times the updates, 21 to 27 of 50 seeds learn to add.",
    texts: [
      exampleText(
        "15-for-how-many-seeds",
        "Another learning rate (0.005 or 0.05), another optimizer (RMSprop) or ten times as many updates " +
          "change little: 21 to 27 of 50 seeds learn it.",
      ),
    ],
    range:
      "three tanh units, 6 bits; Adam with 0.005 and 0.05, RMSprop with 0.005 and 0.02, Adam with 0.02 for " +
      "10,000 updates",
    jobs: {
      slower: sweep({ "training.optimizer.learningRate": 0.005 }, FIFTY),
      faster: sweep({ "training.optimizer.learningRate": 0.05 }, FIFTY),
      slowRmsprop: sweep({ "training.optimizer": { kind: "rmsprop", learningRate: 0.005 } }, FIFTY),
      rmsprop: sweep({ "training.optimizer": { kind: "rmsprop", learningRate: 0.02 } }, FIFTY),
      longer: sweep({ "training.iterations": 10_000 }, FIFTY),
    },
    judge({ slower, faster, slowRmsprop, rmsprop, longer }) {
      const solved = [slower, faster, slowRmsprop, rmsprop, longer].map((runs) => countOf(runs, isSolved));
      return { holds: range(solved) === "21 to 27", numbers: `${solved.join(", ")} of 50` };
    },
  }),
];
