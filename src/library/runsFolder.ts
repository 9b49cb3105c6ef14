import { homedir } from "node:os";
import { isAbsolute, join, relative } from "node:path";
import * as vscode from "vscode";

const FOLDER_SETTING = "rnnLab.runs.folder";

/** Where this window keeps its runs. */
export interface RunsFolder {
  readonly path: string;
  /** Named by the setting: other workspaces may have their runs there. Otherwise it is that of this workspace. */
  readonly isShared: boolean;
}

/** Null where there is no disk to keep runs on. @param warn about a setting that cannot be followed */
export function findRunsFolder(
  { storageUri, globalStorageUri }: Pick<vscode.ExtensionContext, "storageUri" | "globalStorageUri">,
  warn: (message: string) => void,
): RunsFolder | null {
  const value = vscode.workspace.isTrusted ? vscode.workspace.getConfiguration().get<unknown>(FOLDER_SETTING) : "";
  const setting = typeof value === "string" ? value.trim() : "";
  if (setting !== "") {
    const path = setting === "~" || /^~[/\\]/.test(setting) ? join(homedir(), setting.slice(1)) : setting;
    const root = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file")?.uri.fsPath;
    if (isAbsolute(path) || root !== undefined)
      return { path: isAbsolute(path) ? path : join(root ?? "", path), isShared: true };
    warn(
      `The setting ${FOLDER_SETTING} is ${JSON.stringify(setting)}, which requires an open folder. Runs are saved in the extension's storage.`,
    );
  }
  const storage = storageUri ?? globalStorageUri;
  return storage.scheme === "file" ? { path: join(storage.fsPath, "runs"), isShared: false } : null;
}

/** Whether a setting of the workspace has a say in it. */
export function isOfWorkspace({ path, isShared }: RunsFolder): boolean {
  return !isShared || folders().some(({ uri }) => uri.scheme === "file" && isInside(uri.fsPath, path));
}

/** Whether the runs of an experiment file count here: in a shared folder those of this workspace do. */
export function countsHere({ isShared }: RunsFolder, experimentUri: string): boolean {
  return !isShared || folders().some(({ uri }) => experimentUri.startsWith(uri.toString().replace(/\/*$/, "/")));
}

function folders(): readonly vscode.WorkspaceFolder[] {
  return vscode.workspace.workspaceFolders ?? [];
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !isAbsolute(way) && !/^\.\.(?:[/\\]|$)/.test(way);
}
