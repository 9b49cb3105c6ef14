import * as l10n from "@vscode/l10n";
import type { Fix } from "../shared/wire/findings";
import { formatValue } from "../shared/words/numberFormat";
import { clipNorm, fixesOf, lowerLearningRate, raiseLearningRate, roundDown } from "./fixes";
import type { RunFacts } from "./runFacts";
import type { CreateRule } from "./rule";
import { THRESHOLDS } from "./thresholds";

const RECENT = 64;

/**
 * |update| / |parameters| is above 10 once, which throws the weights away, or usually below 1e-8 while there is a
 * gradient, which changes nothing.
 */
export const updateRatio: CreateRule = (facts) => ({
  conclude(history) {
    const { largestUpdate } = history;
    if (largestUpdate.ratio > THRESHOLDS.largestUpdateRatio) {
      const factor = THRESHOLDS.goodUpdateRatio / largestUpdate.ratio;
      return {
        rule: "update-ratio",
        severity: "warning",
        iteration: largestUpdate.iteration,
        timeStep: null,
        numbers: { updateRatio: largestUpdate.ratio },
        message: l10n.t(
          "The update at iteration {0} is {1} times as large as the weights (typical ratio: 1e-3).",
          largestUpdate.iteration,
          formatValue(largestUpdate.ratio, 3),
        ),
        configPath: facts.stepPath,
        fixes: fixesOf(
          clipNorm(facts, largestUpdate),
          lowerLearningRate(facts, history.learningRateReduction()),
          smallerFirstStep(facts, factor),
        ),
      };
    }
    const ratio = history.medianRatio(RECENT);
    const idle =
      history.rows >= RECENT &&
      ratio < THRESHOLDS.smallestUpdateRatio &&
      history.medianNorm(RECENT) > THRESHOLDS.arrivedNorm;
    if (!idle || facts.learningRate === null) return null;
    return {
      rule: "update-ratio",
      severity: "warning",
      iteration: history.lastIteration,
      timeStep: null,
      numbers: { updateRatio: ratio },
      message: l10n.t(
        "The update-to-weight ratio is {0}, which is negligible (typical ratio: 1e-3).",
        formatValue(ratio, 3),
      ),
      configPath: facts.stepPath,
      fixes: fixesOf(raiseLearningRate(facts, THRESHOLDS.goodUpdateRatio / ratio)),
    };
  },
});

function smallerFirstStep(
  {
    experiment: {
      training: { optimizer },
    },
    stepPath,
  }: RunFacts,
  factor: number,
): Fix | null {
  if (!("initialStep" in optimizer)) return null;
  const value = roundDown(optimizer.initialStep * factor);
  return value > 0 ? { title: l10n.t("Set initialStep to {0}", value), edits: [{ path: stepPath, value }] } : null;
}
