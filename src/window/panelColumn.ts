import * as vscode from "vscode";

/** View types of the extension's panels begin with this; in tabs VS Code puts a prefix of its own before it. */
const OWN_PANEL = /(^|-)rnnLab\./;

/**
 * The column for a new panel about a file: the one that has panels already, otherwise the one next to the file's, so
 * that there is never a second column of panels. A file that was opened among the panels moves to the column of the
 * other files, where it stays in view.
 */
export function panelColumn(file: string): vscode.ViewColumn {
  const groups = vscode.window.tabGroups.all;
  const own = groups.find(
    ({ viewColumn, activeTab }) => viewColumn === columnOfEditor(file) || isTextOf(activeTab, file),
  );
  const panels = groups.find(({ tabs }) => tabs.some(isOwnPanel));
  if (panels !== undefined && panels !== own) return panels.viewColumn;
  const others = groups.filter((group) => group !== own);
  if (own === undefined) return vscode.ViewColumn.Beside;
  const next = others.find(({ viewColumn }) => viewColumn > own.viewColumn);
  if (panels === undefined) return next?.viewColumn ?? own.viewColumn + 1;
  const home = others.find(({ viewColumn }) => viewColumn < own.viewColumn) ?? next;
  if (home === undefined) return own.viewColumn + 1;
  void moveFile(file, own, home.viewColumn);
  return own.viewColumn;
}

function columnOfEditor(file: string): vscode.ViewColumn | undefined {
  return vscode.window.visibleTextEditors.find(
    ({ document, viewColumn }) => viewColumn !== undefined && document.uri.toString() === file,
  )?.viewColumn;
}

function isTextOf(tab: vscode.Tab | undefined, file: string): boolean {
  return tab?.input instanceof vscode.TabInputText && tab.input.uri.toString() === file;
}

function isOwnPanel({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputWebview && OWN_PANEL.test(input.viewType);
}

/** First shown there, then closed here: a document with unsaved changes is never without an editor. */
async function moveFile(file: string, from: vscode.TabGroup, to: vscode.ViewColumn): Promise<void> {
  const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === file);
  await vscode.window.showTextDocument(vscode.Uri.parse(file), {
    viewColumn: to,
    ...(editor === undefined ? {} : { selection: editor.selection }),
  });
  const left = from.tabs.find((tab) => isTextOf(tab, file));
  if (left !== undefined) await vscode.window.tabGroups.close(left, true);
}
