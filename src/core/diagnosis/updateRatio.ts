import type { Fix } from "../../shared/findings";
import { formatValue } from "../../shared/numberFormat";
import { clipNorm, fixesOf, lowerLearningRate, raiseLearningRate, roundDown } from "./fixes";
import type { RunFacts } from "./runFacts";
import type { CreateRule } from "./rule";
import { THRESHOLDS } from "./thresholds";

const RECENT = 64;

/** |update| / |parameters| is above 10 once, which throws the weights away, or usually below 1e-8 while there is a gradient, which changes nothing. */
export const updateRatio: CreateRule = (facts) => ({
  conclude(history) {
    const { largestUpdate } = history;
    if (largestUpdate.ratio > THRESHOLDS.largestUpdateRatio) {
      const factor = THRESHOLDS.goodUpdateRatio / largestUpdate.ratio;
      return {
        rule: "update-ratio", severity: "warning", iteration: largestUpdate.iteration, timeStep: null,
        numbers: { updateRatio: largestUpdate.ratio },
        message: `The update of iteration ${largestUpdate.iteration} is ${formatValue(largestUpdate.ratio, 3)} times as large as the weights themselves; 0.001 is usual.`,
        configPath: facts.stepPath,
        fixes: fixesOf(clipNorm(facts, largestUpdate), lowerLearningRate(facts, history.factorToCalm()), smallerFirstStep(facts, factor)),
      };
    }
    const ratio = history.medianRatio(RECENT);
    const idle = history.rows >= RECENT && ratio < THRESHOLDS.smallestUpdateRatio && history.medianNorm(RECENT) > THRESHOLDS.arrivedNorm;
    if (!idle || facts.learningRate === null) return null;
    return {
      rule: "update-ratio", severity: "warning", iteration: history.lastIteration, timeStep: null,
      numbers: { updateRatio: ratio },
      message: `An update changes the weights by ${formatValue(ratio, 3)} of their size, which is next to nothing; 0.001 is usual.`,
      configPath: facts.stepPath,
      fixes: fixesOf(raiseLearningRate(facts, THRESHOLDS.goodUpdateRatio / ratio)),
    };
  },
});

function smallerFirstStep({ experiment: { training: { optimizer } }, stepPath }: RunFacts, factor: number): Fix | null {
  if (!("initialStep" in optimizer)) return null;
  const value = roundDown(optimizer.initialStep * factor);
  return value > 0 ? { title: `Start with steps of ${value}`, edits: [{ path: stepPath, value }] } : null;
}
