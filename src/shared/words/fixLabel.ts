import * as l10n from "@vscode/l10n";
import type { Fix } from "../wire/findings";
import { formatCount, formatValue } from "./numberFormat";

/** A fix with what its trial showed: "Clip the gradient norm to 1: loss 0.0004 after 500 iterations (now: 5.8e11)". */
export function fixLabel({ title, trial }: Fix): string {
  if (trial === undefined) return title;
  const { iterations, finalLoss, validationLoss, runLoss } = trial;
  const [loss, count, now] = [formatValue(validationLoss ?? finalLoss), formatCount(iterations), formatValue(runLoss)];
  if (validationLoss !== null)
    return iterations === 1
      ? l10n.t("{0}: validation loss {1} after 1 iteration (now: {2})", title, loss, now)
      : l10n.t("{0}: validation loss {1} after {2} iterations (now: {3})", title, loss, count, now);
  return iterations === 1
    ? l10n.t("{0}: loss {1} after 1 iteration (now: {2})", title, loss, now)
    : l10n.t("{0}: loss {1} after {2} iterations (now: {3})", title, loss, count, now);
}
