/** "Apply Best": the best of many runs is partly luck, so the leading combinations can be retrained first. */
import * as vscode from "vscode";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import { formatCount } from "../shared/words/numberFormat";
import type { Confirmation, Verdict } from "../sweepPlan/confirmation";
import { confirmBest, type ConfirmBestOptions } from "../threads/confirmBest";
import { pickOne } from "../window/quickPick";

/** Undefined when the user canceled. */
export async function pickRetraining({ combinations, runs }: Confirmation): Promise<"retrain" | "apply" | undefined> {
  const choices = [
    {
      choice: "retrain",
      icon: "beaker",
      label: vscode.l10n.t("Retrain with New Seeds First"),
      description: vscode.l10n.t("combinations: {0}, runs: {1}", combinations, formatCount(runs)),
      detail: vscode.l10n.t("After each phase the worst combination is dropped. The winner is applied."),
    },
    {
      choice: "apply",
      icon: "check",
      label: vscode.l10n.t("Apply Without Retraining"),
      detail: vscode.l10n.t("The best of many runs is partly luck: with other seeds it may be worse."),
    },
  ] as const;
  return (await pickOne(choices, { title: vscode.l10n.t("Apply Best to File") }))?.choice;
}

/** Null when the user, or `signal`, ended it. */
export function retrain(
  scriptPath: string,
  confirmation: Confirmation,
  files: ExperimentFiles,
  { signal, budget, place }: Pick<ConfirmBestOptions, "signal" | "budget" | "place">,
): Promise<Verdict | null> {
  const { runs } = confirmation;
  const title = vscode.l10n.t("Retraining the best of the sweep");
  const shown = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return Promise.resolve(
    vscode.window.withProgress(shown, (progress, token) => {
      const canceled = new AbortController();
      token.onCancellationRequested(() => canceled.abort());
      return confirmBest(scriptPath, confirmation, files, {
        signal: AbortSignal.any([signal, canceled.signal]),
        ...(budget === undefined ? {} : { budget }),
        ...(place === undefined ? {} : { place }),
        onProgress: (done) =>
          progress.report({
            increment: 100 / runs,
            message: vscode.l10n.t("{0} of {1} runs", formatCount(done), formatCount(runs)),
          }),
      });
    }),
  );
}
