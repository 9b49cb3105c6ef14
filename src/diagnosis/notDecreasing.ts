import * as l10n from "@vscode/l10n";
import { formatValue } from "../shared/words/numberFormat";
import type { Fix } from "../shared/wire/findings";
import { fixesOf, preserveNorm, raiseLearningRate } from "./fixes";
import { initPath, type RunFacts } from "./runFacts";
import type { CreateRule } from "./rule";
import { THRESHOLDS } from "./thresholds";

/** No weight moves: all gradients are 0. */
const STUCK_NORM = 1e-12;

/**
 * After 200 iterations, or 100 where all gradients are 0, the median of the recent losses is not 1 % below that of the
 * first ones, and nothing is learned.
 */
export const notDecreasing: CreateRule = (facts) => ({
  conclude({ history, outcome }) {
    const { early, recent, isUnsolved } = outcome;
    if (history.rows < THRESHOLDS.judgedRows || !(early > 0) || !isUnsolved) return null;
    // A rise by more is the business of the rule about the learning rate.
    if (recent < (1 - THRESHOLDS.decrease) * early || recent > THRESHOLDS.riseFactor * history.loss.lowest())
      return null;
    const norm = history.recent.medianNorm(THRESHOLDS.recentRows);
    const ratio = history.recent.medianRatio(THRESHOLDS.recentRows);
    const stuck = !(norm > STUCK_NORM);
    if (!stuck && history.rows < THRESHOLDS.plateauRows) return null;
    return {
      rule: "not-decreasing",
      severity: "warning",
      iteration: history.lastIteration,
      timeStep: null,
      numbers: { before: early, now: recent, updateRatio: ratio, gradientNorm: norm },
      message: stuck
        ? l10n.t(
            "The loss is not decreasing: {0} at first, {1} up to iteration {2}. The gradient is 0, so no weight can change.",
            formatValue(early),
            formatValue(recent),
            history.lastIteration,
          )
        : l10n.t(
            "The loss is not decreasing: {0} at first, {1} up to iteration {2}. The update-to-weight ratio is {3} (typical ratio: 1e-3).",
            formatValue(early),
            formatValue(recent),
            history.lastIteration,
            formatValue(ratio, 3),
          ),
      configPath: stuck ? initPath(facts) : facts.stepPath,
      fixes: stuck ? fixesOf(randomInitialization(facts), preserveNorm(facts)) : fixesOf(largerSteps(facts, ratio)),
    };
  },
});

function largerSteps(facts: RunFacts, ratio: number): Fix | null {
  return ratio < THRESHOLDS.goodUpdateRatio / 2 ? raiseLearningRate(facts, THRESHOLDS.goodUpdateRatio / ratio) : null;
}

function randomInitialization({
  experiment: {
    model: { init, cell },
  },
}: RunFacts): Fix | null {
  if (init.scheme !== "constant" || cell === "linear") return null;
  return { title: l10n.t("Use random initialization"), edits: [{ path: ["model", "init", "scheme"], value: "auto" }] };
}
