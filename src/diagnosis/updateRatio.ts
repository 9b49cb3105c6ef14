import * as l10n from "@vscode/l10n";
import type { Finding, Fix } from "../shared/wire/findings";
import { formatValue } from "../shared/words/numberFormat";
import { clipNorm, fixesOf, lowerLearningRate, raiseLearningRate, roundDown } from "./fixes";
import type { RunFacts } from "./runFacts";
import { isJudged, type CreateRule, type RunSoFar } from "./rule";
import { THRESHOLDS } from "./thresholds";

/**
 * |update| / |parameters| was above 10 once, which threw the weights away, in a run that learned nothing since; or all
 * updates of the whole run together cannot move the weights by 5 % of their size, while the gradient is what it was.
 */
export const updateRatio: CreateRule = (facts) => ({
  conclude(run) {
    const { history, outcome } = run;
    if (history.largestUpdate.ratio > THRESHOLDS.largestUpdateRatio) {
      const harmed = run.end.state === "diverged" || (isJudged(run) && outcome.isUnsolved);
      return harmed ? tooLarge(facts, run) : null;
    }
    return isIdle(facts, run) ? tooSmall(facts, run) : null;
  },
});

function tooLarge(facts: RunFacts, { history }: RunSoFar): Finding {
  const { largestUpdate } = history;
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
      lowerLearningRate(facts, history.first.learningRateReduction()),
      smallerFirstStep(facts, factor),
    ),
  };
}

/** A small update at a gradient that has become small is convergence. */
function isIdle({ iterations, learningRate }: RunFacts, { history, outcome }: RunSoFar): boolean {
  if (learningRate === null || history.rows < THRESHOLDS.recentRows) return false;
  const movement = history.movement * Math.max(1, iterations / history.rows);
  return (
    movement < THRESHOLDS.smallestMovement &&
    outcome.judged > THRESHOLDS.idleBaseline * outcome.simplest &&
    history.recent.medianNorm(THRESHOLDS.recentRows) > THRESHOLDS.remainingNorm * history.first.medianNorm() &&
    history.first.medianNorm() > THRESHOLDS.arrivedNorm
  );
}

function tooSmall(facts: RunFacts, { history }: RunSoFar): Finding {
  const ratio = history.recent.medianRatio(THRESHOLDS.recentRows);
  return {
    rule: "update-ratio",
    severity: "warning",
    iteration: history.lastIteration,
    timeStep: null,
    numbers: { updateRatio: ratio, movement: history.movement },
    message: l10n.t(
      "The update-to-weight ratio is {0} (typical ratio: 1e-3): in {1} iterations the weights moved by at most {2}% of their size.",
      formatValue(ratio, 3),
      history.rows,
      formatValue(100 * history.movement, 2),
    ),
    configPath: facts.stepPath,
    fixes: fixesOf(raiseLearningRate(facts, THRESHOLDS.goodUpdateRatio / ratio)),
  };
}

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
