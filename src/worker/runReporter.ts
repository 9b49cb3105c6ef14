import type { Experiment } from "../config/schema/schema";
import type { Evidence } from "../core/analysis/evidence";
import type { Checkpoint } from "../core/numerics/checkpoint";
import { MetricsLog } from "../core/training/metricsLog";
import type { Trainer } from "../core/training/trainer";
import type { StepResult } from "../core/training/trainingLoop";
import { appliedEvent } from "../runs/appliedSettings";
import type { RunContents } from "../runs/format/runContents";
import type { RunFileWriter } from "../runs/runFileWriter";
import { vectorColumn, type RunStatus, type TraceHeader } from "../shared/trace/trace";
import { memoryOf, TraceBuffer } from "../shared/trace/traceBuffer";
import type { Post } from "../threads/trainingMessages";
import { BaselineWork } from "./baselineWork";
import type { CreateRecorder } from "./createRecorder";
import { FindingsWatcher } from "./findingsWatcher";
import type { ParameterHistory } from "./parameterHistory";
import { outboxRows, reportRows } from "./reportSize";
import { postChanges, postRows } from "./resumedRun";
import { SurfaceWatcher } from "./surfaceWatcher";

const FRAMES_IN_FLIGHT = 2;
/** What the end of a run may wait for baselines, so that its file has them and findings that go by them. */
const LAST_BASELINES_MS = 1000;

/** Iterations whose scalars wait for a credit at most, 84 MB; then the training waits too. */
const MOST_WAITING = 2 ** 20;

/** The run whose rows are reported. */
interface ReportedRun {
  readonly runId: string;
  readonly experiment: Experiment;
  readonly configHash: string;
  readonly trainer: Trainer;
  readonly history: ParameterHistory;
}

interface RunEnding {
  /** Another run has replaced this one soon, and waits. */
  readonly atOnce: boolean;
  /** Its file is not kept. */
  readonly unrecorded: boolean;
  /** Until the end is written to the file. */
  readonly recordAfterMs: number;
}

/**
 * What a run tells its session and writes to its file: rows as the credits allow, the loss surface, findings, and the
 * status.
 */
export class RunReporter {
  /** Rows of the steps since the last report; thinned when there are many. */
  readonly outbox: TraceBuffer;
  readonly baselines: BaselineWork;
  /** Scalars of every step since the last report. */
  private readonly metrics: MetricsLog;
  /** Of those, the ones that the recorder has. */
  private recordedMetrics = 0;
  private readonly header: TraceHeader;
  private readonly surface: SurfaceWatcher;
  private readonly findings: FindingsWatcher;
  private readonly parametersIndex: number;
  private readonly recorder: RunFileWriter | null;
  private credits = FRAMES_IN_FLIGHT;
  private reports = 0;
  /** Steps of a paused run at its last write. */
  private recordedSteps = 0;

  constructor(
    private readonly run: ReportedRun,
    private readonly post: Post,
    now: () => number,
    record: CreateRecorder,
  ) {
    const { trainer, runId, experiment } = run;
    this.outbox = new TraceBuffer(trainer.columns, outboxRows(trainer.columns));
    this.surface = new SurfaceWatcher(trainer, runId, now);
    this.baselines = new BaselineWork(trainer, experiment, now, (evidence) => this.useEvidence(evidence));
    this.metrics = new MetricsLog(trainer.columns);
    this.findings = new FindingsWatcher(experiment, trainer, now, this.metrics, this.outbox);
    this.parametersIndex = trainer.columns.findIndex((column) => column.name === vectorColumn.parameters);
    this.header = trainer.header(runId, run.configHash);
    this.recorder = record(this.header);
  }

  get hasCredit(): boolean {
    return this.credits > 0;
  }

  /** So much waits for a credit that no more steps should be made. */
  get isFull(): boolean {
    return this.metrics.rows >= MOST_WAITING;
  }

  /** One of the frames has been taken in. */
  credit(): void {
    this.credits = Math.min(FRAMES_IN_FLIGHT, this.credits + 1);
  }

  /** Before anything else. @param earlier the part of the run that was made before it was interrupted */
  begin(status: RunStatus, earlier: RunContents | null): void {
    this.post({ type: "started", header: this.header });
    if (earlier !== null) this.postEarlier(earlier, status);
    this.postStatus(status);
  }

  /** Call it after each step. @param iteration of the step */
  observe(iteration: number): void {
    this.metrics.add(iteration, this.run.trainer.metrics);
    this.findings.observe();
  }

