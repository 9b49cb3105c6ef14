import * as l10n from "@vscode/l10n";
import type { TrialFigure } from "../wire/sweep";

/** What a figure of a run of a sweep is called within a sentence. */
export function figureWords(figure: TrialFigure): string {
  switch (figure) {
    case "loss":
      return l10n.t("loss");
    case "validationLoss":
      return l10n.t("validation loss");
    case "bestValidationLoss":
      return l10n.t("best validation loss");
    case "accuracy":
      return l10n.t("accuracy");
    case "exactAccuracy":
      return l10n.t("exact-match accuracy");
    case "gradientReach":
      return l10n.t("gradient reaching step 1");
  }
}
