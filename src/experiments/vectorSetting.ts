import * as vscode from "vscode";
import type { ThreadProcesses } from "../threads/processes/threadProcesses";

const SETTING = "rnnLab.vectorBits";

/** Training that begins from now on follows the setting. */
export function followVectorSetting(processes: ThreadProcesses): vscode.Disposable {
  const apply = (): void => {
    processes.wideVectors = vscode.workspace.getConfiguration().get<unknown>(SETTING) !== "128";
  };
  apply();
  return vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(SETTING) && apply());
}
