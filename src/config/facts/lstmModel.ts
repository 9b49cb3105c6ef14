/** What of the options of lstm does not go together. */
import * as l10n from "@vscode/l10n";
import type { ModelConfig } from "../schema/schema";

/** Null where the model's keys go together. */
export function findLstmMisfit({ layerNorm, hiddenSize }: ModelConfig) {
  if (!layerNorm || hiddenSize > 1) return null;
  return {
    path: ["model", "layerNorm"],
    message: [
      l10n.t("model.layerNorm normalizes the cell state over the units, which of a single unit leaves 0."),
      l10n.t("Use at least {0} for model.hiddenSize.", 2),
    ].join(" "),
  };
}
