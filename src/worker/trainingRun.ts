import { formatValue } from "../shared/words/numberFormat";
import * as l10n from "@vscode/l10n";
import type { Experiment } from "../config/schema/schema";
import type { CreateNetwork } from "../core/network/network";
import { createTrainer, type StepResult, type Trainer } from "../core/training/trainer";
import type { RunContents } from "../runs/format/runContents";
import { SHORT_RUN_MS, type RunFileWriter } from "../runs/runFileWriter";
import type { Pace } from "../shared/wire/protocol";
import { vectorColumn, type RunPhase, type RunStatus } from "../shared/trace/trace";
import { memoryOf, TraceBuffer } from "../shared/trace/traceBuffer";
import type { CreateRecorder } from "./createRecorder";
import { FindingsWatcher } from "./findingsWatcher";
import { appliedEvent, appliedSettings } from "../runs/appliedSettings";
import { TypedRunThrottle } from "./typedRunThrottle";
import { CONTROL, STOP, type Post, type StartRequest } from "../threads/trainingMessages";
import { Pacer } from "./pacer";
import { ParameterHistory } from "./parameterHistory";
import { postApplied, type ResumePoint } from "./resumedRun";
import { outboxRows, reportRows } from "./reportSize";
import { SurfaceWatcher } from "./surfaceWatcher";

/** Training time between two looks at the messages. */
const CHUNK_MS = 8;
/** At most 20 reports a second: the page, which rests between two draws, seldom shows more. */
const REPORT_INTERVAL_MS = 50;
const FRAMES_IN_FLIGHT = 2;
/** Steps between two looks at the clock: doubled and halved to take about this long. */
const CLOCK_INTERVAL_MS = 0.5;
const MAX_STEPS_PER_LOOK = 4096;

/** One run on this thread. It trains in chunks, when {@link advance} is called, and reports as the credits allow. */
export class TrainingRun {
  readonly runId: string;
  readonly trainer: Trainer;
  /** For questions about the past. */
  readonly history: ParameterHistory;
  private phase: RunPhase;
  private message: string | null = null;
  private readonly outbox: TraceBuffer;
  private readonly pacer: Pacer;
  private readonly surface: SurfaceWatcher;
  private readonly findings: FindingsWatcher;
  private readonly parametersIndex: number;
  private readonly recorder: RunFileWriter | null;
  private credits = FRAMES_IN_FLIGHT;
  private reports = 0;
  private singleSteps = 0;
  private stepsTaken = 0;
  /** When a paused run was last recorded. */
  private recordedSteps = 0;
  private stepsPerLook = 1;
  private trainMs = 0;
  private reportedAt = -Infinity;
  private readonly way: TypedRunThrottle;
  private reportedSteps = 0;
  private stepsPerSecond = 0;

  constructor(
    private readonly request: StartRequest,
    private readonly post: Post,
    private readonly now: () => number,
    float32: CreateNetwork | null = null,
    record: CreateRecorder = () => null,
    recorded: ResumePoint | null = null,
  ) {
    this.runId = request.runId;
    this.trainer = createTrainer(request.experiment, {
      float32,
      ...(request.files === undefined ? {} : { files: request.files }),
    });
    if (recorded !== null) this.restore(recorded.contents);
    this.outbox = new TraceBuffer(this.trainer.columns, outboxRows(this.trainer.columns));
    this.history = new ParameterHistory(this.trainer, request.experiment.trace.every, now);
    this.pacer = new Pacer(request.pace, now());
    this.surface = new SurfaceWatcher(this.trainer, this.runId, now);
    this.findings = new FindingsWatcher(request.experiment, this.trainer, now);
    this.parametersIndex = this.trainer.columns.findIndex((column) => column.name === vectorColumn.parameters);
    this.phase = recorded?.resume === false ? "stopped" : request.paused ? "paused" : "running";
    this.singleSteps = request.paused ? 1 : 0;
    this.way = new TypedRunThrottle(request.yields === true, this.trainer.columns, request.experiment.trace.every);
    const header = this.trainer.header(this.runId, request.configHash);
    this.recorder = record(header);
    if (recorded !== null) this.history.follow(recorded.contents.rows);
    if (recorded?.resume === false) return;
    post({ type: "started", header });
    if (recorded !== null) this.postEarlier(recorded.contents);
    this.postStatus();
  }

  get experiment(): Experiment {
    return this.request.experiment;
  }

  /** Whether time spent elsewhere is time that it does not train: not while it is held to a pace and waits. */
  get isBusy(): boolean {
    return this.phase === "running" && this.pacer.waitMs(this.now()) === 0;
  }

