import { dirname, join } from "node:path";
import * as l10n from "@vscode/l10n";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import { MemoryBudget } from "../lib/memoryBudget";
import type { Pace, ViewState } from "../shared/wire/protocol";
import type { RunIdentity } from "../shared/wire/runIdentity";
import { IDLE, type RunPhase, type RunStatus, type TraceHeader } from "../shared/trace/trace";
import type { WorkerReport } from "../threads/trainingMessages";
import { Deadline } from "../lib/deadline";
import { BesideRun } from "./besideRun";
import { Handover } from "./handover";
import { isActive, nextStatus } from "./phases";
import { RunFixes } from "./runFixes";
import { RunHistory, type EarlierRuns } from "./runHistory";
import { RunState, type RunRequest } from "./runState";
import type { RunFileTarget } from "./runFileTarget";
import type { SessionEvent } from "./sessionEvent";
import type { SessionFile } from "./sessionFile";
import { describeFile, describeText } from "./textState";
import { ThreadQuestions } from "./threadQuestions";
import type { ThreadPlace } from "../threads/carriers/threadPlace";
import { SessionWorker } from "../threads/sessionWorker";
import { describeError } from "../lib/outsideText";
import { NO_FILES } from "../config/facts/dataFiles";
import type { RecordRequest } from "../runs/runFileWriter";
import { memoryLimit } from "../config/facts/memoryLimit";
import { readingBytes, trainingBytes } from "../config/facts/trainingBytes";

/** A thread that has not stopped by then is ended. */
const STOP_DEADLINE_MS = 250;
/**
 * The same for one whose steps are short: it is writing its file, or waits for the processor, and with it would go what
 * is not written yet.
 */
const SHORT_STEPS_DEADLINE_MS = 2000;
const SHORT_STEP_MS = 20;

function hasShortSteps({ iteration, trainMs }: RunStatus): boolean {
  return iteration > 0 && trainMs < SHORT_STEP_MS * iteration;
}

/** A run as it shows: what it has told so far. */
type ShownRun = Readonly<
  Pick<
    RunState,
    | "runId"
    | "number"
    | "configHash"
    | "experiment"
    | "request"
    | "trace"
    | "scalars"
    | "surface"
    | "findings"
    | "fixes"
    | "recorded"
    | "notSaved"
    | "unload"
  >
>;

export interface SessionLog {
  warn(message: string): void;
  error(message: string): void;
}

