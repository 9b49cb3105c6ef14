import * as l10n from "@vscode/l10n";
import { formatValue } from "../shared/words/numberFormat";
import { vectorColumn } from "../shared/trace/trace";
import { fixesOf, preserveNorm, lowerLearningRate, chronoBiases, switchCell } from "./fixes";
import { initPath } from "./runFacts";
import { isJudged, type CreateRule } from "./rule";
import { THRESHOLDS } from "./thresholds";

/**
 * The gradient of the loss with respect to the first steps vanishes.
 *
 *   |dL/dh_1| / |dL/dh_T| < 1e-4  with T > 5, in a third of the rows looked at
 *
 * Where it was so from the start, the cell or its initial weights cause it, else the updates that led there.
 * Only for losses at the last step: with one at every step each step has a gradient of its own that hides the loss of
 * the others. A run that does more than a simple answer would needs no more of the past than it sees.
 */
export const vanishing: CreateRule = (facts) => {
  const { timeSteps: T, firstStep, experiment, readsLast } = facts;
  if (!readsLast || T - firstStep < THRESHOLDS.vanishingSteps) return null;
  let looked = 0;
  let vanished = 0;
  let current: { readonly iteration: number; readonly ratio: number; readonly timeStep: number } | null = null;
  let first: number | null = null;
  let fromStart = false;

  return {
    sample(sample) {
      const arrived = !(sample.gradientNorm > THRESHOLDS.arrivedNorm);
      const profile = sample.vector(vectorColumn.stateGradNorm(experiment.model.numLayers - 1));
      if (arrived || profile === null || !(profile[T]! > 0)) return;
      const isFirst = looked === 0;
      looked += sample.weight;
      const ratio = profile[firstStep]! / profile[T]!;
      if (!(ratio < THRESHOLDS.vanishingRatio)) return;
      vanished += sample.weight;
      fromStart ||= isFirst;
      first ??= sample.iteration;
      let timeStep = T;
      while (timeStep > firstStep && profile[timeStep]! / profile[T]! >= THRESHOLDS.vanishingRatio) timeStep--;
      current = { iteration: sample.iteration, ratio, timeStep };
    },

    conclude(run) {
      const { history, outcome } = run;
      if (current === null || first === null || vanished <= THRESHOLDS.vanishedShare * looked) return null;
      if (!isJudged(run) || !outcome.isUnsolved || !outcome.isFlat || outcome.isExhausted) return null;
      const { ratio, timeStep } = current;
      return {
        rule: "vanishing",
        severity: "warning",
        iteration: first,
        timeStep,
        numbers: { ratio, steps: T - timeStep },
        message: describeVanishing(T - timeStep, ratio, current.iteration, timeStep),
        configPath: fromStart ? initPath(facts) : facts.stepPath,
        fixes: fromStart
          ? fixesOf(
              switchCell(facts, "lstm"),
              switchCell(facts, "gru"),
              chronoBiases(facts),
              experiment.model.cell === "lstm" ? null : preserveNorm(facts),
            )
          : fixesOf(lowerLearningRate(facts, history.first.learningRateReduction())),
      };
    },
  };
};

/** @param steps back from the output at which less than 1e-4 of the gradient is left; `ratio` is left at the first */
function describeVanishing(steps: number, ratio: number, iteration: number, timeStep: number): string {
  const left = formatValue(ratio, 3);
  return steps === 1
    ? l10n.t(
        "The gradient vanishes: 1 step back from the output less than 1e-4 of it is left, and {0} at the first step (iteration {1}). Dependencies before step {2} can't be learned.",
        left,
        iteration,
        timeStep,
      )
    : l10n.t(
        "The gradient vanishes: {0} steps back from the output less than 1e-4 of it is left, and {1} at the first step (iteration {2}). Dependencies before step {3} can't be learned.",
        steps,
        left,
        iteration,
        timeStep,
      );
}
