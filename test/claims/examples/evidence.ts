/** Claims about example 21. */
import { claim, type Claim } from "../claim";
import { range } from "../measures";
import { idealThreshold } from "../psychometricFit";
import { example, overSeeds, type Run } from "../runJob";
import { exampleText, readmeText } from "./places";

const EVIDENCE = "21-evidence";

const thresholds = (runs: readonly Run[]): number[] =>
  runs.map(({ psychometric }) => psychometric?.threshold ?? Infinity);

export const EVIDENCE_CLAIMS: readonly Claim[] = [
  claim({
    id: "examples/evidence/as-good-as-an-ideal-observer",
    says: "Sixteen tanh units decide with the threshold of an observer that adds up all of the noisy evidence.",
    texts: [
      exampleText(EVIDENCE, "Two stimuli are on for two seconds, 20 steps."),
      exampleText(EVIDENCE, "a threshold of 9.5% coherence, and one that adds up all 20 steps 2.1%."),
      exampleText(EVIDENCE, "between 1.8% and 2.4% in 10 of 10 seeds, with a bias of at most 1.5%."),
      exampleText(
        EVIDENCE,
        'Then try "stimulus": 500. With a quarter of the evidence, the best threshold is twice as high.',
      ),
      readmeText("an observer that forgets none of it | 1.0 to 1.7 → 0.30 to 0.41 | 10 of 10"),
    ],
    range: "coherences up to 25.6%, 16 tanh units with orthogonal weights, Adam with 0.005, 400 batches",
    jobs: {
      runs: overSeeds({ experiment: example(EVIDENCE), psychometric: true }),
      short: overSeeds({ experiment: example(EVIDENCE, { "task.stimulus": 500 }), psychometric: true }),
    },
    judge({ runs, short }) {
      const reached = thresholds(runs);
      const biases = runs.map(({ psychometric }) => Math.abs(psychometric?.bias ?? Infinity));
      const first = runs.map(({ validation }) => validation[0]!.loss);
      const last = runs.map(({ validation }) => validation.at(-1)!.loss);
      const ideal = [idealThreshold(1).toFixed(1), idealThreshold(20).toFixed(1)].join();
      return {
        holds:
          ideal === "9.5,2.1" &&
          reached.every((threshold) => threshold > 1.8 && threshold < 2.4) &&
          biases.every((bias) => bias <= 1.5) &&
          thresholds(short).every((threshold) => Math.abs(threshold / idealThreshold(5) - 1) < 0.2) &&
          first.every((loss) => loss > 0.95 && loss < 1.75) &&
          last.every((loss) => loss > 0.295 && loss < 0.415),
        numbers:
          `thresholds ${range(reached, 3)}, biases up to ${Math.max(...biases).toFixed(2)}; with 500 ms ` +
          `${range(thresholds(short), 3)}; validation loss ${range(first, 3)} at first, ${range(last, 3)} at the end`,
      };
    },
  }),
];
