import * as vscode from "vscode";
import type { Services } from "../app/services";
import type { ExternalRun } from "../externalRuns/externalRun";
import type { RunEntry } from "../runs/runStore";
import { savedRunUri } from "../library/savedRunUri";
import { editBetween } from "../config/edit/edit";
import { rangeIn } from "../experiments/documentRange";
import { showDiff } from "../window/diffTab";

export function compareRuns(lab: Services, runs: readonly RunEntry[], others: readonly ExternalRun[]): void {
  const { baseline } = lab.runs;
  const ids = [...runs, ...others].map(({ id }) => id);
  if (ids.length < 2 && (baseline === null || ids.every((id) => id === baseline)))
    throw new Error(vscode.l10n.t("Select at least two runs, or one run in addition to the baseline."));
  lab.comparison.panel.show(ids);
}

/** The text of the run on the left, the file as it is on the right. */
export async function diffRunConfig({ runs }: Services, run: RunEntry): Promise<void> {
  const file = vscode.Uri.parse(run.meta.uri);
  await vscode.workspace.openTextDocument(file);
  const title = vscode.l10n.t("{0}: {1} ↔ file", run.meta.fileName, runs.identity(run).name);
  await showDiff(savedRunUri(run), file, title);
}

/**
 * As one edit of the open document, which undo takes back.
 * @throws Error in words for a person when the file cannot be changed
 */
export async function restoreRunConfig(run: RunEntry): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(run.meta.uri));
  const edits = editBetween(document.getText(), run.meta.configText);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
  if (edits.length === 0) return;
  const wasSaved = !document.isDirty && !document.isUntitled;
  const change = new vscode.WorkspaceEdit();
  change.set(
    document.uri,
    edits.map(({ content, ...range }) => vscode.TextEdit.replace(rangeIn(document, range), content)),
  );
  if (!(await vscode.workspace.applyEdit(change)))
    throw new Error(vscode.l10n.t("The file could not be edited. Check whether it is read-only."));
  if (wasSaved) await document.save();
}
