import * as vscode from "vscode";
import type { PanelServices } from "./pageRequests";
import { ExperimentSession } from "../session/experimentSession";
import { ProbeSession } from "../session/probeSession";
import type { PanelSession } from "../session/panelSession";
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
    openFile: (session) => report(vscode.l10n.t("RNN Lab: The file could not be opened"), openFile(session)),
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

/** Of a run that is trained in Python, the line that watches it. */
async function openFile(session: PanelSession): Promise<void> {
  if (!(session instanceof ProbeSession)) {
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.parse(session.file.uri));
    return;
  }
  const { watch } = session;
  if (watch === null) return;
  // The path is whatever the file says; one on another machine would be asked for with the user's name.
  if (/^[\\/]{2}/.test(watch.file)) throw new Error(vscode.l10n.t("{0} is on another machine.", watch.file));
  const line = new vscode.Position(Math.max(0, watch.line - 1), 0);
  await vscode.window.showTextDocument(vscode.Uri.file(watch.file), {
    selection: new vscode.Range(line, line),
    viewColumn: vscode.ViewColumn.One,
  });
}

/** The run to resume is the one that is shown. */
function argumentsOf(command: ViewCommand, session: PanelSession | null): readonly unknown[] {
  if (!(session instanceof ExperimentSession) || command === "newExperiment") return [];
  // The button names the iteration of the last weights, so it does not ask for others.
  if (command === "resumeRun") return [session.run?.runId, undefined, "last"];
  return [vscode.Uri.parse(session.file.uri)];
}
