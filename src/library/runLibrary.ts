import * as vscode from "vscode";
import type { RecordRequest } from "../runs/runFileWriter";
import { dropEarlierCheckpoints } from "../runs/dropCheckpoints";
import { finalizeRun } from "../runs/finalizeRun";
import { nextRunNumber, runName } from "../runs/runName";
import { Heartbeat } from "../runs/heartbeat";
import type { RetentionLimits, RetentionPlan, RetentionScope } from "../runs/retention";
import { RunStore, type RunEntry } from "../runs/runStore";
import type { ExperimentSession, SessionLog } from "../session/experimentSession";
import type { NumberedRun, RecordedRuns, RunFileTarget } from "../session/runFileTarget";
import type { RunRequest } from "../session/runState";
import type { SessionFile } from "../session/sessionFile";
import type { RegistryEvent } from "../session/registryEvent";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { IDLE } from "../shared/trace/trace";
import type { RunIdentity } from "../shared/wire/runIdentity";
import { RunLimits } from "./runLimits";
import { RunNames } from "./runNames";
import { findRunsFolder } from "./runsFolder";
import { describeStart } from "./runStart";

const SETTINGS = "rnnLab.runs";
const BASELINE_KEY = "rnnLab.baselineRun";
/** The list follows a run that is under way no faster. */
const PROGRESS_INTERVAL_MS = 1000;

/** How much of the limits the runs of this workspace use. */
export interface RunUsage {
  readonly limits: RetentionLimits;
  readonly plan: RetentionPlan;
  /** Of the runs in the trash, which do not count. */
  readonly trashBytes: number;
}

