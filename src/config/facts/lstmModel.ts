/** What of the options of lstm does not go together. */
import * as l10n from "@vscode/l10n";
import type { ModelConfig } from "../schema/schema";

/** Null where the model's keys go together. */
export function findLstmMisfit({ layerNorm, projSize, hiddenSize }: ModelConfig) {
  if (projSize >= hiddenSize)
    return {
      path: ["model", "projSize"],
      message: [
        l10n.t(
          "model.projSize is {0}; a projection has fewer numbers than model.hiddenSize, {1}.",
          projSize,
          hiddenSize,
        ),
        l10n.t("Use 0 for no projection."),
      ].join(" "),
    };
  if (!layerNorm || hiddenSize > 1) return null;
  return {
    path: ["model", "layerNorm"],
    message: [
      l10n.t("model.layerNorm normalizes the cell state over the units, which of a single unit leaves 0."),
      l10n.t("Use at least {0} for model.hiddenSize.", 2),
    ].join(" "),
  };
}

/** Numbers of h, and the key that sets them. */
export function stateWidth({ cell, projSize, hiddenSize }: ModelConfig): {
  readonly size: number;
  readonly key: string;
} {
  return cell === "lstm" && projSize > 0
    ? { size: projSize, key: "model.projSize" }
    : { size: hiddenSize, key: "model.hiddenSize" };
}
