import * as l10n from "@vscode/l10n";
import { formatValue } from "../shared/words/numberFormat";
import { fixesOf, relaxClip, usualClip } from "./fixes";
import { isCycling } from "./limitCycle";
import type { CreateRule } from "./rule";
import { THRESHOLDS } from "./thresholds";

const RECENT = 256;

/**
 * More than 90 % of the updates are clipped, and the run does not converge: the clip, and not the gradient, says how
 * long a step is. Where an optimizer scales the steps itself, the clip does not.
 */
export const clippedTooOften: CreateRule = (facts) => {
  const { clip } = facts.experiment.training;
  if (clip === null || !facts.proportional) return null;
  return {
    conclude(run) {
      const { history, outcome } = run;
      const share = history.clippedRows / history.rows;
      if (history.rows < THRESHOLDS.clippedRows || !(share > THRESHOLDS.clippedShare)) return null;
      if (!outcome.isUnsolved && !isCycling(facts, run)) return null;
      const norm = history.recent.medianNorm(RECENT);
      return {
        rule: "clipped-too-often",
        severity: "warning",
        iteration: history.lastIteration,
        timeStep: null,
        numbers: { share, medianNorm: norm },
        message: l10n.t(
          "{0}% of the updates are clipped; the median gradient norm before clipping is {1}. All updates have the same size, so the run cannot converge.",
          formatValue(100 * share, 3),
          formatValue(norm, 3),
        ),
        configPath: ["training", "clip", "norm" in clip ? "norm" : "value"],
        fixes: fixesOf(isCycling(facts, run) ? relaxClip(facts, norm) : usualClip(facts)),
      };
    },
  };
};
