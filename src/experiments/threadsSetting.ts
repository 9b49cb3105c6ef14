import type * as vscode from "vscode";
import { readThreads, type ThreadsSetting } from "../lib/threadCount";

export const THREADS_SETTING = "rnnLab.threads";

/** "auto" where the setting is no number of threads. */
export function configuredThreads(configuration: vscode.WorkspaceConfiguration): ThreadsSetting {
  return readThreads(String(configuration.get<unknown>(THREADS_SETTING))) ?? "auto";
}