/** Where this window keeps its runs, and which of them are its own and under way. */
export class RunLibrary implements RunFileTarget, Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new vscode.EventEmitter<void>());
  private readonly runChanges = this.owned.add(new vscode.EventEmitter<void>());
  private readonly limits: RunLimits;
  /** What views were told last. */
  private told: { readonly runs: readonly RunEntry[]; readonly baseline: string | null } = { runs: [], baseline: null };
  private current: RunStore | null = null;
  private listening: Disposable | null = null;
  /** Runs that were begun here, and the interrupted run that each goes on from; others are only shown. */
  private readonly begun = new Map<string, string | null>();
  /** The run of each session that is under way, and when the list last heard of it. */
  private readonly underWay = new Map<
    ExperimentSession,
    { readonly runId: string; readonly store: RunStore; toldAt: number }
  >();
  /** The end of each run of this window that is not in the list yet. */
  private readonly endings = new Map<string, Promise<void>>();
  private readonly heartbeat = this.owned.add(new Heartbeat());
  private readonly names = this.owned.add(new RunNames(() => this.current?.all ?? [], vscode.env.language));
  private loading: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: SessionLog,
  ) {
    this.limits = new RunLimits(log);
    this.use();
    this.owned.add(
      vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration(SETTINGS) && this.use()),
    );
    this.owned.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.use()));
    this.owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.use()));
  }

  get onDidChange(): vscode.Event<void> {
    return this.changes.event;
  }

  /** Other than {@link onDidChange} not for the progress of runs that are under way. */
  get onDidChangeRuns(): vscode.Event<void> {
    return this.runChanges.event;
  }

  /** The runs with these ids have other names. */
  get onDidRename(): RunNames["onDidRename"] {
    return this.names.onDidRename;
  }

  /** Null where there is no disk to keep runs on. */
  get store(): RunStore | null {
    return this.current;
  }

  /** Settles when the runs that were recorded before are known: the numbers of the next ones follow from them. */
  get loaded(): Promise<void> {
    return this.loading;
  }

  identityOf(runId: string): RunIdentity | null {
    return this.names.identityOf(runId);
  }

  /** The number and name of a recorded run, as every view shows them. */
  identity(entry: RunEntry): RunIdentity {
    return (
      this.identityOf(entry.id) ?? {
        number: entry.meta.number,
        name: runName(entry, { language: vscode.env.language }),
      }
    );
  }

  recordedRuns(uri: string): RecordedRuns {
    const runs = this.current?.all ?? [];
    const latest = runs.find(({ meta }) => meta.uri === uri);
    return { nextNumber: nextRunNumber(runs, uri), latest: latest?.meta.config ?? null };
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

  /** Null where there is no disk to keep runs on. */
  get usage(): RunUsage | null {
    const limits = this.limits.read();
    if (this.current === null || limits === null) return null;
    const plan = this.current.plan(limits, this.scope);
    return { limits, plan, trashBytes: this.current.trash.bytes };
  }

  begin(
    run: NumberedRun,
    request: RunRequest,
    file: SessionFile,
    onLoss: (problem: string | null) => void,
  ): RecordRequest | null {
    const { current: store } = this;
    if (store === null || request.from?.resume === false) return null;
    if (run.passedThrough !== null) this.discard(store, run.passedThrough);
    const former = request.from === undefined ? null : store.find(request.from.runId);
    // A run that goes on from its best weights does not contain the former one, which stays.
    this.begun.set(run.runId, request.from?.weights === "best" ? null : (request.from?.runId ?? null));
    const { version } = this.context.extension.packageJSON as { readonly version?: unknown };
    const meta = describeStart({ ...run, varied: former?.meta.varied ?? run.varied }, request, file, String(version));
    this.names.add(meta);
    const path = store.pathOf(run.runId);
    const mark = this.heartbeat.add(path, (problem) => {
      onLoss(problem);
      if (problem !== null) store.noteLoss();
    });
    return { path, meta, mark };
  }

  /** What a session does with its run. */
  follow({ session, event }: RegistryEvent): void {
    const known = this.underWay.get(session);
    const { status, isActive, run } = session;
    // A session that only shows a recorded run does not write it, even while another one does.
    const runId = run === null || run.recorded !== null ? null : run.runId;
    if (known !== undefined && (known.runId !== runId || !isActive)) {
      this.underWay.delete(session);
      this.finish(known.store, known.runId, known.runId === runId ? status : { ...IDLE, phase: "stopped" });
    }
    if (runId === null || !this.begun.has(runId) || !isActive || session.header === null || this.current === null)
      return;
    const entry = this.underWay.get(session) ?? { runId, store: this.current, toldAt: -Infinity };
    this.underWay.set(session, entry);
    const now = Date.now();
    if (!["rows", "race", "rateTest", "seeds"].includes(event.kind) || now - entry.toldAt >= PROGRESS_INTERVAL_MS) {
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
    const ending = this.closeFile(store, runId, status, former).finally(() => this.endings.delete(runId));
    this.endings.set(runId, ending);
  }

  private async closeFile(
    store: RunStore,
    runId: string,
    status: ExperimentSession["status"],
    former: string | null,
  ): Promise<void> {
    const attempt = (problem: string, work: Promise<unknown>): Promise<unknown> =>
      work.catch((error: unknown) => this.log.warn(`${problem}: ${String(error)}`));
    const path = store.pathOf(runId);
    if (this.heartbeat.isEndWaiting(path)) store.noteStatus(runId, status);
    await this.heartbeat.untilEndIsWritten(path);
    await attempt("The end of a run could not be saved", finalizeRun(path, status, Date.now()));
    await this.heartbeat.remove(path);
    store.noteStatus(runId, null);
    if (former !== null) await attempt("The interrupted run could not be closed", this.replace(store, former, runId));
    await attempt("The file of a run could not be made smaller", dropEarlierCheckpoints(path));
    await attempt("Old runs could not be moved to the trash", this.applyLimits(store, runId));
  }

  /** @param ended a brief run may not be in the list yet, and counts */
  private async applyLimits(store: RunStore, ended: string): Promise<void> {
    await store.read(ended);
    const limits = this.limits.read();
    if (store === this.current && limits !== null) await store.applyLimits(limits, this.scope);
  }

  private get scope(): RetentionScope {
    return {
      baseline: this.context.workspaceState.get<string | null>(BASELINE_KEY, null),
      includes: this.limits.counts,
    };
  }

  /**
   * Once a run that goes on is on the disk with all that was before, it stands for the interrupted one, which is in the
   * trash then, unless somebody may still write it.
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

  /** A run that was only passed through on the way to another is not kept, nor is it counted. */
  private discard(store: RunStore, runId: string): void {
    const session = [...this.underWay].find(([, known]) => known.runId === runId)?.[0];
    if (session !== undefined) this.underWay.delete(session);
    if (this.baseline === runId) {
      if (session !== undefined) this.finish(store, runId, { ...IDLE, phase: "stopped" });
      return;
    }
    this.begun.delete(runId);
    const path = store.pathOf(runId);
    this.heartbeat.drop(path);
    (this.endings.get(runId) ?? Promise.resolve())
      .then(() => store.discard(runId))
      .then(() => this.heartbeat.remove(path))
      .catch((error: unknown) => this.log.warn(`A replaced run could not be deleted: ${String(error)}`));
  }

  private use(): void {
    const folder = findRunsFolder(this.context, (message) => this.log.warn(message));
    this.limits.use(folder);
    const path = folder?.path ?? null;
    if (path === (this.current?.folder ?? null)) return this.changes.fire();
    this.listening?.dispose();
    // A run that is under way is written where it was begun.
    this.current?.dispose();
    this.current = path === null ? null : new RunStore(path, this.log);
    this.listening = this.current?.onDidChange(() => this.onStoreChange()) ?? null;
    this.loading = (this.current?.load() ?? Promise.resolve()).catch((error: unknown) =>
      this.log.warn(`The saved runs could not be listed: ${String(error)}`),
    );
    this.showProblem();
  }

  private onStoreChange(): void {
    for (const { runId, store } of this.underWay.values()) this.replaceInterrupted(store, runId);
    this.showProblem();
  }

  private showProblem(): void {
    const { baseline } = this;
    const runs = this.current?.all ?? [];
    const changed = baseline !== this.told.baseline || isOtherList(this.told.runs, runs);
    this.told = { runs, baseline };
    if (changed) this.names.update();
    this.changes.fire();
    if (changed) this.runChanges.fire();
  }
}

/** Not for the progress of runs that are under way. An entry that is the same object has not changed. */
function isOtherList(before: readonly RunEntry[], after: readonly RunEntry[]): boolean {
  const isOther = (a: RunEntry, b: RunEntry): boolean =>
    a.id !== b.id || a.notes.name !== b.notes.name || a.state !== b.state || a.meta.startedAt !== b.meta.startedAt;
  return (
    before.length !== after.length ||
    after.some((entry, index) => entry !== before[index] && isOther(entry, before[index]!))
  );
}
