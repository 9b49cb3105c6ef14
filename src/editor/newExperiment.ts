import * as vscode from "vscode";
import { newExperimentText } from "../config/newExperiment";
import { EXPERIMENT_EXTENSION, fileNameOf } from "../shared/experimentPath";

const FIRST_NAME = "experiment";
const MAX_NAME_LENGTH = 80;

/**
 * Writes a new experiment and opens it: in the workspace under a name the user chooses, without a workspace untitled.
 *
 * @param target where to write it, without a question; it must not exist yet
 * @returns null when the user changed their mind
 */
export async function newExperiment(target?: vscode.Uri): Promise<vscode.TextDocument | null> {
  if (target !== undefined) {
    return createFile(target);
  }
  const folder = await chooseFolder();
  if (folder === null) {
    return createUntitled();
  }
  return folder === undefined ? null : createInFolder(folder.uri);
}

/** Undefined when the user gave up, null when there is no folder. */
async function chooseFolder(): Promise<vscode.WorkspaceFolder | null | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.length > 1 ? vscode.window.showWorkspaceFolderPick({ placeHolder: "Folder of the new experiment" }) : (folders[0] ?? null);
}

async function createInFolder(folder: vscode.Uri): Promise<vscode.TextDocument | null> {
  const taken = new Set((await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name.toLowerCase()));
  const isTaken = (name: string): boolean => taken.has(fileNameFor(name).toLowerCase());
  const name = await vscode.window.showInputBox({
    title: "New Experiment",
    prompt: `Name of the file; ${EXPERIMENT_EXTENSION} is added.`,
    value: firstFreeName(isTaken),
    validateInput: (input) => problemWithName(input) ?? (isTaken(input) ? `${fileNameFor(input)} is there already.` : undefined),
  });
  return name === undefined ? null : createFile(vscode.Uri.joinPath(folder, fileNameFor(name)));
}

async function createFile(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const change = new vscode.WorkspaceEdit();
  const contents = new TextEncoder().encode(newExperimentText(titleOf(uri)));
  change.createFile(uri, { overwrite: false, contents });
  if (!(await vscode.workspace.applyEdit(change))) {
    throw new Error(`${fileNameOf(uri.path)} cannot be written. Is it there already, or the folder read-only?`);
  }
  return show(await vscode.workspace.openTextDocument(uri));
}

async function createUntitled(): Promise<vscode.TextDocument> {
  const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
  const uriOf = (name: string): vscode.Uri => vscode.Uri.from({ scheme: "untitled", path: fileNameFor(name) });
  const uri = uriOf(firstFreeName((name) => open.has(uriOf(name).toString())));
  const document = await vscode.workspace.openTextDocument(uri);
  const change = new vscode.WorkspaceEdit();
  change.insert(uri, new vscode.Position(0, 0), newExperimentText(titleOf(uri)));
  await vscode.workspace.applyEdit(change);
  return show(document);
}

async function show(document: vscode.TextDocument): Promise<vscode.TextDocument> {
  await vscode.window.showTextDocument(document, { preview: false });
  return document;
}

function firstFreeName(isTaken: (name: string) => boolean): string {
  let name = FIRST_NAME;
  for (let number = 2; isTaken(name); number++) {
    name = `${FIRST_NAME}-${number}`;
  }
  return name;
}

function fileNameFor(name: string): string {
  const trimmed = name.trim();
  return trimmed.toLowerCase().endsWith(EXPERIMENT_EXTENSION) ? trimmed : trimmed + EXPERIMENT_EXTENSION;
}

function titleOf(uri: vscode.Uri): string {
  const words = fileNameOf(uri.path).slice(0, -EXPERIMENT_EXTENSION.length).replaceAll(/[-_]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What every file system takes. */
function problemWithName(name: string): string | undefined {
  if (name.trim().length === 0 || name.length > MAX_NAME_LENGTH) {
    return `A name of 1 to ${MAX_NAME_LENGTH} characters is needed.`;
  }
  return /^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u.test(name.trim()) ? undefined : "Use letters, digits, spaces, dots, dashes and underscores, and begin with a letter or digit.";
}
