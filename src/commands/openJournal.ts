import * as vscode from "vscode";
import type { Services } from "../app/services";
import { trustAction } from "./externalRunCommands";

/**
 * Shows a study of a journal of Optuna; asks for the file and the study where they are not given.
 * @returns the address of the study, or null when there is none to show
 */
export async function openJournal(lab: Services, target: vscode.Uri | undefined, study: unknown): Promise<unknown> {
  const file = target ?? (await pickJournal());
  if (file === undefined) return null;
  if (!vscode.workspace.isTrusted) {
    const name = file.path.slice(file.path.lastIndexOf("/") + 1);
    const refusal = vscode.l10n.t("“{0}” was not opened because this workspace is not trusted.", name);
    lab.notifications.show(refusal, trustAction());
    return null;
  }
  return lab.studies.show(file, typeof study === "string" ? study : undefined);
}

async function pickJournal(): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t("Open Optuna Journal"),
    openLabel: vscode.l10n.t("Open"),
    filters: { [vscode.l10n.t("Journals")]: ["log", "journal"], [vscode.l10n.t("All files")]: ["*"] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return picked?.[0];
}
