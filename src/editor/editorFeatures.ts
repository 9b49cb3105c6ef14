import type * as vscode from "vscode";
import type { Lab } from "../lab";
import { DisposableStore } from "../shared/dispose";
import { ExperimentCodeLens } from "./codeLens";
import { Diagnostics } from "./diagnostics";
import { Findings } from "./findings";
import { registerSaveToRerun } from "./saveToRerun";

/** What shows on the text of experiments, and what follows from editing it. */
export function registerEditorFeatures({ files, sessions, runner, notifications, panels, log }: Lab): vscode.Disposable {
  const owned = new DisposableStore();
  owned.add(new Diagnostics(files, (message) => log.warn(message)));
  owned.add(new Findings(files, sessions));
  owned.add(new ExperimentCodeLens(sessions));
  owned.add(registerSaveToRerun(sessions, files, runner, notifications, (session) => panels.find(session) !== null));
  return owned;
}
