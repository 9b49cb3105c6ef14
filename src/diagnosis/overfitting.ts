import * as l10n from "@vscode/l10n";
import type { Fix } from "../shared/wire/findings";
import { formatValue } from "../shared/words/numberFormat";
import { fixesOf, stopEarly } from "./fixes";
import type { CreateRule } from "./rule";
import type { RunFacts } from "./runFacts";
import { THRESHOLDS } from "./thresholds";

/**
 * The validation loss was lower before, by a fifth, while the training loss went on falling and lies well below it.
 */
export const overfitting: CreateRule = (facts) => ({
  conclude({ history }) {
    const { bestValidation: best, validationLoss: now } = history;
    if (best === null || history.validations < THRESHOLDS.overfitEvaluations) return null;
    const training = history.recent.meanLoss();
    const overfits =
      now > THRESHOLDS.overfitRise * best.loss &&
      now > THRESHOLDS.overfitGap * training &&
      training < best.trainingLoss &&
      history.lastIteration > 1.2 * best.iteration;
    if (!overfits) return null;
    return {
      rule: "overfitting",
      severity: "warning",
      iteration: best.iteration,
      timeStep: null,
      numbers: { best: best.loss, now, training },
      message: l10n.t(
        "The network is overfitting since iteration {0}: the best validation loss was {1}, now it is {2}; the training loss is {3}.",
        best.iteration,
        formatValue(best.loss, 3),
        formatValue(now, 3),
        formatValue(training, 3),
      ),
      configPath: ["training", "validation", "share"],
      fixes: fixesOf(stopEarly(facts), fewerUnits(facts)),
    };
  },
});

function fewerUnits({ experiment: { model } }: RunFacts): Fix | null {
  const value = Math.ceil(model.hiddenSize / 4);
  if (value === model.hiddenSize || (model.cell === "lstm" && value <= model.projSize)) return null;
  if (model.readout === "state" || model.init.file !== "") return null;
  return {
    title:
      value === 1
        ? l10n.t("Use 1 hidden unit instead of {0}", model.hiddenSize)
        : l10n.t("Use {0} hidden units instead of {1}", value, model.hiddenSize),
    edits: [{ path: ["model", "hiddenSize"], value }],
  };
}
