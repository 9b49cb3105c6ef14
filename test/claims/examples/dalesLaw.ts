/** Claims about example 19. */
import { claim, type Claim } from "../claim";
import { countOf, range } from "../measures";
import type { FixedPointCounts } from "../fixedPointCounts";
import { example, overSeeds, type Run } from "../runJob";
import { exampleText, readmeText } from "./places";

const DALES_LAW = "19-dales-law";
const [START, END] = [0, 400];

const isForgetting = ({ stable, saddles }: FixedPointCounts): boolean => stable === 1 && saddles === 0;
const isSquare = ({ stable, saddles, signs }: FixedPointCounts): boolean =>
  stable === 4 && signs.length === 4 && saddles > 0;

export const DALES_LAW_CLAIMS: readonly Claim[] = [
  claim({
    id: "examples/dales-law/square",
    says: "Forty leaky units with Dale's law that learn to hold two bits have one stable point at first, and then four.",
    texts: [
      exampleText(DALES_LAW, "It holds two bits with Dale's law."),
      exampleText(
        DALES_LAW,
        "Here the first 32 of 40 units send weights of 0 or above, the other 8 weights of 0 or below",
      ),
      exampleText(DALES_LAW, "at each step of 20 ms, a unit with a time constant of 50 ms keeps 0.6 of its rate"),
      exampleText(DALES_LAW, "without that, one large eigenvalue would saturate all units"),
      exampleText(DALES_LAW, "four stable points, one for each combination of the bits, in 9 of 10 seeds"),
      exampleText(DALES_LAW, "At iteration 0 there is one."),
      readmeText(
        "leaky units with Dale's law and noise learn to hold two bits: four stable points | 1.0 → below 0.05 | 9 of 10",
      ),
    ],
    range:
      "flip-flop of two bits over 40 steps, 40 leaky retanh units, 32 of them excitatory, Adam with 0.01, 400 batches",
    jobs: { runs: overSeeds({ experiment: example(DALES_LAW), fixedPointsAt: [START, END] }) },
    judge({ runs }) {
      const at = (run: Run, iteration: number): FixedPointCounts =>
        run.fixedPoints.find((one) => one.iteration === iteration)!;
      const first = runs.map(({ validation }) => validation[0]!.loss);
      const last = runs.map(({ validation }) => validation.at(-1)!.loss);
      const forgetting = countOf(runs, (run) => isForgetting(at(run, START)));
      const squares = countOf(runs, (run) => isSquare(at(run, END)));
      return {
        holds:
          forgetting === 10 && squares === 9 && last.every((loss) => loss < 0.05) && first[0]!.toFixed(1) === "1.0",
        numbers:
          `${forgetting} forget at first, ${squares} end with a square; ${range(runs.map((run) => at(run, END).saddles))} ` +
          `saddles; validation loss ${range(first)} at first, ${range(last)} at the end`,
      };
    },
  }),
];
