import type * as vscode from "vscode";
import type { Lab } from "../lab";
import { DisposableStore } from "../shared/dispose";
import { ExperimentCodeLens } from "./codeLens";
import { Diagnostics } from "./diagnostics";
import { Findings } from "./findings";
import { ProblemActions } from "./problemActions";

/** What shows on the text of experiments, and what follows from editing it. */
export function registerEditorFeatures({ files, sessions, sweeps, liveRuns, log }: Lab): vscode.Disposable {
  const owned = new DisposableStore();
  const diagnostics = owned.add(new Diagnostics(files, (message) => log.warn(message)));
  owned.add(new ProblemActions(diagnostics));
  owned.add(new Findings(files, sessions));
  owned.add(new ExperimentCodeLens(sessions, files, sweeps));
  owned.add(liveRuns);
  return owned;
}
