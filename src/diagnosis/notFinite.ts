import * as l10n from "@vscode/l10n";
import type { Fix } from "../shared/wire/findings";
import { formatValue } from "../shared/words/numberFormat";
import { clipNorm, fixesOf, preserveNorm, lowerLearningRate } from "./fixes";
import type { History } from "./history";
import { initPath, type RunFacts } from "./runFacts";
import type { CreateRule } from "./rule";

/** The loss is not a number while all weights are: the forward pass overflowed, the weights can still be looked at. */
export const lossNotFinite: CreateRule = (facts) => createRule(facts, true);

/** A weight is not a number: the last update broke the model. */
export const weightsNotFinite: CreateRule = (facts) => createRule(facts, false);

function createRule(facts: RunFacts, ofLoss: boolean): ReturnType<CreateRule> {
  return {
    conclude(history, end) {
      if (end.state !== "diverged" || end.parametersFinite !== ofLoss) return null;
      const iteration = history.lastIteration;
      const loss = history.recentLosses(1)[0]!;
      const atStart = history.rows === 1;
      return {
        rule: ofLoss ? "loss-not-finite" : "weights-not-finite",
        severity: "warning",
        iteration,
        timeStep: null,
        numbers: { loss, largestUpdateRatio: history.largestUpdate.ratio },
        message: ofLoss
          ? l10n.t(
              "The loss is {0} at iteration {1} while all weights are finite: the forward pass overflows{2}.",
              formatValue(loss),
              iteration,
              atStart
                ? l10n.t(" at the initial weights")
                : l10n.t(
                    " after an update of {0} times the weights (iteration {1})",
                    formatValue(history.largestUpdate.ratio, 3),
                    history.largestUpdate.iteration,
                  ),
            )
          : l10n.t(
              "The weights became non-finite after the update at iteration {0}. The largest update was {1} times as large as the weights (iteration {2}).",
              iteration,
              formatValue(history.largestUpdate.ratio, 3),
              history.largestUpdate.iteration,
            ),
        configPath: atStart ? initPath(facts) : facts.stepPath,
        fixes: atStart ? fixesOf(preserveNorm(facts)) : smallerUpdates(facts, history),
      };
    },
  };
}

function smallerUpdates(facts: RunFacts, history: History): Fix[] {
  return fixesOf(clipNorm(facts, history.largestUpdate), lowerLearningRate(facts, history.learningRateReduction()));
}
