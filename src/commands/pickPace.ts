import * as vscode from "vscode";
import { PACES, type Pace } from "../shared/wire/protocol";

/** Undefined when the user canceled. */
export async function pickPace(current: Pace): Promise<Pace | undefined> {
  const items = PACES.map((pace) => ({
    label: pace === 0 ? vscode.l10n.t("Full speed") : vscode.l10n.t("{0} steps per second", pace),
    description: pace === current ? vscode.l10n.t("current") : "",
    pace,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Training Speed") });
  return picked?.pace;
}