  /** Trains for at most one chunk. Returns the time until the next call is due in ms; null: not before a message comes. */
  advance(): number | null {
    if (this.stopped()) {
      this.finish("stopped", null);
    } else if (this.phase === "running") {
      this.train(this.way.stepsNow(this.pacer.stepsDue(this.now()), this.now()));
    } else if (this.phase === "paused" && this.singleSteps > 0) {
      this.singleSteps--;
      this.train(1);
    }
    this.report();
    if (this.phase === "running" || this.phase === "paused") {
      this.record();
    }
    if (this.phase === "running") {
      return Math.max(this.pacer.waitMs(this.now()), this.way.waitMs(this.now()));
    }
    return this.phase === "paused" && this.singleSteps > 0 ? 0 : null;
  }

  pause(): void {
    if (this.phase === "running") {
      this.phase = "paused";
      this.postRows();
      this.postStatus();
    }
  }

  resume(): void {
    if (this.phase === "paused") {
      this.phase = "running";
      this.pacer.restart(this.now());
      this.reportedAt = this.now();
      this.reportedSteps = this.stepsTaken;
      this.stepsPerSecond = 0;
      this.postStatus();
    }
  }

  /** Steps asked for while one is under way are counted, not dropped. */
  step(): void {
    this.pause();
    if (this.phase === "paused") {
      this.singleSteps++;
    }
  }

  setPace(pace: Pace): void {
    this.pacer.setPace(pace, this.now());
  }

  rest(milliseconds: number): void {
    this.way.throttle(milliseconds, this.now());
  }

  /** Its first rows have been drawn: no need to leave the processor to the views any longer. */
  continueRun(): void {
    this.way.resumeFullSpeed();
  }

  /** The thread starts other work. */
  close(): void {
    this.recorder?.close();
  }

  /** @returns the first iteration whose update is made in the new way. @throws Error when the run has ended, or cannot go on so */
  changeUpdates(experiment: Experiment): number {
    if (this.phase !== "running" && this.phase !== "paused") {
      throw new Error(l10n.t("The run has ended."));
    }
    this.trainer.changeUpdates(experiment.training);
    // What was recorded until now belongs to the old settings, and so does what was found in it.
    this.postRows();
    this.findings.startOver(experiment);
    const { iteration } = this.trainer;
    this.recorder?.addEvent(appliedEvent(iteration, experiment));
    // With a checkpoint, which is then known to be of the new settings.
    this.recorder?.write(this.status(), () => this.trainer.checkpoint(), true);
    return iteration;
  }

  credit(): void {
    this.credits = Math.min(FRAMES_IN_FLIGHT, this.credits + 1);
  }

  /** @throws Error when the run is of another version of the trainer, or RangeError when it does not fit */
  private restore({ header, checkpoints, status, events }: RunContents): void {
    const checkpoint = checkpoints.at(-1);
    if (JSON.stringify(header?.columns) !== JSON.stringify(this.trainer.columns))
      throw new Error(l10n.t("The run was saved by another version of RNN Lab."));
    if (checkpoint === undefined) throw new Error(l10n.t("The run has no checkpoint."));
    // First the settings: another optimizer starts with empty moments, which the checkpoint then fills.
    for (const settings of appliedSettings(events, checkpoint.iteration)) this.trainer.changeUpdates(settings);
    this.trainer.restore(checkpoint);
    this.stepsTaken = checkpoint.iteration;
    this.reportedSteps = checkpoint.iteration;
    this.trainMs = (status.trainMs * checkpoint.iteration) / Math.max(checkpoint.iteration, status.iteration);
  }

  /** The part of the run that was made before it was interrupted. */
  private postEarlier(contents: RunContents): void {
    const { rows, events } = contents;
    this.recorder?.startFrom(contents);
    this.findings.seed(rows);
    const columns = rows.columns.map((column) => column.slice());
    this.credits--;
    this.post(
      { type: "rows", runId: this.runId, rows: { rows: rows.rows, columns }, status: this.status() },
      columns.map(({ buffer }) => buffer),
    );
    postApplied(events, this.runId, this.post);
  }

  private train(stepsDue: number): void {
    if (stepsDue === 0) {
      return;
    }
    const start = this.now();
    let taken = 0;
    let result: StepResult = "running";
    let lookedAt = start;
    while (result === "running" && taken < stepsDue && lookedAt - start < CHUNK_MS && !this.stopped()) {
      const until = Math.min(stepsDue, taken + this.stepsPerLook);
      while (taken < until && result === "running" && !this.stopped()) {
        result = this.trainer.step(this.outbox);
        this.findings.observe(this.outbox);
        this.history.observe();
        taken++;
      }
      const now = this.now();
      this.history.inspect(now);
      this.adaptStepsPerLook(now - lookedAt);
      lookedAt = now;
    }
    this.stepsTaken += taken;
    this.pacer.took(taken);
    this.trainMs += lookedAt - start;
    this.way.trained(lookedAt - start, this.trainMs, lookedAt);
    if (result === "finished") {
      this.finish("done", null);
    } else if (result === "diverged") {
      this.finish("diverged", this.divergence());
    }
  }

