/** Claims about the text of example 13. */
import { claim, type Claim } from "../claim";
import { countOf, range } from "../measures";
import { example, overSeeds, type Run } from "../runJob";
import { exampleText, readmeText } from "./places";

/** Every so many iterations, as the example records its rows, the accuracy of the batch is known. */
const EVERY = 5;

/** Memorized: more than 19 of 20 predictions of a batch are correct. */
function isMemorized({ result }: Run): boolean {
  return result === "stopped";
}

export const TEXT_CLAIMS: readonly Claim[] = [
  claim({
    id: "examples/text/nearly-memorized",
    says: "Within 500 batches, more than 19 of 20 predictions of a batch are correct; not with a rate of 0.003.",
    texts: [
      exampleText(
        "13-text",
        "Within 500 batches, more than 19 of 20 predictions are correct, in 10 of 10 seeds: it has nearly " +
          "memorized the text. With a learning rate of 0.003, 0 of 10 get there in 800 batches.",
      ),
      exampleText("13-text", "it starts at ln 33 = 3.5, when all 33 characters are equally likely."),
    ],
    range: "weather-words.txt, an LSTM with 48 units, Adam with 0.01 and 0.003",
    jobs: {
      runs: overSeeds({ experiment: example("13-text"), gradientEvery: EVERY, until: { accuracyFrom: 0.95 } }),
      slow: overSeeds({
        experiment: example("13-text", { "training.optimizer.learningRate": 0.003 }),
        gradientEvery: EVERY,
        until: { accuracyFrom: 0.95 },
      }),
    },
    judge({ runs, slow }) {
      const at = runs.map(({ iterations }) => iterations);
      return {
        holds:
          countOf(runs, isMemorized) === 10 &&
          at.every((iteration) => iteration <= 500) &&
          countOf(slow, isMemorized) === 0 &&
          [...runs, ...slow].every(({ losses }) => losses[0]!.toFixed(1) === Math.log(33).toFixed(1)),
        numbers:
          `${countOf(runs, isMemorized)} of 10 at ${range(at, 3)}; with 0.003: ${countOf(slow, isMemorized)} ` +
          "of 10",
      };
    },
  }),
  claim({
    id: "examples/text/loss-at-the-end",
    says: "After 800 batches the training loss is below 0.25.",
    texts: [readmeText("3.5 → below 0.25 (training) | 10 of 10")],
    range: "weather-words.txt, an LSTM with 48 units, Adam with 0.01, 800 batches",
    jobs: { runs: overSeeds({ experiment: example("13-text") }) },
    judge({ runs }) {
      const last = runs.map(({ losses }) => losses.at(-1)!);
      return {
        holds: last.every((loss) => loss < 0.25) && runs.every(({ losses }) => losses[0]!.toFixed(1) === "3.5"),
        numbers: `ends at ${range(last)}`,
      };
    },
  }),
];
