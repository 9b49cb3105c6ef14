import * as vscode from "vscode";
import type { PanelServices } from "./pageRequests";
import type { ExperimentSession } from "../session/experimentSession";
import type { ViewCommand } from "../shared/wire/protocol";
import type { Movements } from "../experiments/movements";
import type { Notifications } from "../window/notifications";
import { saveChart } from "./saveChart";
import { editValues, revealValue } from "./viewRequests";
import type { Log } from "../window/log";

/** What VS Code does for the pages. */
export function createPanelServices(notifications: Notifications, movements: Movements, log: Log): PanelServices {
  const report = (failure: string, done: Promise<unknown>): void =>
    void done.catch((error: unknown) => notifications.showFailure(failure, error));
  return {
    canRun: () => vscode.workspace.isTrusted,
    runCommand: (command, session) =>
      void vscode.commands.executeCommand(`rnnLab.${command}`, ...argumentsOf(command, session)),
    openFile: (session) => void vscode.commands.executeCommand("vscode.open", vscode.Uri.parse(session.file.uri)),
    revealValue: (session, path) =>
      report(vscode.l10n.t("RNN Lab: The file could not be opened"), revealValue(session, path)),
    editValues: (session, edits, moving) =>
      report(vscode.l10n.t("RNN Lab: The file could not be edited"), editValues(session, edits, moving, movements)),
    saveChart: (session, file) =>
      report(vscode.l10n.t("RNN Lab: The chart could not be saved"), saveChart(session, file)),
    showFailure: (message) =>
      notifications.showFailure(vscode.l10n.t("RNN Lab: The chart could not be saved"), new Error(message)),
    warn: (message) => log.warn(message),
  };
}

/** The run to resume is the one that is shown. */
function argumentsOf(command: ViewCommand, session: ExperimentSession | null): readonly unknown[] {
  if (session === null || command === "newExperiment") return [];
  return [command === "resumeRun" ? session.run?.runId : vscode.Uri.parse(session.file.uri)];
}
