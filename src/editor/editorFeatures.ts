import type { ExperimentFiles } from "../experiments/experimentFiles";
import type { SessionRegistry } from "../session/sessionRegistry";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { ExperimentCodeLens, type SweepLookup } from "./codeLens";
import { Diagnostics } from "./diagnostics";
import { ExperimentSchema } from "./experimentSchema";
import { Findings } from "./findings";
import { NameCompletion } from "./nameCompletion";
import { ProblemActions } from "./problemActions";
import { PythonCodeLens } from "./pythonCodeLens";
import { ResultNotes } from "./resultNotes";
import type { Log } from "../window/log";

/** What shows on the text of experiments, for the tests. */
export interface EditorFeatures extends Disposable {
  readonly resultNotes: ResultNotes;
}

/** What the features of the text are built on. */
interface EditorServices {
  readonly files: ExperimentFiles;
  readonly sessions: SessionRegistry;
  readonly sweeps: SweepLookup;
  readonly log: Log;
}

/** Registers what shows on the text of experiments. */
export function registerEditorFeatures({ files, sessions, sweeps, log }: EditorServices): EditorFeatures {
  const owned = new DisposableStore();
  owned.add(new ExperimentSchema());
  const diagnostics = owned.add(new Diagnostics(files, (message) => log.warn(message)));
  owned.add(new ProblemActions(diagnostics));
  owned.add(new Findings(files, sessions));
  owned.add(new ExperimentCodeLens(sessions, files, sweeps));
  owned.add(new PythonCodeLens());
  owned.add(new NameCompletion());
  const resultNotes = owned.add(new ResultNotes(sessions, files));
  return { resultNotes, dispose: () => owned.dispose() };
}
