import * as vscode from "vscode";
import { collectFixEdits } from "../config/fixEdits";
import { valueRange } from "../config/valueRange";
import type { ExperimentSession } from "../session/experimentSession";
import type { ConfigPath, FixEdit } from "../shared/findings";
import { rangeIn } from "./diagnostics";

/** Shows a value of the experiment in its editor. A value that the text leaves out is shown where it would stand. */
export async function revealValue(session: ExperimentSession, path: ConfigPath): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(session.file.uri));
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const selection = rangeIn(document, valueRange(document.getText(), path));
  await vscode.window.showTextDocument(document, { selection, viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One });
}

/**
 * Writes values into the file, through the open document: undo takes it back, comments stay. A file without other unsaved
 * changes is saved.
 * @throws Error in words for a person when the text has an error, or the values would not leave an experiment
 */
export async function editValues(session: ExperimentSession, edits: readonly FixEdit[]): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(session.file.uri));
  const textEdits = collectFixEdits(document.getText(), edits);
  if (textEdits === null) throw new Error("The file has an error, or the value does not fit it.");
  if (textEdits.length === 0) return;
  const wasSaved = !document.isDirty && !document.isUntitled;
  const change = new vscode.WorkspaceEdit();
  change.set(document.uri, textEdits.map(({ content, ...range }) => vscode.TextEdit.replace(rangeIn(document, range), content)));
  if (!(await vscode.workspace.applyEdit(change))) throw new Error("The file cannot be changed. Is it read-only?");
  if (wasSaved) await document.save();
}