/** The one truth about an experiment: its run, the trace of it, and the curves of the runs before. */
export class ExperimentSession implements Disposable {
  private currentStatus: RunStatus = IDLE;
  private currentRun: RunState | null = null;
  private currentPace: Pace = 0;
  readonly history = new RunHistory(undefined, (runId) => this.recording?.identityOf(runId)?.name ?? null);
  /** What is to come after the present run. */
  readonly handover: Handover;
  readonly thread: SessionWorker;
  readonly beside: BesideRun;
  /** Gradient check, text samples, and what views ask. */
  readonly questions: ThreadQuestions;
  private readonly stopDeadline = new Deadline();
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new Emitter<SessionEvent>());

  constructor(
    private currentFile: SessionFile,
    workerPath: string,
    private readonly log: SessionLog,
    private readonly recording: RunFileTarget | null = null,
    budget = new MemoryBudget(Infinity),
    place?: ThreadPlace,
  ) {
    this.thread = new SessionWorker(
      workerPath,
      {
        onReport: (report) => this.onReport(report),
        onFailure: (error) => this.onFailure(error),
        onReclaim: () => this.questions.abandon(new Error(l10n.t("The memory was needed for other training."))),
      },
      () => this.isActive || this.questions.size > 0,
      budget,
      place,
    );
    this.beside = this.owned.add(
      new BesideRun(dirname(workerPath), (event) => this.changes.fire(event), budget, place),
    );
    const onView = (): void => this.changes.fire({ kind: "view" });
    this.handover = new Handover(this, (request) => this.thread.post(request), onView);
    this.questions = new ThreadQuestions(this.thread, () => this.currentRun, onView);
  }

  get onDidChange(): Emitter<SessionEvent>["event"] {
    return this.changes.event;
  }

  get file(): SessionFile {
    return this.currentFile;
  }

  /** The file was edited, renamed or deleted; the run continues unchanged. */
  describe(file: SessionFile): void {
    this.currentFile = file;
    this.beside.follow(file);
    this.changes.fire({ kind: "view" });
  }

  /** Runs have other names. */
  noteNames(): void {
    this.changes.fire({ kind: "names" });
  }

  /** @param canRun false in an untrusted workspace */
  view(canRun: boolean): ViewState {
    const { currentFile: file, currentRun: run } = this;
    const { editState, targetHash } = this.handover;
    const present = run?.experiment ?? null;
    return {
      experiment: describeFile(file, targetHash, editState),
      run: this.identity,
      status: this.currentStatus,
      pace: this.currentPace,
      gradientCheck: this.questions.gradientCheck,
      findings: run?.findings ?? [],
      fixProgress: run?.fixes.progress ?? null,
      baselines: run?.baselines ?? [],
      text: describeText(file, present, editState, this.isActive),
      change: this.history.changeOf(present),
      events: run?.events ?? [],
      notSaved: run?.notSaved ?? null,
      recorded: run?.recorded ?? null,
      canRun,
      ...(run === null || run.fixes.arithmetic === null ? {} : { arithmetic: run.fixes.arithmetic }),
    };
  }

  get status(): RunStatus {
    return this.currentStatus;
  }

  /** The run that is under way, or was the last to be; null before the first. */
  get run(): ShownRun | null {
    return this.currentRun;
  }

  /** Number and name of the run; null before the first. */
  get identity(): RunIdentity | null {
    const runId = this.currentRun?.runId;
    return runId === undefined ? null : (this.recording?.identityOf(runId) ?? this.history.identity);
  }

  get header(): TraceHeader | null {
    return this.currentRun?.header ?? null;
  }

  get isActive(): boolean {
    return isActive(this.currentStatus.phase);
  }

  get listenerCount(): number {
    return this.changes.listenerCount;
  }

  /** Starts a run. One that is under way is stopped first and becomes a ghost. */
  start(request: RunRequest): void {
    if (this.owned.isDisposed) return;
    this.handover.queue(request);
    if (this.isActive) this.stopRun();
    else this.launch();
  }

  pause(): void {
    if (this.currentStatus.phase === "running") this.thread.post({ type: "pause" });
  }

  resume(): void {
    if (this.currentStatus.phase === "paused") this.thread.post({ type: "resume" });
  }

  /** One iteration of a run that is under way; it is paused afterwards. */
  step(): void {
    if (this.isActive) this.thread.post({ type: "step" });
  }

  stop(): void {
    this.handover.cancel();
    if (this.isActive) this.stopRun();
  }

  /**
   * The run under way goes on with another optimizer, schedule or clip.
   * @throws Error in words for a person when it cannot
   */
  async applyUpdates(request: Pick<RunRequest, "experiment" | "configHash">): Promise<void> {
    await this.questions.changeUpdates(request, this.isActive);
    this.handover.settle();
    this.changes.fire({ kind: "view" });
  }

  setPace(pace: Pace): void {
    this.currentPace = pace;
    this.thread.post({ type: "setPace", pace });
    this.changes.fire({ kind: "view" });
  }

  dispose(): void {
    this.handover.cancel();
    this.currentRun?.fixes.dispose();
    this.stopDeadline.clear();
    const closed = new Error(l10n.t("The experiment was closed."));
    if (this.isActive) this.thread.close();
    else this.thread.leave();
    this.questions.abandon(closed);
    this.owned.dispose();
  }

  private launch(): void {
    const request = this.handover.dequeue();
    if (request === null) return;
    this.currentRun?.fixes.dispose();
    const fixes = new RunFixes(
      join(dirname(this.thread.scriptPath), "fixes.js"),
      () => this.changes.fire({ kind: "findings" }),
      this.thread.budget,
      this.thread.place,
    );
    const numbered = this.history.replace(this.currentRun, request, this.earlierRuns(request));
    const run = new RunState(numbered.number, request, fixes);
    this.currentRun = run;
    this.questions.discardGradientCheck();
    this.handover.settle();
    const onLoss = (problem: string | null): void => {
      run.noteFileProblem(problem);
      if (run === this.currentRun) this.changes.fire({ kind: "view" });
    };
    const target = { runId: run.runId, ...numbered };
    const record = this.recording?.begin(target, request, this.currentFile, onLoss) ?? null;
    fixes.savedAs = record?.path ?? null;
    this.setStatus({ ...IDLE, phase: "starting", iterations: request.experiment.training.iterations });
    this.changes.fire({ kind: "run" });
    this.thread.counter.count(request.experiment, request.files ?? NO_FILES, {
      onProgress: (message) => this.explain(message),
      onCounted: (files) => {
        run.request = { ...request, files };
        this.train(run, record);
      },
      onFailure: (message) => {
        if (run.recorded === null) return this.end("failed", message);
        // Without its files the curves are there all the same.
        run.request = { ...request, files: NO_FILES };
        this.train(run, record);
      },
    });
  }

  /** Sends the run to its thread when its memory is free. */
  private train({ runId, request, control }: RunState, record: RecordRequest | null): void {
    const { text: _text, ...work } = request;
    const limit = memoryLimit();
    const bytes = trainingBytes(work.experiment, work.files, limit.place) + readingBytes(work.from?.bytes ?? 0);
    const waits = this.thread.begin(bytes, {
      type: "start",
      runId,
      ...work,
      pace: this.currentPace,
      control,
      record,
      memory: limit,
    });
    this.explain(waits);
  }

  /** Why a run that starts does not yet train, for a person. */
  private explain(message: string | null): void {
    if (this.currentStatus.message === message) return;
    this.setStatus({ ...this.currentStatus, message });
    this.changes.fire({ kind: "view" });
  }

  private earlierRuns({ from }: RunRequest): EarlierRuns | undefined {
    return this.recording === null
      ? undefined
      : {
          recorded: this.recording.recordedRuns(this.currentFile.uri),
          number: from === undefined ? null : (this.recording.identityOf(from.runId)?.number ?? null),
        };
  }

  private stopRun(): void {
    const { currentRun: run } = this;
    if (run === null || this.stopDeadline.isSet) return;
    const { upcoming } = this.handover;
    const passedThrough = upcoming !== null && this.history.isPassedThrough(run, upcoming);
    if (this.thread.isWaiting) {
      this.thread.cancel();
      this.end("stopped", null);
      return;
    }
    run.raiseStopFlag(upcoming === null ? "asked" : passedThrough ? "passedThrough" : "replaced");
    this.thread.post({ type: "stop" });
    const patience = !passedThrough && hasShortSteps(this.currentStatus) ? SHORT_STEPS_DEADLINE_MS : STOP_DEADLINE_MS;
    this.stopDeadline.set(() => {
      this.log.warn(`The training worker did not stop within ${patience} ms and was terminated.`);
      this.dropWorker(new Error(l10n.t("The run was stopped.")));
      this.end("stopped", null);
    }, patience);
  }

  private onReport(report: WorkerReport): void {
    switch (report.type) {
      case "rows":
        return this.onRows(report);
      case "status":
        return this.onStatus(report.runId, report.status);
      case "started":
      case "surface":
      case "findings":
      case "figures":
      case "threads":
      case "baselines":
      case "applied":
      case "extended":
      case "recording": {
        const event = this.currentRun?.apply(report) ?? null;
        return event === null ? undefined : this.changes.fire(event);
      }
      case "reply":
      case "requestFailed":
        return this.questions.onReply(report);
      default:
        report satisfies never;
    }
  }

  private onRows({ runId, rows, scalars, status }: Extract<WorkerReport, { type: "rows" }>): void {
    // Credit first: the thread may go on while the listeners draw their conclusions.
    this.thread.post({ type: "credit" });
    const run = this.currentRun;
    if (run?.runId === runId && run.trace !== null) {
      run.trace.append(rows);
      run.scalars?.update(scalars);
      // A final phase is announced by the status report that follows.
      this.currentStatus = { ...status, phase: this.currentStatus.phase };
      this.changes.fire({ kind: "rows", rows, scalars });
    }
  }

  private onStatus(runId: string, status: RunStatus): void {
    if (this.currentRun?.runId !== runId) {
      return;
    }
    if (isActive(status.phase)) {
      this.setStatus(status);
      this.changes.fire({ kind: "view" });
    } else {
      this.currentStatus = { ...status, phase: this.currentStatus.phase };
      this.end(status.phase, status.message, status.advice);
    }
  }

  private onFailure(error: Error): void {
    this.log.error(`The training worker failed: ${error.stack ?? error.message}`);
    this.questions.abandon(error);
    if (this.isActive) {
      this.end("failed", l10n.t("The run failed: {0}", describeError(error)));
    }
  }

  private end(phase: RunPhase, message: string | null, advice: string | null = null): void {
    this.stopDeadline.clear();
    this.setStatus({ ...this.currentStatus, phase, message, advice, stepsPerSecond: 0 });
    if (this.handover.hasNext) {
      this.launch();
      return;
    }
    this.changes.fire({ kind: "view" });
    this.thread.lendMemory();
    this.thread.releaseIdle();
  }

  private setStatus(status: RunStatus): void {
    this.currentStatus = nextStatus(this.currentStatus, status, (message) => this.log.warn(message));
  }

  private dropWorker(reason: Error): void {
    this.thread.drop();
    this.questions.abandon(reason);
  }
}
