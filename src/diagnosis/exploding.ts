import * as l10n from "@vscode/l10n";
import { isBidirectional, layerCount } from "../config/facts/directions";
import { formatValue } from "../shared/words/numberFormat";
import { vectorColumn } from "../shared/trace/trace";
import { clipNorm, fixesOf, preserveNorm, lowerLearningRate, truncateAt } from "./fixes";
import { initPath } from "./runFacts";
import { isJudged, type CreateRule } from "./rule";
import { THRESHOLDS } from "./thresholds";

/** Looked at again when the norm is this much larger, so that a long explosion costs a few looks. */
const NEXT_LOOK = 10;

interface Explosion {
  readonly iteration: number;
  readonly norm: number;
  /** Of the gradient per step back in time. */
  readonly growth: number;
  readonly clippedNorm: number;
  readonly updateRatio: number;
  /** In the backward direction of a bidirectional model, where steps back are later steps. */
  readonly isBackward: boolean;
}

/**
 * The gradient grows with each step back in time, and the whole of it is beyond measure.
 *
 *   growth = (|dL/dh_1| / |dL/dh_T|)^(1 / (T - 1)) > 1  and  |dL/dw| > 1000, or not a number
 *
 * Rprop does not care for the size, and a clip in force takes care of it.
 */
export const exploding: CreateRule = (facts) => {
  const { timeSteps: T, firstStep, experiment, learningRate } = facts;
  if (learningRate === null || experiment.training.clip !== null || T <= firstStep) return null;
  let nextLook: number = THRESHOLDS.explodingNorm;
  let found: Explosion | null = null;
  let startsGrowing = false;
  let first = true;
  let wildest = 0;

  return {
    watch(row) {
      const norm = row.gradientNorm;
      const atStart = first;
      first = false;
      const wild = wildest;
      wildest = Math.max(wildest, row.updateRatio);
      // Steps that long break any network, whose gradient then grows as well.
      if (!atStart && wild > THRESHOLDS.wildUpdateRatio) return;
      if (found !== null || norm <= nextLook) return;
      nextLook = norm * NEXT_LOOK;
      for (let l = 0; l < layerCount(experiment.model); l++) {
        const profile = row.vector(vectorColumn.stateGradNorm(l));
        if (profile === null) continue;
        const isBackward = isBidirectional(experiment.model) && l % 2 === 1;
        const [from, to] = isBackward ? [1, T - firstStep + 1] : [T, firstStep];
        const ratio = profile[to]! / profile[from]!;
        const growth = ratio ** (1 / (T - firstStep));
        if (!(growth > 1)) continue;
        const { iteration, clippedNorm, updateRatio } = row;
        found ??= { iteration, norm, growth, clippedNorm, updateRatio, isBackward };
        startsGrowing ||= atStart;
      }
    },

    conclude(run) {
      const { history, outcome } = run;
      if (found === null || (isJudged(run) && !outcome.isUnsolved && run.end.state !== "diverged")) return null;
      const { iteration, norm, growth, clippedNorm, updateRatio } = found;
      return {
        rule: "exploding",
        severity: "warning",
        iteration,
        timeStep: firstStep,
        numbers: { gradientNorm: norm, growth },
        message: describe(found),
        configPath: startsGrowing ? initPath(facts) : facts.stepPath,
        fixes: fixesOf(
          clipNorm(facts, { clippedNorm, ratio: updateRatio }),
          startsGrowing ? preserveNorm(facts) : lowerLearningRate(facts, history.first.learningRateReduction()),
          truncateAt(facts, growth, norm),
        ),
      };
    },
  };
};

function describe({ growth, iteration, norm, isBackward }: Explosion): string {
  const values = [formatValue(growth, 3), iteration, formatValue(norm, 3)] as const;
  return isBackward
    ? l10n.t(
        "The gradient explodes: it grows by a factor of {0} per later step, and its norm is {2} at iteration {1}.",
        ...values,
      )
    : l10n.t(
        "The gradient explodes: it grows by a factor of {0} per step back in time, and its norm is {2} at iteration {1}.",
        ...values,
      );
}
