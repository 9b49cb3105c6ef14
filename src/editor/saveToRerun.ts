import * as vscode from "vscode";
import type { ExperimentSession } from "../session/experimentSession";
import type { SessionRegistry } from "../session/sessionRegistry";
import type { Disposable } from "../shared/dispose";
import type { ExperimentFiles } from "./experimentFiles";
import type { ExperimentRunner } from "./experimentRunner";
import type { Notifications } from "./notifications";

const SETTING = "rnnLab.autoRun";

/** Saving a file whose panel is open runs it anew, if the experiment is another than the one that ran; a comment is not. */
export function registerSaveToRerun(
  sessions: SessionRegistry,
  files: ExperimentFiles,
  runner: ExperimentRunner,
  notifications: Notifications,
  hasPanel: (session: ExperimentSession) => boolean,
): Disposable {
  return vscode.workspace.onDidSaveTextDocument((document) => {
    const session = sessions.find(document.uri.toString());
    if (session === null || !hasPanel(session) || !vscode.workspace.isTrusted) {
      return;
    }
    if (vscode.workspace.getConfiguration(undefined, document.uri).get<string>(SETTING, "onSave") !== "onSave") {
      return;
    }
    const { experiment, hash } = files.read(document);
    if (experiment !== null && hash !== session.runHash) {
      runner.run(session, { paused: false }).catch((error: unknown) => notifications.showFailure("RNN Lab: the experiment was not run again", error));
    }
  });
}
