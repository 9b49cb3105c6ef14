import { dirname, join } from "node:path";
import * as l10n from "@vscode/l10n";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import type { Finding } from "../shared/wire/findings";
import type { TextState } from "../shared/wire/liveEdit";
import type { ExperimentInfo, Ghost, Pace, ViewState } from "../shared/wire/protocol";
import {
  IDLE,
  type GradientCheck,
  type LossSurface,
  type RunPhase,
  type RunStatus,
  type TraceHeader,
  type TraceRows,
} from "../shared/trace/trace";
import type { TraceBuffer } from "../shared/trace/traceBuffer";
import type { WorkerReport } from "../threads/trainingMessages";
import { Deadline } from "../lib/deadline";
import { RaceSession } from "./raceSession";
import { isActive, nextStatus } from "./phases";
import { RunHistory } from "./runHistory";
import { RunState, type RunRequest } from "./runState";
import type { RunFileTarget } from "./runFileTarget";
import type { SessionEvent } from "./sessionEvent";
import type { SessionFile } from "./sessionFile";
import { describeFile, describeText, type EditState } from "./textState";
import { ThreadQuestions } from "./threadQuestions";
import { SessionWorker } from "../threads/sessionWorker";

/** A thread that has not stopped by then is ended. */
const STOP_DEADLINE_MS = 250;
/** From one edit of the text to the next, or to the run that it starts. */
const TYPING_REST_MS = 200;

export interface SessionLog {
  warn(message: string): void;
  error(message: string): void;
}

