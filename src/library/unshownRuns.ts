import * as vscode from "vscode";
import type { RunEntry } from "../runs/runStore";
import type { ExperimentSession, SessionLog } from "../session/experimentSession";
import type { SessionRegistry } from "../session/sessionRegistry";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { holdsAllOf } from "./resumable";
import type { RunLibrary } from "./runLibrary";
import { savedRunId } from "./savedRunUri";
import { readShownRun } from "./savedRuns";

/**
 * The curves of a run, tens of megabytes, leave the memory once the run has ended, all of it is in its file, and
 * nothing shows it. Shown again, it is read from the file.
 */
export class UnshownRuns implements Disposable {
  private readonly owned = new DisposableStore();

  constructor(
    private readonly sessions: SessionRegistry,
    private readonly library: RunLibrary,
    private readonly log: SessionLog,
  ) {
    this.owned.add(
      sessions.onDidChangeShown((session) => {
        if (session.thread.isRetained) void this.load(session);
        else if (this.isFoundAgain(session)) this.sessions.remove(session.file.uri);
        else this.unload(session);
      }),
    );
    // A run that has just ended is not in the list yet, and one that was deleted is no longer.
    this.owned.add(library.onDidChange(() => sessions.all.forEach((session) => this.unload(session))));
  }

  dispose(): void {
    this.owned.dispose();
  }

  private unload(session: ExperimentSession): void {
    const { run, status, thread, isActive, handover, questions } = session;
    if (run === null || run.notSaved !== null) return;
    if (thread.isRetained || isActive || handover.hasNext || questions.size > 0) return;
    const entry = this.entryOf(session);
    if (isUnloaded(session)) {
      // Deleted: the file has another latest run, or none.
      if (entry === null) this.sessions.remove(session.file.uri);
    } else if (entry !== null && holdsAllOf(entry, status)) session.history.unload(run);
  }

  /** Of a run file elsewhere: whoever shows it again opens it from its file. */
  private isFoundAgain({ file, isActive, questions }: ExperimentSession): boolean {
    const id = savedRunId(vscode.Uri.parse(file.uri));
    return id !== null && this.library.store?.find(id) == null && !isActive && questions.size === 0;
  }

  private async load(session: ExperimentSession): Promise<void> {
    const { run } = session;
    const entry = this.entryOf(session);
    if (run === null || entry === null || !isUnloaded(session)) return;
    const isWanted = session.handover.watch();
    try {
      const request = await readShownRun(entry, run.recorded?.isReadOnly !== true);
      if (session.run === run && !session.handover.hasNext && isWanted()) session.start(request);
    } catch (error) {
      this.log.warn(`The run of ${session.file.fileName} could not be read again: ${String(error)}`);
    }
  }

  private entryOf({ run }: ExperimentSession): RunEntry | null {
    return run === null ? null : (this.library.store?.find(run.runId) ?? null);
  }
}

function isUnloaded({ run, header }: ExperimentSession): boolean {
  return run !== null && header !== null && run.trace === null;
}
