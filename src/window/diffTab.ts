import * as vscode from "vscode";
import { inertLine } from "../lib/outsideText";

/**
 * Opens two texts side by side.
 * @param title is shown as it stands
 * @returns the title of the tab
 */
export async function showDiff(
  left: vscode.Uri,
  right: vscode.Uri,
  title: string,
  options: vscode.TextDocumentShowOptions = {},
): Promise<string> {
  const shown = inertLine(title);
  await vscode.commands.executeCommand("vscode.diff", left, right, shown, options);
  return shown;
}
