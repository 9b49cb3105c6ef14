import * as l10n from "@vscode/l10n";
import { formatValue } from "../shared/words/numberFormat";
import { clipNorm, fixesOf, lowerLearningRate } from "./fixes";
import type { History } from "./history";
import { mean } from "./lossHistory";
import type { Outcome } from "./outcome";
import { isJudged, type CreateRule, type RunSoFar } from "./rule";
import type { RunFacts } from "./runFacts";
import { THRESHOLDS } from "./thresholds";

/**
 * The steps are too long, by any of these signs:
 *
 * - the first updates are larger than 0.4 of the weights, and the run diverged or learned nothing;
 * - the median of the recent losses is more than 4 times the lowest so far, and no noise about a small loss: a quarter
 *   of the first one or more;
 * - where each update sees the same data, the loss rises again to more than 10 times the lowest, or jumps about without
 *   falling.
 *
 * Not where the updates are tiny: noise of small batches is none of the learning rate's.
 */
export const learningRateTooHigh: CreateRule = (facts) => {
  if (facts.learningRate === null) return null;
  return {
    conclude(run) {
      const { history, outcome } = run;
      if (!isWild(run) && !(history.rows >= THRESHOLDS.riseRows && hasRisen(run, facts))) return null;
      const ratio = history.recent.medianRatio(THRESHOLDS.riseRows);
      const lowest = history.loss.lowest();
      return {
        rule: "learning-rate-too-high",
        severity: "warning",
        iteration: history.lastIteration,
        timeStep: null,
        numbers: {
          recentLoss: outcome.recent,
          lowestLoss: lowest,
          updateRatio: ratio,
          earlyRatio: history.first.largestRatio,
        },
        message: describe(run, ratio),
        configPath: facts.stepPath,
        fixes: fixesOf(
          lowerLearningRate(facts, Math.min(history.first.learningRateReduction(), THRESHOLDS.goodUpdateRatio / ratio)),
          clipNorm(facts, history.largestUpdate),
        ),
      };
    },
  };
};

/** The initialization was thrown away at once, and nothing came of it. */
function isWild(run: RunSoFar): boolean {
  const { history, outcome, end } = run;
  if (end.state === "diverged") return history.rows > 1 && history.largestUpdate.ratio > THRESHOLDS.wildUpdateRatio;
  return isJudged(run) && history.first.largestRatio > THRESHOLDS.wildUpdateRatio && outcome.isUnsolved;
}

function hasRisen({ history, outcome }: RunSoFar, { fullBatch }: RunFacts): boolean {
  const { recent, early, baseline } = outcome;
  const lowest = history.loss.lowest();
  if (!(history.recent.medianRatio(THRESHOLDS.riseRows) > THRESHOLDS.idleUpdateRatio) || lowest === Infinity)
    return false;
  if (recent > THRESHOLDS.riseFactor * lowest && recent > THRESHOLDS.riseShare * early) return true;
  const constant = baseline("best-constant")?.loss ?? early;
  if (!fullBatch || !(recent > THRESHOLDS.slowRiseShare * constant)) return false;
  return (recent > THRESHOLDS.slowRiseFactor * lowest && history.loss.isRising(4)) || isRestless(history, outcome);
}

function isRestless(history: History, { isFlat }: Outcome): boolean {
  const losses = history.recent.losses(THRESHOLDS.recentRows);
  return (
    history.rows >= THRESHOLDS.plateauRows &&
    isFlat &&
    Math.max(...losses) - Math.min(...losses) > THRESHOLDS.restlessSpread * mean(losses)
  );
}

function describe({ history, outcome, end }: RunSoFar, ratio: number): string {
  const early = formatValue(history.first.largestRatio, 3);
  if (end.state === "diverged")
    return l10n.t(
      "The learning rate is too high: the update at iteration {0} was {1} times as large as the weights (typical ratio: 1e-3), and the run diverged.",
      history.largestUpdate.iteration,
      formatValue(history.largestUpdate.ratio, 3),
    );
  const recent = formatValue(outcome.recent, 3);
  return outcome.recent > THRESHOLDS.riseFactor * history.loss.lowest()
    ? l10n.t(
        "The learning rate is too high: the loss reached {0} but is about {1} up to iteration {2}. The update-to-weight ratio is {3}.",
        formatValue(history.loss.lowest(), 3),
        recent,
        history.lastIteration,
        formatValue(ratio, 3),
      )
    : l10n.t(
        "The learning rate is too high: the first updates were {0} times as large as the weights (typical ratio: 1e-3), and the loss is still about {1} at iteration {2}.",
        early,
        recent,
        history.lastIteration,
      );
}
