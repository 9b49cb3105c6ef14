import * as l10n from "@vscode/l10n";
import { formatValue } from "../shared/words/numberFormat";
import type { Fix } from "../shared/wire/findings";
import { fixesOf, preserveNorm, raiseLearningRate } from "./fixes";
import { median } from "./history";
import { initPath, type RunFacts } from "./runFacts";
import type { CreateRule } from "./rule";
import { THRESHOLDS } from "./thresholds";

const EARLY = 16;
const RECENT = 64;
/** No weight moves: all gradients are 0. */
const STUCK_NORM = 1e-12;

/** After 100 rows the median of the recent losses is not 1 % below that of the first ones, and not above it either. */
export const notDecreasing: CreateRule = (facts) => {
  const early: number[] = [];
  return {
    observe(row) {
      if (early.length < EARLY) early.push(row.loss);
    },

    conclude(history) {
      const before = median(early);
      const now = median(history.recentLosses(RECENT));
      const change = 1 - now / before;
      // A rise by more is the business of the rule about the learning rate.
      const flat = change < THRESHOLDS.decrease && now < THRESHOLDS.riseFactor * history.lowestLoss;
      if (history.rows < THRESHOLDS.decreaseRows || !(before > 0) || !flat) return null;
      const norm = history.medianNorm(RECENT);
      const ratio = history.medianRatio(RECENT);
      const stuck = !(norm > STUCK_NORM);
      return {
        rule: "not-decreasing",
        severity: "warning",
        iteration: history.lastIteration,
        timeStep: null,
        numbers: { before, now, updateRatio: ratio, gradientNorm: norm },
        message: stuck
          ? l10n.t(
              "The loss is not decreasing: {0} at first, {1} up to iteration {2}. The gradient is 0, so no weight can change.",
              formatValue(before),
              formatValue(now),
              history.lastIteration,
            )
          : l10n.t(
              "The loss is not decreasing: {0} at first, {1} up to iteration {2}. The update-to-weight ratio is {3} (typical ratio: 1e-3).",
              formatValue(before),
              formatValue(now),
              history.lastIteration,
              formatValue(ratio, 3),
            ),
        configPath: stuck ? initPath(facts) : facts.stepPath,
        fixes: stuck ? fixesOf(randomInitialization(facts), preserveNorm(facts)) : fixesOf(largerSteps(facts, ratio)),
      };
    },
  };
};

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
