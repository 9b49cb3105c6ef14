/** Lesson 3: clipping. */
import { claim, type Claim } from "../claim";
import { countOf, finalLoss, lossBelow, range } from "../measures";
import { example, overSeeds, type RunJob } from "../runJob";
import { aroundSolution, curvatures } from "./curvature";
import { onPage } from "./page";

const BY_NORM = "03-clipping-saves-it";
const CONVERGED = 0.01;
/** Of the differences that the curvature is measured by. */
const STEP = 1e-4;

function byNorm(learningRate: number): RunJob[] {
  return overSeeds({ experiment: example(BY_NORM, { "training.optimizer.learningRate": learningRate }) });
}

export const LESSON_3: readonly Claim[] = [
  claim({
    id: "course/3-by-value-sooner-than-by-norm",
    says: "Clipping by value converges in ten of ten seeds after about 2,700 iterations, by norm in eight after 5,500.",
    texts: onPage(
      "By value converges sooner, in all ten seeds: its loss is below 0.01 after 2,580 to 2,880 iterations. By norm, eight of ten seeds converge, and these need 5,400 to 5,810 iterations.",
      "The other two, seeds 3 and 7, end with losses of 19 and 22: their path misses the valley, crosses u = 0, and ends near (0, -2)",
      "2,580 is close to these 2,500.",
    ),
    range: "rate 0.001, limit 1, start -1.5 and 2, T = 10",
    isShort: true,
    jobs: {
      norm: overSeeds({ experiment: example(BY_NORM), parameters: true }),
      value: overSeeds({ experiment: example("05-clip-by-value") }),
    },
    judge({ norm, value }) {
      const converged = norm.filter((run) => lossBelow(run, CONVERGED) < Infinity);
      const lost = norm.filter((run) => !converged.includes(run));
      const ends = lost.map(({ parameters }) => [...parameters.slice(-2)]);
      const [byNormAt, byValueAt] = [converged, value].map((runs) => runs.map((run) => lossBelow(run, CONVERGED)));
      return {
        holds:
          byValueAt!.every((at) => at >= 2580 && at <= 2880) &&
          converged.length === 8 &&
          byNormAt!.every((at) => at >= 5400 && at <= 5810) &&
          lost.map((run) => `${run.seed}: ${finalLoss(run).toFixed(0)}`).join(" ") === "3: 19 7: 22" &&
          ends.every(([w, u]) => Math.abs(w!) < 0.01 && Math.abs(u! + 2) < 0.05),
        numbers: `by value at ${range(byValueAt!, 4)}; by norm ${converged.length} at ${range(byNormAt!, 4)}, the others at ${range(lost.map(finalLoss))}, ${ends.map((end) => end.map((weight) => weight.toFixed(3)).join(" ")).join(" and ")}`,
      };
    },
  }),
  claim({
    id: "course/3-a-rate-settles-below-2-over-the-curvature",
    says: "With clipping, a run settles if its rate is below 2 over the largest curvature at the solution.",
    texts: onPage(
      "(The curvature of the loss at the solution is about 1,200 along the steep direction.)",
      "At 0.01 no seed ends below 0.01",
      "2 / 1,200 = 0.0017. λ depends on the data, 945 to 1,407 for ten seeds. At 0.0015 seven of the eight seeds that find the valley settle to below 1e-9; the one that does not is seed 4, whose λ is the largest. At 0.002 none of them gets below 1e-4.",
    ),
    range: "clipping by norm, T = 10",
    isShort: true,
    jobs: {
      high: byNorm(0.01),
      above: byNorm(0.002),
      between: byNorm(0.0015),
      curvature: aroundSolution(BY_NORM, STEP),
    },
    judge({ high, above, between, curvature }) {
      const lambdas = curvatures(curvature, STEP);
      const inValley = between.filter((run) => finalLoss(run) < 1);
      const unsettled = inValley.filter((run) => finalLoss(run) > 1e-9).map(({ seed }) => seed);
      const steepest = lambdas.indexOf(Math.max(...lambdas)) + 1;
      return {
        holds:
          range(lambdas.map(Math.round), 4) === "945 to 1407" &&
          high.every((run) => finalLoss(run) > 0.01) &&
          above.every((run) => finalLoss(run) > 1e-4) &&
          inValley.length === 8 &&
          unsettled.join() === "4" &&
          steepest === 4,
        numbers: `curvature ${range(lambdas, 4)}, largest at seed ${steepest}; ends at 0.01: ${range(high.map(finalLoss))}, at 0.002: ${range(above.map(finalLoss))}, at 0.0015 ${countOf(inValley, (run) => finalLoss(run) < 1e-9)} of ${inValley.length}`,
      };
    },
  }),
];
