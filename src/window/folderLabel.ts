import * as vscode from "vscode";

/**
 * The folder of a file as lists name it, as far as it tells files of one name apart: empty for the only folder of the
 * workspace.
 */
export function folderLabel(uri: vscode.Uri): string {
  const parent = vscode.Uri.joinPath(uri, "..");
  const root = vscode.workspace.getWorkspaceFolder(uri);
  if (root?.uri.path !== parent.path) return vscode.workspace.asRelativePath(parent);
  return (vscode.workspace.workspaceFolders?.length ?? 0) > 1 ? root.name : "";
}
