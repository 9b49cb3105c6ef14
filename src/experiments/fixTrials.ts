import * as vscode from "vscode";
import { NO_FILES } from "../config/facts/dataFiles";
import { isFixable } from "../fixes/offer";
import { Deadline } from "../lib/deadline";
import { DisposableStore, type Disposable } from "../lib/dispose";
import type { ExperimentSession } from "../session/experimentSession";
import type { SessionRegistry } from "../session/sessionRegistry";
import { freeOfRuns } from "./processors";

const SETTING = "rnnLab.tryFixes";
/** Findings of a run that goes on are settled when nothing has changed for so long. */
const SETTLED_MS = 5000;
/** A run that goes on for less is waited for. */
const LONG_RUN_MS = 20_000;

/**
 * Searches for fixes of the findings of a run, on a processor that no run uses and no training with several seeds: when
 * the run has ended or is paused, or while it goes on for long and a processor is free. A search is held while these
 * need all processors, and ends when the file says another experiment, another run starts, or nobody looks at the
 * experiment.
 */
export class FixTrials implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly settling = new Deadline(SETTLED_MS);

  constructor(private readonly sessions: SessionRegistry) {
    this.owned.add(
      sessions.onDidChange(({ event }) => {
        if (event.kind === "findings") this.settling.set(() => this.update());
        if (!["rows", "surface", "race", "rateTest"].includes(event.kind)) this.update();
      }),
    );
    this.owned.add(vscode.window.tabGroups.onDidChangeTabs(() => this.update()));
    this.owned.add(vscode.workspace.onDidCloseTextDocument(() => this.update()));
    this.owned.add(
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(SETTING) && this.update()),
    );
  }

  dispose(): void {
    this.settling.clear();
    this.owned.dispose();
  }

  private update(): void {
    const { all } = this.sessions;
    let free = freeOfRuns(all) - all.reduce((sum, { beside }) => sum + beside.seeds.threads.working, 0);
    for (const session of all) {
      const fixes = session.run?.fixes;
      if (fixes === undefined) continue;
      if (!isWanted(session)) {
        fixes.cancel();
        continue;
      }
      if (!fixes.isSearching && this.isDue(session) && free > 0) this.start(session);
      if (!fixes.isSearching) continue;
      fixes.hold(free <= 0);
      if (free > 0) free--;
    }
  }

  private isDue({ run, status, isActive }: ExperimentSession): boolean {
    if (run === null || !run.fixes.needsSearch(!isActive)) return false;
    if (status.phase !== "running") return status.phase !== "starting";
    const remainingMs = status.trainMs * (status.iterations / Math.max(1, status.iteration) - 1);
    return !this.settling.isSet && remainingMs > LONG_RUN_MS;
  }

  private start({ run, status, isActive }: ExperimentSession): void {
    if (run === null) return;
    const { request, experiment, configHash, fixes } = run;
    // A run that took over other settings on its way is no longer what its text says.
    const text = configHash === request.configHash ? request.text : undefined;
    fixes.start(!isActive, {
      text: text ?? JSON.stringify(experiment),
      experiment,
      files: request.files ?? NO_FILES,
      trainMs: status.trainMs,
      savedAs: isActive ? null : fixes.savedAs,
    });
  }
}

/** Whether fixes of what was found are of use: somebody looks at the run, and the file still says what it is. */
function isWanted({ file, run, handover, thread }: ExperimentSession): boolean {
  return (
    run !== null &&
    run.recorded === null &&
    isFixable(run.findings) &&
    file.configHash === run.configHash &&
    !handover.state.expectsRun &&
    vscode.workspace.isTrusted &&
    vscode.workspace.getConfiguration(undefined, vscode.Uri.parse(file.uri)).get<boolean>(SETTING, true) &&
    (thread.isRetained || vscode.workspace.textDocuments.some(({ uri }) => uri.toString() === file.uri))
  );
}
