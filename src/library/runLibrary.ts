import { homedir, hostname } from "node:os";
import { isAbsolute, join } from "node:path";
import * as vscode from "vscode";
import type { RecordRequest } from "../runs/runFileWriter";
import { finalizeRun } from "../runs/finalizeRun";
import { RunStore } from "../runs/runStore";
import type { ExperimentSession, SessionLog } from "../session/experimentSession";
import type { RunFileTarget } from "../session/runFileTarget";
import type { RunRequest } from "../session/runState";
import type { SessionFile } from "../session/sessionFile";
import type { RegistryEvent } from "../session/registryEvent";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { isDiscarded } from "../shared/handover/policy";
import { IDLE } from "../shared/trace/trace";

const FOLDER_SETTING = "rnnLab.runs.folder";
const KEEP_SETTING = "rnnLab.runs.keep";
const DEFAULT_KEPT = 200;
const BASELINE_KEY = "rnnLab.baselineRun";
/** The list follows a run that is under way no faster. */
const PROGRESS_INTERVAL_MS = 1000;

/** Where this window keeps its runs, and which of them are its own and under way. */
export class RunLibrary implements RunFileTarget, Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new vscode.EventEmitter<void>());
  readonly onDidChange = this.changes.event;
  private readonly runChanges = this.owned.add(new vscode.EventEmitter<void>());
  /** Other than {@link onDidChange} not for the progress of runs that are under way. */
  readonly onDidChangeRuns = this.runChanges.event;
  private known = "";
  private current: RunStore | null = null;
  private listening: Disposable | null = null;
  /** Runs that were begun here, and the interrupted run that each goes on from; others are only shown. */
  private readonly begun = new Map<string, string | null>();
  /** Runs that were begun here and are passed through, until their sessions say that they have ended. */
  private readonly passedThrough = new Set<string>();
  /** The run of each session that is under way, and when the list last heard of it. */
  private readonly underWay = new Map<
    ExperimentSession,
    { readonly runId: string; readonly store: RunStore; toldAt: number; trainMs: number }
  >();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: SessionLog,
  ) {
    this.use();
    this.owned.add(
      vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration(FOLDER_SETTING) && this.use()),
    );
    this.owned.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.use()));
    this.owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.use()));
  }

  /** Null where there is no disk to keep runs on. */
  get store(): RunStore | null {
    return this.current;
  }

  /** Id of the run that others are measured against. */
  get baseline(): string | null {
    const id = this.context.workspaceState.get<string | null>(BASELINE_KEY, null);
    return id !== null && this.current?.find(id) == null ? null : id;
  }

  async setBaseline(id: string | null): Promise<void> {
    await this.context.workspaceState.update(BASELINE_KEY, id);
    this.showProblem();
  }

  begin(
    runId: string,
    { experiment, configHash, text, from }: RunRequest,
    { uri, fileName, name }: SessionFile,
  ): RecordRequest | null {
    if (this.current === null || from?.resume === false) return null;
    const resumedFrom = from?.runId ?? null;
    this.begun.set(runId, resumedFrom);
    const configText = text ?? `${JSON.stringify(experiment, null, 2)}\n`;
    return {
      path: this.current.pathOf(runId),
      meta: {
        runId,
        number: 0,
        varied: [],
        uri,
        fileName,
        name: experiment.name || name,
        startedAt: Date.now(),
        configText,
        config: experiment,
        configHash,
        seed: experiment.seed,
        resumedFrom,
        versions: {
          rnnLab: String((this.context.extension.packageJSON as { readonly version?: unknown }).version),
          node: process.version,
          platform: `${process.platform} ${process.arch}`,
        },
        writer: { process: process.pid, machine: hostname() },
      },
    };
  }

  discard(runId: string): void {
    if (this.baseline === runId) return;
    if (this.begun.has(runId)) this.passedThrough.add(runId);
    else if (this.current !== null) this.deleteReplaced(this.current, runId, true);
  }

  /** What a session does with its run. */
  follow({ session, event }: RegistryEvent): void {
    const known = this.underWay.get(session);
    const { status, isActive } = session;
    const runId = session.run?.runId ?? null;
    if (known !== undefined && (known.runId !== runId || !isActive)) {
      this.underWay.delete(session);
      if (known.runId === runId) this.finish(known.store, known.runId, status);
      else this.finishReplaced(known.store, known.runId, known.trainMs);
    }
    if (runId === null || !this.begun.has(runId) || !isActive || session.header === null || this.current === null)
      return;
    const entry = this.underWay.get(session) ?? { runId, store: this.current, toldAt: -Infinity, trainMs: 0 };
    this.underWay.set(session, entry);
    entry.trainMs = status.trainMs;
    const now = Date.now();
    if (
      (event.kind !== "rows" && event.kind !== "race" && event.kind !== "seeds") ||
      now - entry.toldAt >= PROGRESS_INTERVAL_MS
    ) {
      entry.toldAt = now;
      entry.store.noteStatus(runId, status);
      this.replaceInterrupted(entry.store, runId);
    }
  }

  dispose(): void {
    this.current?.dispose();
    this.listening?.dispose();
    this.owned.dispose();
  }

  /**
   * The thread has written the last word, unless it was ended or broke. From now on the run is one that is only shown.
   */
  private finish(store: RunStore, runId: string, status: ExperimentSession["status"]): void {
    const former = this.begun.get(runId) ?? null;
    this.begun.delete(runId);
    finalizeRun(store.pathOf(runId), status, Date.now())
      .catch((error: unknown) => this.log.warn(`The end of a run could not be saved: ${String(error)}`))
      .then(() => store.noteStatus(runId, null))
      .then(() => (former === null ? undefined : this.replace(store, former, runId)))
      .then(() => store.keepAtMost(vscode.workspace.getConfiguration().get<number>(KEEP_SETTING, DEFAULT_KEPT)))
      .catch((error: unknown) => this.log.warn(`Old runs could not be deleted: ${String(error)}`));
  }

  /**
   * Once a run that goes on is on the disk with all that was before, it stands for the interrupted one, which is in the
   * trash then.
   */
  private replaceInterrupted(store: RunStore, runId: string): void {
    const former = this.begun.get(runId) ?? null;
    if (former === null || store.find(runId) === null) return;
    this.begun.set(runId, null);
    this.replace(store, former, runId).catch((error: unknown) =>
      this.log.warn(`The interrupted run could not be closed: ${String(error)}`),
    );
  }

  private async replace(store: RunStore, former: string, runId: string): Promise<void> {
    const isBaseline = this.baseline === former;
    await store.replace(former, runId);
    if (isBaseline) await this.setBaseline(runId);
  }

  /**
   * A run that was replaced after a moment, or only passed through, is discarded; not one that had ended, or that goes
   * on from an interrupted one.
   */
  private finishReplaced(store: RunStore, runId: string, trainMs: number): void {
    const isPassedThrough = this.passedThrough.delete(runId);
    const isUnwanted = isPassedThrough || isDiscarded({ replaced: true, trainMs });
    if (!isUnwanted || (this.begun.get(runId) ?? null) !== null)
      return this.finish(store, runId, { ...IDLE, phase: "stopped" });
    this.begun.delete(runId);
    this.deleteReplaced(store, runId, isPassedThrough);
  }

  private deleteReplaced(store: RunStore, runId: string, isPassedThrough: boolean): void {
    store
      .discard(runId, isPassedThrough)
      .catch((error: unknown) => this.log.warn(`A replaced run could not be deleted: ${String(error)}`));
  }

  private use(): void {
    const folder = this.folder();
    if (folder === (this.current?.folder ?? null)) return;
    this.listening?.dispose();
    // A run that is under way is written where it was begun.
    this.current?.dispose();
    this.current = folder === null ? null : new RunStore(folder, this.log);
    this.listening = this.current?.onDidChange(() => this.onStoreChange()) ?? null;
    this.current
      ?.load()
      .catch((error: unknown) => this.log.warn(`The saved runs could not be listed: ${String(error)}`));
    this.showProblem();
  }

  private onStoreChange(): void {
    for (const { runId, store } of this.underWay.values()) this.replaceInterrupted(store, runId);
    this.showProblem();
  }

  private showProblem(): void {
    this.changes.fire();
    const runs = this.current?.all.map(({ id, notes, state, meta }) => [id, notes.name, state, meta.startedAt]) ?? [];
    const known = JSON.stringify([runs, this.baseline]);
    if (known !== this.known) {
      this.known = known;
      this.runChanges.fire();
    }
  }

  private folder(): string | null {
    const setting = vscode.workspace.isTrusted
      ? vscode.workspace.getConfiguration().get<string>(FOLDER_SETTING, "").trim()
      : "";
    if (setting !== "") {
      const path = setting === "~" || /^~[/\\]/.test(setting) ? join(homedir(), setting.slice(1)) : setting;
      const root = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file")?.uri.fsPath;
      if (isAbsolute(path) || root !== undefined) return isAbsolute(path) ? path : join(root ?? "", path);
      this.log.warn(
        `The setting ${FOLDER_SETTING} is ${JSON.stringify(setting)}, which requires an open folder. Runs are saved in the extension's storage.`,
      );
    }
    const storage = this.context.storageUri ?? this.context.globalStorageUri;
    return storage.scheme === "file" ? join(storage.fsPath, "runs") : null;
  }
}
