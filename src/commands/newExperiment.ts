import * as vscode from "vscode";
import type { Services } from "../app/services";
import { EXPERIMENT_EXTENSION } from "../experiments/experimentPath";
import { findStart, FROM_TABLE, pickStart, type ExperimentStart } from "./pickStart";
import { dataFileIn, readStories, type Examples } from "../experiments/examples";
import { askForText } from "../window/inputBox";
import { firstFreeName, showNewFile, titleOf, writeNewFile } from "./newFile";
import { newFromTable } from "./newFromTable";

const MAX_NAME_LENGTH = 80;

/**
 * Writes a new experiment and opens it: in the workspace under a name the user chooses, without a workspace untitled.
 *
 * @param target where to write it, without a question; it must not exist yet
 * @param startId an example's name or a kind of task; asked for when both are undefined, else the tutorial's
 * @returns null when the user changed their mind
 * @throws Error in words for a person when it cannot be written, or there is no such start
 */
export async function newExperiment(
  lab: Pick<Services, "extensionUri" | "readOnlyTexts">,
  target?: vscode.Uri,
  startId?: string,
): Promise<vscode.TextDocument | null> {
  const stories = await readStories(lab.extensionUri);
  const isAsked = target === undefined && startId === undefined;
  const folder = target === undefined ? await chooseFolder() : null;
  if (folder === undefined) {
    return null;
  }
  const start = isAsked ? await pickStart(stories, folder !== null) : findStart(stories, startId ?? "count-ones");
  if (start === FROM_TABLE) return newFromTable(lab, undefined);
  if (start === undefined) {
    if (isAsked) return null;
    throw new Error(vscode.l10n.t('There is no example or task named "{0}".', startId ?? ""));
  }
  if (target !== undefined) {
    return createFile(target, start, stories);
  }
  return folder === null ? createUntitled(start) : createInFolder(folder.uri, start, stories);
}

/** Undefined when the user gave up, null when there is no folder. */
async function chooseFolder(): Promise<vscode.WorkspaceFolder | null | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.length > 1
    ? vscode.window.showWorkspaceFolderPick({ placeHolder: vscode.l10n.t("Select a folder for the new experiment") })
    : (folders[0] ?? null);
}

async function createInFolder(
  folder: vscode.Uri,
  start: ExperimentStart,
  stories: Examples,
): Promise<vscode.TextDocument | null> {
  const taken = new Set((await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name.toLowerCase()));
  const isTaken = (name: string): boolean => taken.has(fileNameFor(name).toLowerCase());
  const name = await askForText(
    {
      title: vscode.l10n.t("New Experiment"),
      prompt: vscode.l10n.t("Enter a file name. The extension {0} is added automatically.", EXPERIMENT_EXTENSION),
      value: firstFreeName(start.fileName, isTaken),
    },
    (input) =>
      problemWithName(input) ??
      (isTaken(input) ? vscode.l10n.t("A file named {0} already exists.", fileNameFor(input)) : null),
  );
  return name === undefined ? null : createFile(vscode.Uri.joinPath(folder, fileNameFor(name)), start, stories);
}

async function createFile(uri: vscode.Uri, start: ExperimentStart, stories: Examples): Promise<vscode.TextDocument> {
  const text = start.text(titleOf(uri));
  const data = dataFileIn(text, stories);
  await writeNewFile(uri, text, data === null ? null : { name: data, text: stories.data[data] });
  return showNewFile(await vscode.workspace.openTextDocument(uri));
}

async function createUntitled(start: ExperimentStart): Promise<vscode.TextDocument> {
  const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
  const uriOf = (name: string): vscode.Uri => vscode.Uri.from({ scheme: "untitled", path: fileNameFor(name) });
  const uri = uriOf(firstFreeName(start.fileName, (name) => open.has(uriOf(name).toString())));
  const document = await vscode.workspace.openTextDocument(uri);
  const change = new vscode.WorkspaceEdit();
  change.insert(uri, new vscode.Position(0, 0), start.text(titleOf(uri)));
  await vscode.workspace.applyEdit(change);
  return showNewFile(document);
}

function fileNameFor(name: string): string {
  const trimmed = name.trim();
  return trimmed.toLowerCase().endsWith(EXPERIMENT_EXTENSION) ? trimmed : trimmed + EXPERIMENT_EXTENSION;
}

/** What every file system takes. */
function problemWithName(name: string): string | null {
  if (name.trim().length === 0 || name.length > MAX_NAME_LENGTH) {
    return vscode.l10n.t("Enter a name of 1 to {0} characters.", MAX_NAME_LENGTH);
  }
  return /^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u.test(name.trim())
    ? null
    : vscode.l10n.t("Use letters, digits, spaces, dots, hyphens, and underscores, and start with a letter or digit.");
}
