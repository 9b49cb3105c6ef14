import * as l10n from "@vscode/l10n";
import { formatCount, formatValue } from "../shared/words/numberFormat";
import { fixesOf, lowerLearningRate, relaxClip } from "./fixes";
import type { History } from "./history";
import { mean } from "./lossHistory";
import type { RunFacts } from "./runFacts";
import type { Outcome } from "./outcome";
import type { CreateRule, RunSoFar } from "./rule";
import { THRESHOLDS } from "./thresholds";

/**
 * The loss repeats itself: with a period p of 2 to 8 rows each loss is the one p rows before, within 2 % of the
 * amplitude.
 *
 * Gradient descent with a step of length lr |g| that jumps over a valley of curvature c has |g| = c lr |g| / 2, and
 * arrives for lr < 1 / c. With a clip the step is lr |clipped|, so 1 / c = lr |clipped| / (2 |g|), the rate of the fix.
 */
export const limitCycle: CreateRule = (facts) => {
  if (!facts.fullBatch || facts.learningRate === null) return null;
  return {
    conclude({ history, outcome }) {
      const cycle = findCycle(history, outcome);
      if (cycle === null) return null;
      const { period, lowest, highest } = cycle;
      const count = THRESHOLDS.cycleRows;
      return {
        rule: "limit-cycle",
        severity: "warning",
        iteration: history.lastIteration,
        timeStep: null,
        numbers: { period, lowest, highest },
        message: l10n.t(
          "The loss oscillates with period {0}, between {1} and {2}, up to iteration {3}. The updates overshoot the minimum.",
          period,
          formatValue(lowest, 3),
          formatValue(highest, 3),
          formatCount(history.lastIteration),
        ),
        configPath: facts.stepPath,
        fixes: fixesOf(
          relaxClip(facts, history.recent.medianNorm(count), 0.5),
          lowerLearningRate(facts, history.recent.medianClippedNorm(count) / history.recent.medianNorm(count) / 2),
        ),
      };
    },
  };
};

/** Whether the run is caught in a cycle. */
export function isCycling(facts: RunFacts, { history, outcome }: RunSoFar): boolean {
  return facts.fullBatch && findCycle(history, outcome) !== null;
}

function findCycle(
  history: History,
  outcome: Outcome,
): { readonly period: number; readonly lowest: number; readonly highest: number } | null {
  const losses = history.recent.losses(THRESHOLDS.cycleRows);
  if (losses.length < THRESHOLDS.cycleRows) return null;
  const lowest = Math.min(...losses);
  const highest = Math.max(...losses);
  const amplitude = highest - lowest;
  const level = mean(losses);
  if (!(amplitude > THRESHOLDS.cycleAmplitude * level) || !Number.isFinite(amplitude)) return null;
  if (!(level > THRESHOLDS.cycleLevel * Math.min(outcome.early, outcome.constant))) return null;
  const period = periodOf(losses, THRESHOLDS.cycleTolerance * amplitude);
  return period === null ? null : { period, lowest, highest };
}

function periodOf(losses: readonly number[], tolerance: number): number | null {
  for (let period = 2; period <= THRESHOLDS.cyclePeriod; period++) {
    if (losses.every((loss, index) => index < period || Math.abs(loss - losses[index - period]!) <= tolerance))
      return period;
  }
  return null;
}
