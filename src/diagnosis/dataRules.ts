/** What is wrong is in the data. */
import * as l10n from "@vscode/l10n";
import { hasRing } from "../config/facts/ringStart";
import { formatCount, formatValue } from "../shared/words/numberFormat";
import { fixesOf, raiseLearningRate } from "./fixes";
import { isJudged, type CreateRule } from "./rule";
import { THRESHOLDS } from "./thresholds";

/** The same inputs have different targets, which costs a tenth of the best constant's loss or more. */
export const contradictoryTargets: CreateRule = (facts) => ({
  conclude({ evidence, history }) {
    if (evidence === null) return null;
    const { sequences, floor, constant } = evidence.data.contradictions;
    const share = sequences / facts.sequences;
    if (!(floor > THRESHOLDS.contradictionCost * constant) || share < THRESHOLDS.contradictionShare) return null;
    return {
      rule: "contradictory-targets",
      severity: "warning",
      iteration: history.lastIteration,
      timeStep: null,
      numbers: { sequences, floor, share },
      message: l10n.t(
        "The same input has different targets: {0} of {1} training sequences contradict another one. No model can reach a loss below {2} at the last step.",
        formatCount(sequences),
        formatCount(facts.sequences),
        formatValue(floor, 3),
      ),
      configPath: ["task"],
      fixes: [],
    };
  },
});

/** Targets far beyond the states, which lie between -1 and 1, in a run that does not reach them. */
export const unscaledTargets: CreateRule = (facts) => {
  const { cell, nonlinearity } = facts.experiment.model;
  if (cell === "linear" || hasRing(cell) || (cell === "rnn" && nonlinearity === "relu")) return null;
  return {
    conclude(run) {
      const { evidence, history, outcome } = run;
      if (evidence === null || !isJudged(run) || !outcome.isUnsolved) return null;
      const { largestTarget } = evidence.data;
      if (!(largestTarget > THRESHOLDS.unscaledTarget)) return null;
      return {
        rule: "unscaled-targets",
        severity: "warning",
        iteration: history.lastIteration,
        timeStep: null,
        numbers: { largestTarget },
        message: l10n.t(
          "The targets reach {0}, but the states stay between -1 and 1, so the readout has to grow first. Standardize the targets.",
          formatValue(largestTarget, 3),
        ),
        configPath: ["task"],
        fixes: fixesOf(raiseLearningRate(facts, 10)),
      };
    },
  };
};

/** Sequences of different lengths that were made equal by repeating their end: the answer is due long after it. */
export const padding: CreateRule = (facts) => ({
  conclude(run) {
    const { evidence, history, outcome } = run;
    if (evidence === null || !isJudged(run) || !outcome.isUnsolved) return null;
    const { share, meanSteps, fewest, most } = evidence.data.padding;
    const isPadded =
      share > THRESHOLDS.paddedShare &&
      meanSteps > THRESHOLDS.fewestPadded &&
      meanSteps > THRESHOLDS.paddedSteps * facts.timeSteps &&
      most > fewest;
    if (!isPadded) return null;
    return {
      rule: "padding",
      severity: "warning",
      iteration: history.lastIteration,
      timeStep: null,
      numbers: { share, steps: meanSteps },
      message: l10n.t(
        "{0}% of the sequences end with {1} equal steps on average, out of {2}: the network must remember its input across the padding. Put the padding in front.",
        formatValue(100 * share, 3),
        formatValue(meanSteps, 3),
        facts.timeSteps,
      ),
      configPath: ["task"],
      fixes: [],
    };
  },
});
