/** Files that commands create: their names, and how they are written and shown. */
import * as vscode from "vscode";
import { EXPERIMENT_EXTENSION, fileNameOf } from "../experiments/experimentPath";

/** "name", or "name-2" and so on. */
export function firstFreeName(first: string, isTaken: (name: string) => boolean): string {
  let name = first;
  for (let number = 2; isTaken(name); number++) {
    name = `${first}-${number}`;
  }
  return name;
}

/** What an experiment of this file is called. */
export function titleOf(uri: vscode.Uri): string {
  const words = fileNameOf(uri.path).slice(0, -EXPERIMENT_EXTENSION.length).replaceAll(/[-_]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * @param data a file beside it; one of this name that is there already is the user's own
 * @throws Error in words for a person when it is there already, or cannot be written
 */
export async function writeNewFile(
  uri: vscode.Uri,
  text: string,
  data: { readonly name: string; readonly text: string | undefined } | null = null,
): Promise<void> {
  const change = new vscode.WorkspaceEdit();
  change.createFile(uri, { overwrite: false, contents: new TextEncoder().encode(text) });
  if (data !== null)
    change.createFile(vscode.Uri.joinPath(uri, "..", data.name), {
      ignoreIfExists: true,
      contents: new TextEncoder().encode(data.text),
    });
  if (!(await vscode.workspace.applyEdit(change))) {
    throw new Error(
      vscode.l10n.t(
        "{0} could not be created. Check whether it already exists or the folder is read-only.",
        fileNameOf(uri.path),
      ),
    );
  }
}

export async function showNewFile(document: vscode.TextDocument): Promise<vscode.TextDocument> {
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}
