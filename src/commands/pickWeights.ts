import * as vscode from "vscode";
import type { WeightsChoice } from "../runs/restartedRun";
import { formatCount, formatValue } from "../shared/words/numberFormat";
import type { BestValidation } from "../shared/trace/trace";
import { pickOne } from "../window/quickPick";

/** The weights that a run has, and what follows from the choice. */
export interface WeightsOnOffer {
  /** Null where the last ones are no choice. */
  readonly last: { readonly iteration: number; readonly detail: string } | null;
  readonly best: BestValidation;
  readonly bestDetail: string;
}

/** @returns undefined when the user canceled */
export async function pickWeights(
  title: string,
  { last, best, bestDetail }: WeightsOnOffer,
): Promise<WeightsChoice | undefined> {
  const choices: { label: string; detail: string; weights: WeightsChoice }[] = [
    {
      label: vscode.l10n.t(
        "Weights of iteration {0} (best validation loss {1})",
        formatCount(best.iteration),
        formatValue(best.validationLoss),
      ),
      detail: bestDetail,
      weights: "best",
    },
  ];
  if (last !== null)
    choices.push({
      label: vscode.l10n.t("Last iteration ({0})", formatCount(last.iteration)),
      detail: last.detail,
      weights: "last",
    });
  return (await pickOne(choices, { title }))?.weights;
}

/** What a script gives in place of the question; undefined: it asks. */
export function weightsArgument(value: unknown): WeightsChoice | undefined {
  return value === "best" || value === "last" ? value : undefined;
}