  postStatus(status: RunStatus): void {
    this.post({ type: "status", runId: this.run.runId, status });
  }

  postRows(status: RunStatus): void {
    this.findings.observeLast();
    this.recordMetrics();
    this.recordedMetrics = 0;
    const scalars = this.metrics.take();
    const rows = this.outbox.adopt(reportRows(this.run.trainer.columns, this.reports++));
    this.run.history.follow(rows);
    this.surface.follow(rows.columns[this.parametersIndex]);
    this.credits--;
    this.recorder?.addRows(rows);
    this.post({ type: "rows", runId: this.run.runId, rows, scalars: { kind: "rows", rows: scalars }, status }, [
      ...memoryOf(rows),
      ...memoryOf(scalars),
    ]);
  }

  /** What is worth knowing beside the rows, if there is news. */
  postInsights(): void {
    this.postSurface(false);
    this.postFindings(null);
    this.postFigures();
  }

  /** What fixes of the findings are compared with. */
  postFigures(): void {
    const { figures } = this.findings;
    if (figures !== null) this.post({ type: "figures", runId: this.run.runId, figures });
  }

  /**
   * The end of the run, before its final status. Without regard to credits, one frame at most: a final phase is the
   * last word of a run.
   */
  finish(status: RunStatus, checkpoint: () => Checkpoint, { atOnce, unrecorded, recordAfterMs }: RunEnding): void {
    if (!atOnce) {
      this.baselines.advanceFor(LAST_BASELINES_MS);
      this.postLastFindings(status.phase === "diverged" ? "diverged" : "finished");
    }
    this.postRows(status);
    if (!atOnce) this.postSurface(true);
    // Before the last word to the session, which may end this thread.
    if (unrecorded) this.recorder?.close();
    else this.recorder?.finish(status, checkpoint(), Date.now(), recordAfterMs);
    this.postStatus(status);
  }

  /** Writes to the file, if it is time to. Of a paused run at once, since nothing may come for a long time. */
  record(status: RunStatus, steps: number, checkpoint: () => Checkpoint): void {
    const waits = status.phase === "paused" && this.recordedSteps !== steps;
    if (waits) this.recordedSteps = steps;
    this.recordMetrics();
    this.recorder?.write(status, checkpoint, waits);
  }

  /**
   * What was recorded until now belongs to the old settings, and so does what was found in it. With a checkpoint, known
   * to be of the new ones.
   */
  startOver(status: RunStatus, experiment: Experiment): void {
    this.postRows(status);
    this.findings.startOver(experiment);
    this.recorder?.addEvent(appliedEvent(this.run.trainer.iteration, experiment));
    this.recorder?.write(status, () => this.run.trainer.checkpoint(), true);
  }

  /** Nobody takes in anything any more: what was made is written, with a checkpoint. */
  interrupt(status: RunStatus, checkpoint: () => Checkpoint): void {
    this.postRows(status);
    this.recorder?.write(status, checkpoint, true);
  }

  close(): void {
    this.recorder?.close();
  }

  /** A checkpoint goes with all scalars before it, whether their report has been sent or not. */
  private recordMetrics(): void {
    this.recorder?.addScalars(this.metrics.since(this.recordedMetrics));
    this.recordedMetrics = this.metrics.rows;
  }

  private postEarlier(contents: RunContents, status: RunStatus): void {
    const { runId } = this.run;
    this.recorder?.startFrom(contents);
    this.findings.seed(contents.metrics.rows, contents.rows);
    this.credits--;
    postRows(contents, runId, status, this.post);
    postChanges(contents.events, runId, this.post);
  }

  private useEvidence(evidence: Evidence): void {
    this.findings.evidence = evidence;
    if (this.findings.ending !== null) this.postLastFindings(this.findings.ending);
    const { baselines } = evidence;
    this.recorder?.setBaselines(baselines);
    this.post({ type: "baselines", runId: this.run.runId, baselines });
  }

  private postLastFindings(ending: StepResult): void {
    this.postFindings(ending);
    this.postFigures();
  }

  private postSurface(final: boolean): void {
    const surface = this.surface.collect(final);
    if (surface === null) return;
    this.recorder?.setSurface({ ...surface, loss: surface.loss.slice() });
    this.post({ type: "surface", surface }, [surface.loss.buffer]);
  }

  private postFindings(final: StepResult | null): void {
    const findings = this.findings.collect(final);
    if (findings === null) return;
    this.run.history.store(findings.map(({ iteration }) => iteration));
    this.recorder?.setFindings(findings);
    this.post({ type: "findings", runId: this.run.runId, findings });
  }
}
