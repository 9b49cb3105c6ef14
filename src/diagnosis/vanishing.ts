import * as l10n from "@vscode/l10n";
import { isBidirectional } from "../config/facts/directions";
import { smallestGradient } from "../shared/trace/gradientLimits";
import { formatValue } from "../shared/words/numberFormat";
import { GATES } from "../shared/trace/cells";
import { vectorColumn } from "../shared/trace/trace";
import { chronoBiases, fixesOf, lowerLearningRate, preserveGradient, switchCell } from "./fixes";
import { initPath } from "./runFacts";
import { isJudged, type CreateRule } from "./rule";
import { THRESHOLDS } from "./thresholds";

interface Vanished {
  readonly iteration: number;
  /** At the first step, in parts of the last one; null: it is below the range of the engine's numbers. */
  readonly ratio: number | null;
  /** The last one, counted back from the output, at which less than 1e-4 is left. */
  readonly timeStep: number;
}

/**
 * The gradient of the loss with respect to the first steps vanishes.
 *
 *   |dL/dh_1| / |dL/dh_T| < 1e-4  with T > 5, in a third of the rows looked at
 *
 * Where it was so from the start, the cell or its initial weights cause it, else the updates that led there.
 * Only for losses at the last step: with one at every step each step has a gradient of its own that hides the loss of
 * the others. A run that does more than a simple answer would needs no more of the past than it sees. Only with one
 * direction: a bidirectional model reads both ends of a sequence last.
 *
 * While a run goes on, a small gradient says nothing about what it will learn. That of gates comes back while the loss
 * is still flat, so they are judged at the end only; other cells as long as the gradient is small.
 */
export const vanishing: CreateRule = (facts) => {
  const { timeSteps: T, firstStep, experiment, readsLast, engine } = facts;
  if (!readsLast || isBidirectional(experiment.model) || T - firstStep < THRESHOLDS.vanishingSteps) return null;
  const isGated = GATES[experiment.model.cell].length > 0;
  const smallest = smallestGradient(engine);
  let looked = 0;
  let vanished = 0;
  let latest: Vanished | null = null;
  let isNow = false;
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
      isNow = ratio < THRESHOLDS.vanishingRatio;
      if (!isNow) return;
      vanished += sample.weight;
      fromStart ||= isFirst;
      first ??= sample.iteration;
      let timeStep = T;
      while (timeStep > firstStep && profile[timeStep]! / profile[T]! >= THRESHOLDS.vanishingRatio) timeStep--;
      latest = { iteration: sample.iteration, ratio: profile[firstStep]! < smallest ? null : ratio, timeStep };
    },

    conclude(run) {
      const { history, outcome, end } = run;
      if (latest === null || first === null || vanished <= THRESHOLDS.vanishedShare * looked) return null;
      if (!isJudged(run) || !outcome.isUnsolved || !outcome.isFlat || outcome.isExhausted) return null;
      if (end.state !== "ended" && (isGated || !isNow)) return null;
      const { ratio, timeStep } = latest;
      const left = ratio === null ? l10n.t("less than {0} can hold", engine) : formatValue(ratio, 3);
      return {
        rule: "vanishing",
        severity: "warning",
        iteration: first,
        timeStep,
        numbers: { ...(ratio === null ? {} : { ratio }), steps: T - timeStep },
        message: end.state === "ended" ? describeEnd(latest, left, isNow) : describeNow(latest, left),
        configPath: fromStart ? initPath(facts) : facts.stepPath,
        fixes: fromStart
          ? fixesOf(
              switchCell(facts, "lstm"),
              switchCell(facts, "gru"),
              chronoBiases(facts),
              experiment.model.cell === "lstm" || experiment.model.cell === "slstm" ? null : preserveGradient(facts),
            )
          : fixesOf(lowerLearningRate(facts, history.first.learningRateReduction())),
      };
    },
  };
};

function describeNow({ iteration, timeStep }: Vanished, left: string): string {
  return l10n.t(
    "The gradient hardly reaches step {0} now: less than 1e-4 of it is left there, and {1} at the first step (iteration {2}).",
    timeStep,
    left,
    iteration,
  );
}

/** Of a run that ended at a baseline. */
function describeEnd({ iteration, timeStep }: Vanished, left: string, isNow: boolean): string {
  return isNow
    ? l10n.t(
        "The gradient vanishes: at step {0} less than 1e-4 of it is left, and {1} at the first step (iteration {2}). The loss is still at a baseline, so what happens before step {0} was not learned.",
        timeStep,
        left,
        iteration,
      )
    : l10n.t(
        "Up to iteration {2} the gradient vanishes: at step {0} less than 1e-4 of it is left, and {1} at the first step. The loss is still at a baseline, so what happens before step {0} was not learned.",
        timeStep,
        left,
        iteration,
      );
}
