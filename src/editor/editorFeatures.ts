import type { Lab } from "../lab";
import { DisposableStore, type Disposable } from "../shared/dispose";
import { ExperimentCodeLens } from "./codeLens";
import { Diagnostics } from "./diagnostics";
import { ExperimentSchema } from "./experimentSchema";
import { Findings } from "./findings";
import { NameCompletion } from "./nameCompletion";
import { ProblemActions } from "./problemActions";
import { ResultNotes } from "./resultNotes";

/** What shows on the text of experiments, for the tests. */
export interface EditorFeatures extends Disposable {
  readonly resultNotes: ResultNotes;
}

/** What shows on the text of experiments, and what follows from editing it. */
export function registerEditorFeatures({ files, sessions, sweeps, liveRuns, log }: Lab): EditorFeatures {
  const owned = new DisposableStore();
  owned.add(new ExperimentSchema());
  const diagnostics = owned.add(new Diagnostics(files, (message) => log.warn(message)));
  owned.add(new ProblemActions(diagnostics));
  owned.add(new Findings(files, sessions));
  owned.add(new ExperimentCodeLens(sessions, files, sweeps));
  owned.add(new NameCompletion());
  const resultNotes = owned.add(new ResultNotes(sessions, files));
  owned.add(liveRuns);
  return { resultNotes, dispose: () => owned.dispose() };
}
