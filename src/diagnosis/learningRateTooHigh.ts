import * as l10n from "@vscode/l10n";
import { formatValue } from "../shared/words/numberFormat";
import { clipNorm, fixesOf, lowerLearningRate } from "./fixes";
import { median } from "./history";
import type { CreateRule } from "./rule";
import { THRESHOLDS } from "./thresholds";

/**
 * The median of the recent losses is more than 4 times the best one, and no noise about a small loss: a quarter of the
 * first one or more.
 */
export const learningRateTooHigh: CreateRule = (facts) => {
  if (facts.learningRate === null) return null;
  return {
    conclude(history, { state }) {
      if (history.rows < THRESHOLDS.riseRows || state === "diverged") return null;
      const recent = median(history.recentLosses(THRESHOLDS.riseRows));
      const risen =
        recent > THRESHOLDS.riseFactor * history.lowestLoss && recent > THRESHOLDS.riseShare * history.firstLoss;
      if (!risen) return null;
      const ratio = history.medianRatio(THRESHOLDS.riseRows);
      return {
        rule: "learning-rate-too-high",
        severity: "warning",
        iteration: history.lastIteration,
        timeStep: null,
        numbers: { recentLoss: recent, lowestLoss: history.lowestLoss, updateRatio: ratio },
        message: l10n.t(
          "The learning rate is too high: the loss reached {0} but is about {1} up to iteration {2}. The update-to-weight ratio is {3}.",
          formatValue(history.lowestLoss, 3),
          formatValue(recent, 3),
          history.lastIteration,
          formatValue(ratio, 3),
        ),
        configPath: facts.stepPath,
        fixes: fixesOf(
          lowerLearningRate(facts, Math.min(history.learningRateReduction(), THRESHOLDS.goodUpdateRatio / ratio)),
          clipNorm(facts, history.largestUpdate),
        ),
      };
    },
  };
};
