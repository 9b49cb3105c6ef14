import * as l10n from "@vscode/l10n";
import type { Fix } from "../shared/wire/findings";
import { formatValue } from "../shared/words/numberFormat";
import { clipNorm, fixesOf, preserveNorm, lowerLearningRate, useFloat64 } from "./fixes";
import type { History } from "./history";
import { initPath, type RunFacts } from "./runFacts";
import type { CreateRule } from "./rule";

/** The loss is not finite while all weights are: the forward pass overflowed, and the weights can be inspected. */
export const lossNotFinite: CreateRule = (facts) => createRule(facts, true);

/** A weight is NaN or infinite after the last update. */
export const weightsNotFinite: CreateRule = (facts) => createRule(facts, false);

function createRule(facts: RunFacts, ofLoss: boolean): ReturnType<CreateRule> {
  return {
    conclude({ history, end }) {
      if (end.state !== "diverged" || end.parametersFinite !== ofLoss) return null;
      const iteration = history.lastIteration;
      const loss = history.recent.losses(1)[0]!;
      const atStart = history.rows === 1;
      return {
        rule: ofLoss ? "loss-not-finite" : "weights-not-finite",
        severity: "warning",
        iteration,
        timeStep: null,
        numbers: {
          loss,
          largestUpdateRatio: history.largestUpdate.ratio,
          ...(end.float64Loss === null ? {} : { float64Loss: end.float64Loss }),
        },
        message: ofLoss
          ? `${lossMessage(history, atStart)}${float64Sentence(end.float64Loss)}`
          : weightsMessage(history),
        configPath: atStart ? initPath(facts) : facts.stepPath,
        fixes: [
          ...(atStart ? fixesOf(preserveNorm(facts)) : smallerUpdates(facts, history)),
          ...fixesOf(useFloat64(end.float64Loss)),
        ],
      };
    },
  };
}

function lossMessage(history: History, atStart: boolean): string {
  const loss = formatValue(history.recent.losses(1)[0]!);
  const { lastIteration, largestUpdate } = history;
  return atStart
    ? l10n.t(
        "The loss is {0} at iteration {1} although all weights are finite: the forward pass overflows with the initial weights.",
        loss,
        lastIteration,
      )
    : l10n.t(
        "The loss is {0} at iteration {1} although all weights are finite: the forward pass overflows. The largest update was {2} times as large as the weights (iteration {3}).",
        loss,
        lastIteration,
        formatValue(largestUpdate.ratio, 3),
        largestUpdate.iteration,
      );
}

/** What the loss of this iteration is with more range, computed and not estimated. */
function float64Sentence(loss: number | null): string {
  if (loss === null) return "";
  const sentence = Number.isFinite(loss)
    ? l10n.t("In float64 it is {0} at this iteration.", formatValue(loss, 3))
    : l10n.t("In float64 it is not finite either.");
  return ` ${sentence}`;
}

function weightsMessage({ lastIteration, largestUpdate }: History): string {
  return l10n.t(
    "The weights became non-finite after the update at iteration {0}. The largest update was {1} times as large as the weights (iteration {2}).",
    lastIteration,
    formatValue(largestUpdate.ratio, 3),
    largestUpdate.iteration,
  );
}

function smallerUpdates(facts: RunFacts, history: History): Fix[] {
  return fixesOf(
    clipNorm(facts, history.largestUpdate),
    lowerLearningRate(facts, history.first.learningRateReduction()),
  );
}