/** The one truth about an experiment: its run, the trace of it, and the curves of the runs before. */
export class ExperimentSession implements Disposable {
  private currentStatus: RunStatus = IDLE;
  private run: RunState | null = null;
  /** Asked for while a run was still ending; the latest wins. */
  private nextRun: RunRequest | null = null;
  readonly history = new RunHistory();
  /** Changed by {@link setEditState} and by a start alone. */
  textFollow: EditState = "settled";
  /** How often Stop was said. A start on its way since before, that is not due yet or reads its files, is not wanted any more. */
  stops = 0;
  private currentPace: Pace = 0;
  private lastCheck: GradientCheck | null = null;
  private readonly worker: SessionWorker;
  readonly race: RaceSession;
  /** Gradient check, text samples, and what views ask. */
  readonly questions: ThreadQuestions;
  private readonly stopDeadline = new Deadline(STOP_DEADLINE_MS);
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new Emitter<SessionEvent>());
  readonly onDidChange = this.changes.event;

  constructor(
    private currentFile: SessionFile,
    workerPath: string,
    private readonly log: SessionLog,
    private readonly recording: RunFileTarget | null = null,
  ) {
    this.worker = new SessionWorker(
      workerPath,
      { onReport: (report) => this.onReport(report), onFailure: (error) => this.onFailure(error) },
      () => this.isActive || this.questions.size > 0,
    );
    this.race = this.owned.add(
      new RaceSession(join(dirname(workerPath), "race.js"), () => this.changes.fire({ kind: "race" })),
    );
    this.questions = new ThreadQuestions(this.worker, () => this.run);
  }

  get file(): SessionFile {
    return this.currentFile;
  }

  /** The file was edited, renamed or deleted; the run continues unchanged. */
  describe(file: SessionFile): void {
    this.currentFile = file;
    this.race.follow(file.configHash);
    this.changes.fire({ kind: "view" });
  }

  /** What becomes of the run after an edit of the text. */
  setEditState(follow: EditState): void {
    if (follow === "coming" && this.isActive) this.worker.post({ type: "rest", milliseconds: TYPING_REST_MS });
    if (follow !== this.textFollow) {
      this.textFollow = follow;
      this.changes.fire({ kind: "view" });
    }
  }

  get info(): ExperimentInfo {
    return describeFile(this.currentFile, this.targetHash, this.textFollow);
  }

  get text(): TextState {
    return describeText(this.currentFile, this.run?.experiment ?? null, this.textFollow, this.isActive);
  }

  /** @param canRun false in an untrusted workspace */
  view(canRun: boolean): ViewState {
    return {
      experiment: this.info,
      status: this.currentStatus,
      pace: this.currentPace,
      gradientCheck: this.lastCheck,
      findings: this.findings,
      text: this.text,
      change: this.history.changeOf(this.run?.experiment ?? null),
      events: this.run?.events ?? [],
      notSaved: this.notSaved,
      recorded: this.run?.recorded ?? null,
      canRun,
    };
  }

  get status(): RunStatus {
    return this.currentStatus;
  }

  get header(): TraceHeader | null {
    return this.run?.header ?? null;
  }

  get trace(): TraceBuffer | null {
    return this.run?.trace ?? null;
  }

  get surface(): LossSurface | null {
    return this.run?.surface ?? null;
  }

  /** What is wrong with the present run, as far as it is; the most telling first. */
  get findings(): readonly Finding[] {
    return this.run?.findings ?? [];
  }

  /** What keeps the present run from being recorded; null while it is. */
  get notSaved(): string | null {
    return this.run?.notSaved ?? null;
  }

  get ghosts(): readonly Ghost[] {
    return this.history.ghosts(this.run?.experiment ?? null);
  }

  get pace(): Pace {
    return this.currentPace;
  }

  get runId(): string | null {
    return this.run?.runId ?? null;
  }

  /** Hash of what the present run does: the config it was started with, or that was applied to it since. */
  get runHash(): string | null {
    return this.run?.configHash ?? null;
  }

  /** Hash of the config of the run that was asked for last. */
  get targetHash(): string | null {
    return this.nextRun?.configHash ?? this.runHash;
  }

  /** Another run is on its way, or will be once the text has settled. */
  get expectsRun(): boolean {
    return this.nextRun !== null || this.textFollow === "coming";
  }

  get isActive(): boolean {
    return isActive(this.currentStatus.phase);
  }

  /** Something shows this session. */
  get isRetained(): boolean {
    return this.worker.isRetained;
  }

  get hasThread(): boolean {
    return this.worker.isHeld;
  }

  get listenerCount(): number {
    return this.changes.listenerCount;
  }

  /** Starts a run. One that is under way is stopped first and becomes a ghost. */
  start(request: RunRequest): void {
    if (this.owned.isDisposed) return;
    this.nextRun = request;
    if (this.isActive) this.stopRun();
    else this.launch();
  }

  /** A view has drawn rows of a run. */
  drawn(runId: string): void {
    if (this.isActive) this.worker.post({ type: "drawn", runId });
  }

  pause(): void {
    if (this.currentStatus.phase === "running") this.worker.post({ type: "pause" });
  }

  resume(): void {
    if (this.currentStatus.phase === "paused") this.worker.post({ type: "resume" });
  }

  /** One iteration of a run that is under way; it is paused afterwards. */
  step(): void {
    if (this.isActive) this.worker.post({ type: "step" });
  }

  stop(): void {
    this.stops++;
    this.nextRun = null;
    if (this.isActive) this.stopRun();
  }

  /** The run under way goes on with another optimizer, schedule or clip. @throws Error in words for a person when it cannot */
  async applyUpdates(request: Pick<RunRequest, "experiment" | "configHash">): Promise<void> {
    await this.questions.changeUpdates(request, this.isActive);
    this.textFollow = "settled";
    this.changes.fire({ kind: "view" });
  }

  setPace(pace: Pace): void {
    this.currentPace = pace;
    this.worker.post({ type: "setPace", pace });
    this.changes.fire({ kind: "view" });
  }

  /** Keeps the thread warm between runs until the result is disposed of. */
  retain(): Disposable {
    return this.worker.retain();
  }

  dispose(): void {
    this.nextRun = null;
    this.stopDeadline.clear();
    this.dropWorker(new Error(l10n.t("The experiment was closed.")));
    this.owned.dispose();
  }

  private launch(): void {
    const request = this.nextRun;
    if (request === null) return;
    this.nextRun = null;
    const run = new RunState(this.history.replace(this.run, request), request);
    this.run = run;
    this.lastCheck = null;
    this.textFollow = "settled";
    const { paused, byTyping, text: _text, ...work } = request;
    const record = this.recording?.begin(run.runId, request, this.currentFile) ?? null;
    this.setStatus({ ...IDLE, phase: "starting", iterations: work.experiment.training.iterations });
    this.worker.postOrStart({
      type: "start",
      runId: run.runId,
      ...work,
      pace: this.currentPace,
      paused,
      yields: byTyping === true,
      control: run.control,
      record,
    });
    this.changes.fire({ kind: "run" });
  }

  private stopRun(): void {
    if (this.run === null || this.stopDeadline.isSet) return;
    this.run.raiseStopFlag(this.nextRun !== null);
    this.worker.post({ type: "stop" });
    this.stopDeadline.set(() => {
      this.log.warn(`The training worker did not stop within ${STOP_DEADLINE_MS} ms and was terminated.`);
      this.dropWorker(new Error(l10n.t("The run was stopped.")));
      this.end("stopped", null);
    });
  }

  private onReport(report: WorkerReport): void {
    switch (report.type) {
      case "rows":
        return this.onRows(report.runId, report.rows, report.status);
      case "status":
        return this.onStatus(report.runId, report.status);
      case "started":
      case "surface":
      case "findings":
      case "applied":
      case "recording": {
        const event = this.run?.apply(report) ?? null;
        return event === null ? undefined : this.changes.fire(event);
      }
      case "gradientCheck":
        this.lastCheck = report.result;
        this.changes.fire({ kind: "view" });
        return this.questions.onReport(report);
      case "requestFailed":
      case "textSample":
      case "updatesChanged":
      case "answer":
        return this.questions.onReport(report);
      case "curves":
        return;
      default:
        report satisfies never;
    }
  }

  private onRows(runId: string, rows: TraceRows, status: RunStatus): void {
    // Credit first: the thread may go on while the listeners draw their conclusions.
    this.worker.post({ type: "credit" });
    if (this.run?.runId === runId && this.run.trace !== null) {
      this.run.trace.append(rows);
      // A final phase is announced by the status report that follows.
      this.currentStatus = { ...status, phase: this.currentStatus.phase };
      this.changes.fire({ kind: "rows", rows });
    }
  }

  private onStatus(runId: string, status: RunStatus): void {
    if (this.run?.runId !== runId) {
      return;
    }
    if (isActive(status.phase)) {
      this.setStatus(status);
      this.changes.fire({ kind: "view" });
    } else {
      this.currentStatus = { ...status, phase: this.currentStatus.phase };
      this.end(status.phase, status.message);
    }
  }

  private onFailure(error: Error): void {
    this.log.error(`The training worker failed: ${error.stack ?? error.message}`);
    this.questions.abandon(error);
    if (this.isActive) {
      this.end("failed", l10n.t("The run failed: {0}", error.message));
    }
  }

  private end(phase: RunPhase, message: string | null): void {
    this.stopDeadline.clear();
    this.setStatus({ ...this.currentStatus, phase, message, stepsPerSecond: 0 });
    if (this.nextRun !== null) {
      this.launch();
      return;
    }
    this.changes.fire({ kind: "view" });
    this.worker.releaseIdle();
  }

  private setStatus(status: RunStatus): void {
    this.currentStatus = nextStatus(this.currentStatus, status, (message) => this.log.warn(message));
  }

  private dropWorker(reason: Error): void {
    this.worker.drop();
    this.questions.abandon(reason);
  }
}
