/** Keys that several kinds of tasks have. */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";

export const sequences = (standard: number) =>
  Type.Integer({
    title: l10n.t("Sequences"),
    description: l10n.t("Number of sequences in the data set. The validation set is the last part of them."),
    step: 10,
    minimum: 1,
    maximum: 1_000_000,
    default: standard,
  });
