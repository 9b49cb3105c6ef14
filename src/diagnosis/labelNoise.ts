import * as l10n from "@vscode/l10n";
import { formatValue } from "../shared/words/numberFormat";
import type { CreateRule } from "./rule";
import { THRESHOLDS } from "./thresholds";

/** The network contradicts a minority of the labels with the confidence with which it agrees with the others. */
export const labelNoise: CreateRule = () => ({
  conclude({ evidence, history, outcome }) {
    const labels = evidence?.labels ?? null;
    if (labels === null || outcome.isUnsolved) return null;
    const [fewest, most] = THRESHOLDS.wrongLabels;
    const isNoise =
      labels.wrong > fewest &&
      labels.wrong < most &&
      labels.certainty > THRESHOLDS.labelCertainty &&
      labels.firmness > THRESHOLDS.errorFirmness;
    if (!isNoise) return null;
    return {
      rule: "label-noise",
      severity: "information",
      iteration: history.lastIteration,
      timeStep: null,
      numbers: { wrong: labels.wrong, firmness: labels.firmness },
      message: l10n.t(
        "About {0}% of the labels look wrong: the network contradicts them as firmly as it agrees with the others. Check the labels; no setting can learn them.",
        formatValue(100 * labels.wrong, 2),
      ),
      configPath: ["task"],
      fixes: [],
    };
  },
});
