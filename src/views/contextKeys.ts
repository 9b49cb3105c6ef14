import * as vscode from "vscode";
import { WhenContext } from "../window/whenContext";
import type { ExperimentSession } from "../session/experimentSession";
import type { SessionRegistry } from "../session/sessionRegistry";
import { DisposableStore, type Disposable } from "../lib/dispose";
import type { Event } from "../lib/emitter";
import type { ActiveExperiment } from "../experiments/activeExperiment";
import { findExampleFolders } from "../experiments/examples";

/** Where sweeps are looked up. */
interface SweepSource {
  readonly onDidChange: Event<unknown>;
  find(session: ExperimentSession): { readonly phase: string; readonly canContinue: boolean } | null;
}

/** Sets the context keys that the `when` clauses of package.json use. */
export class ContextKeys implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly context = new WhenContext();

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly sessions: SessionRegistry,
    private readonly active: ActiveExperiment,
    private readonly sweeps: SweepSource,
  ) {
    this.owned.add(active.onDidChange(() => this.update()));
    this.owned.add(
      sessions.onDidSettle(
        ({ event }) => ["view", "run", "race", "rateTest", "seeds"].includes(event.kind) && this.update(),
      ),
    );
    this.owned.add(sweeps.onDidChange(() => this.update()));
    this.update();
    this.context.set("rnnLab.hasExamples", false);
    this.owned.add(vscode.workspace.onDidChangeWorkspaceFolders(() => void this.updateExamples()));
    void this.updateExamples();
  }

  /** The keys as they were last set, for the tests. */
  get values(): Readonly<Record<string, unknown>> {
    return this.context.values;
  }

  /** Whether a folder of the workspace holds the examples. A folder that cannot be read holds none. */
  async updateExamples(): Promise<void> {
    const folders = await findExampleFolders(this.extensionUri).catch(() => []);
    this.context.set("rnnLab.hasExamples", folders.length > 0);
  }

  dispose(): void {
    this.owned.dispose();
  }

  private update(): void {
    const session = this.active.session;
    const phase = session?.status.phase ?? "idle";
    this.context.set("rnnLab.hasExperiment", session !== null);
    this.context.set("rnnLab.hasRun", session !== null && session.run !== null);
    const sweep = session === null ? null : this.sweeps.find(session);
    this.context.set("rnnLab.hasSweep", sweep !== null);
    this.context.set("rnnLab.canStopSweep", sweep?.phase === "running");
    this.context.set("rnnLab.canContinueSweep", sweep?.canContinue === true);
    this.context.set("rnnLab.running", phase === "running");
    this.context.set("rnnLab.paused", phase === "paused");
    this.context.set("rnnLab.canStopRace", session?.beside.race.isRunning === true);
    this.context.set("rnnLab.canStopRateTest", session?.beside.rateTest.isRunning === true);
    this.context.set("rnnLab.canStopSeeds", session?.beside.seeds.isRunning === true);
    this.context.set("rnnLab.hasSeeds", session !== null && session.beside.seeds.shown !== null);
    this.context.set("rnnLab.canApply", session?.view(true).text.applies === true);
    this.context.set("rnnLab.canStop", session?.isActive === true);
    // `resourcePath in rnnLab.activeRuns`: several editors may stand side by side, each with icons of its own.
    const running = this.sessions.all.filter(({ isActive }) => isActive);
    this.context.set(
      "rnnLab.activeRuns",
      running.flatMap(({ file }) => pathsOf(vscode.Uri.parse(file.uri))),
    );
  }
}

/**
 * As `resourcePath` has it. A window on Windows writes the path of a file on another machine with backslashes; the URI
 * itself differs there.
 */
function pathsOf(uri: vscode.Uri): string[] {
  return [uri.fsPath, uri.path.replaceAll("/", "\\")];
}