  private adaptStepsPerLook(elapsedMs: number): void {
    if (elapsedMs < CLOCK_INTERVAL_MS / 2) {
      this.stepsPerLook = Math.min(MAX_STEPS_PER_LOOK, this.stepsPerLook * 2);
    } else if (elapsedMs > CLOCK_INTERVAL_MS * 2) {
      this.stepsPerLook = Math.max(1, this.stepsPerLook >> 1);
    }
  }

  private report(): void {
    const now = this.now();
    const due =
      this.phase === "running" ? now - this.reportedAt >= REPORT_INTERVAL_MS : this.stepsTaken !== this.reportedSteps;
    if (due && this.credits > 0) {
      this.way.reported(now);
      this.measureSpeed(now);
      this.postRows();
      this.postSurface(false);
      this.postFindings(null);
    }
  }

  /** Of a paused run at once, since nothing may come for a long time. */
  private record(): void {
    const waits = this.phase === "paused" && this.recordedSteps !== this.stepsTaken;
    if (waits) this.recordedSteps = this.stepsTaken;
    this.recorder?.write(this.status(), () => this.trainer.checkpoint(), waits);
  }

  private measureSpeed(now: number): void {
    const elapsed = this.reportedAt === -Infinity ? this.trainMs : now - this.reportedAt;
    const speed = elapsed > 0 ? ((this.stepsTaken - this.reportedSteps) / elapsed) * 1000 : 0;
    this.stepsPerSecond = this.stepsPerSecond === 0 ? speed : this.stepsPerSecond * 0.7 + speed * 0.3;
    this.reportedAt = now;
  }

  private finish(phase: "done" | "stopped" | "diverged", message: string | null): void {
    if (this.phase !== "running" && this.phase !== "paused") {
      return;
    }
    this.phase = phase;
    this.message = message;
    // It gives way to the next letter, and nobody looks at it again.
    const isPassed = Atomics.load(this.request.control, CONTROL.stop) === STOP.replaced && this.trainMs < SHORT_RUN_MS;
    if (!isPassed) this.postFindings(phase === "diverged" ? "diverged" : "finished");
    // Without regard to credits, one frame at most: a final phase is the last word of a run.
    this.postRows();
    if (!isPassed) this.postSurface(true);
    // Before the last word to the session, which may end this thread.
    if (isPassed) this.recorder?.close();
    else this.recorder?.finish(this.status(), this.trainer.checkpoint(), Date.now());
    this.postStatus();
  }

  private postRows(): void {
    this.findings.observeLast(this.outbox);
    const rows = this.outbox.adopt(reportRows(this.trainer.columns, this.reports++));
    this.reportedSteps = this.stepsTaken;
    this.history.follow(rows);
    this.surface.follow(rows.columns[this.parametersIndex]);
    this.credits--;
    this.recorder?.addRows(rows);
    this.post({ type: "rows", runId: this.runId, rows, status: this.status() }, memoryOf(rows));
  }

  private postStatus(): void {
    this.post({ type: "status", runId: this.runId, status: this.status() });
  }

  private postSurface(final: boolean): void {
    const surface = this.surface.collect(final);
    if (surface !== null) {
      this.recorder?.setSurface({ ...surface, loss: surface.loss.slice() });
      this.post({ type: "surface", surface }, [surface.loss.buffer]);
    }
  }

  private postFindings(final: StepResult | null): void {
    const findings = this.findings.collect(this.outbox, final);
    if (findings !== null) {
      this.history.store(findings.map(({ iteration }) => iteration));
      this.recorder?.setFindings(findings);
      this.post({ type: "findings", runId: this.runId, findings });
    }
  }

  private status(): RunStatus {
    return {
      phase: this.phase,
      iteration: Math.max(0, this.stepsTaken - 1),
      iterations: this.trainer.iterations,
      loss: this.stepsTaken === 0 ? null : this.trainer.metrics.loss,
      trainMs: this.trainMs,
      stepsPerSecond: this.phase === "running" ? this.stepsPerSecond : 0,
      message: this.message,
    };
  }

  private divergence(): string {
    const { loss } = this.trainer.metrics;
    const iteration = this.stepsTaken - 1;
    return Number.isFinite(loss)
      ? l10n.t(
          "Training diverged at iteration {0}: a weight is not finite. Try a smaller learning rate, gradient clipping, or a different initialization.",
          iteration,
        )
      : l10n.t(
          "Training diverged at iteration {0}: the loss is {1}. Try a smaller learning rate, gradient clipping, or a different initialization.",
          iteration,
          formatValue(loss),
        );
  }

  private stopped(): boolean {
    return Atomics.load(this.request.control, CONTROL.stop) !== 0;
  }
}
