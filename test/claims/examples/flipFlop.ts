/** Claims about example 18. */
import { claim, type Claim } from "../claim";
import { countOf, range } from "../measures";
import type { FixedPointCounts } from "../fixedPointCounts";
import { example, overSeeds, type Run } from "../runJob";
import { exampleText, readmeText } from "./places";

const FLIP_FLOP = "18-flip-flop";
const [START, EARLY, LATER, END] = [0, 50, 200, 400];

const isForgetting = ({ stable, saddles }: FixedPointCounts): boolean => stable === 1 && saddles === 0;
const isCube = ({ stable, saddles, signs }: FixedPointCounts): boolean =>
  stable === 8 && signs.length === 8 && saddles > 0;

export const FLIP_FLOP_CLAIMS: readonly Claim[] = [
  claim({
    id: "examples/flip-flop/cube",
    says: "Sixteen tanh units that learn to hold three bits have one stable point at first, and then eight.",
    texts: [
      exampleText(FLIP_FLOP, "Each of three inputs has pulses of 1 and -1, and each output is the last pulse"),
      exampleText(FLIP_FLOP, "has learned this has to hold three bits"),
      exampleText(FLIP_FLOP, "one of eight stable points, one for each combination of the bits"),
      exampleText(FLIP_FLOP, "At iterations 0 and 50 there is a single stable point, where every state ends"),
      exampleText(FLIP_FLOP, "At iteration 200 there are eight: in 10 of 10 seeds."),
      readmeText("one stable point becomes eight, the corners of a cube | 1.0 → below 0.01 | 10 of 10"),
    ],
    range: "flip-flop of three bits over 40 steps, 16 tanh units, Adam with 0.01, 400 batches",
    jobs: { runs: overSeeds({ experiment: example(FLIP_FLOP), fixedPointsAt: [START, EARLY, LATER, END] }) },
    judge({ runs }) {
      const at = (run: Run, iteration: number): FixedPointCounts =>
        run.fixedPoints.find((one) => one.iteration === iteration)!;
      const first = runs.map(({ validation }) => validation[0]!.loss);
      const last = runs.map(({ validation }) => validation.at(-1)!.loss);
      const forgetting = countOf(runs, (run) => [START, EARLY].every((iteration) => isForgetting(at(run, iteration))));
      const cubes = countOf(runs, (run) => [LATER, END].every((iteration) => isCube(at(run, iteration))));
      return {
        holds: forgetting === 10 && cubes === 10 && last.every((loss) => loss < 0.01) && first[0]!.toFixed(1) === "1.0",
        numbers:
          `${forgetting} forget at first, ${cubes} end with a cube; ${range(runs.map((run) => at(run, END).saddles))} ` +
          `saddles; validation loss ${range(first)} at first, ${range(last)} at the end`,
      };
    },
  }),
];
