import * as l10n from "@vscode/l10n";
import type { Experiment } from "../config/schema/schema";
import type { CreateNetwork } from "../core/network/network";
import { createTrainer, type Trainer } from "../core/training/trainer";
import type { StepResult } from "../core/training/trainingLoop";
import type { RunContents } from "../runs/format/runContents";
import { endsAtOnce } from "../shared/handover/policy";
import { HANDOVER_MS } from "../shared/handover/times";
import type { Pace } from "../shared/wire/protocol";
import type { RunStatus } from "../shared/trace/trace";
import type { BaselineWork } from "./baselineWork";
import { bestValidation, describeEarlyStop } from "./bestValidation";
import { ChunkClock } from "./chunkClock";
import type { CreateRecorder } from "./createRecorder";
import { appliedSettings } from "../runs/appliedSettings";
import { extendedEvent, runExtensions } from "../runs/extendedRun";
import { TypedRunThrottle } from "./typedRunThrottle";
import { CONTROL, STOP, type Post, type StartRequest } from "../threads/trainingMessages";
import { formatValue } from "../shared/words/numberFormat";
import { Pacer } from "./pacer";
import { ParameterHistory } from "./parameterHistory";
import { ReportClock } from "./reportClock";
import type { ResumePoint } from "./resumedRun";
import { RunReporter } from "./runReporter";

/** Between two looks whether the host, which has not taken in anything for long, has a credit. */
const CREDIT_WAIT_MS = 10;

/** One run on this thread. It trains in chunks, when {@link advance} is called, and reports as the credits allow. */
export class TrainingRun {
  readonly runId: string;
  readonly trainer: Trainer;
  /** For questions about the past. */
  readonly history: ParameterHistory;
  private state: Pick<RunStatus, "phase" | "message">;
  private readonly pacer: Pacer;
  private readonly throttle: TypedRunThrottle;
  private readonly chunks: ChunkClock;
  private readonly reports: ReportClock;
  private readonly reporter: RunReporter;
  private singleSteps = 0;
  private stepsTaken = 0;
  private trainMs = 0;

  constructor(
    private readonly request: StartRequest,
    post: Post,
    private readonly now: () => number,
    kernel: CreateNetwork | null = null,
    record: CreateRecorder = () => null,
    recorded: ResumePoint | null = null,
  ) {
    const { runId, experiment, configHash, files, pace, paused } = request;
    this.runId = runId;
    this.trainer = createTrainer(experiment, {
      kernel,
      recorded: recorded?.contents.header ?? null,
      scoresEveryStep: true,
      ...(files === undefined ? {} : { files }),
    });
    const earlier = recorded === null ? null : this.restore(recorded);
    this.history = new ParameterHistory(this.trainer, experiment.trace.every, now);
    this.pacer = new Pacer(pace, now());
    this.chunks = new ChunkClock(now);
    this.reports = new ReportClock(this.stepsTaken);
    this.state = { phase: recorded?.resume === false ? "stopped" : paused ? "paused" : "running", message: null };
    // The last row of a run that had ended is made again before the next one.
    this.singleSteps = paused ? (recorded !== null && hasEnded(recorded) ? 2 : 1) : 0;
    this.throttle = new TypedRunThrottle(request, this.trainer.columns, experiment.trace.every);
    const { trainer, history } = this;
    this.reporter = new RunReporter({ runId, experiment, configHash, trainer, history }, post, now, record);
    if (earlier !== null) history.follow(earlier.rows);
    if (recorded?.resume === false && recorded.contents.baselines.length > 0) this.baselines.skip();
    if (recorded?.resume !== false) this.reporter.begin(this.status(), earlier);
  }

  get experiment(): Experiment {
    return this.request.experiment;
  }

  /** Whether time spent elsewhere is time that it does not train: not while it is held to a pace and waits. */
  get isBusy(): boolean {
    return this.phase === "running" && this.pacer.waitMs(this.now()) === 0;
  }

  /** Whether it leaves the processor to the views for the moment. */
  get isThrottled(): boolean {
    return this.phase === "running" && this.throttle.waitMs(this.now()) > 0;
  }

  get baselines(): BaselineWork {
    return this.reporter.baselines;
  }

  /**
   * Trains for at most one chunk. Returns the time until the next call is due in ms; null: not before a message comes.
   */
  advance(): number | null {
    if (this.stopped()) {
      this.finish("stopped", null);
    } else if (this.phase === "running") {
      const due = this.throttle.stepsNow(this.pacer.stepsDue(this.now()), this.now());
      this.train(this.reporter.isFull ? 0 : due);
    } else if (this.phase === "paused" && this.singleSteps > 0) {
      this.singleSteps--;
      this.train(1);
    }
    this.report();
    if (this.isUnderWay) {
      this.reporter.record(this.status(), this.stepsTaken, () => this.trainer.checkpoint());
    }
    if (this.phase === "running") {
      const creditWait = this.reporter.isFull ? CREDIT_WAIT_MS : 0;
      return Math.max(this.pacer.waitMs(this.now()), this.throttle.waitMs(this.now()), creditWait);
    }
    return this.phase === "paused" && this.singleSteps > 0 ? 0 : null;
  }

  pause(): void {
    if (this.phase === "running") {
      this.state = { phase: "paused", message: null };
      this.postRows();
      this.reporter.postFigures();
      this.reporter.postStatus(this.status());
    }
  }

  resume(): void {
    if (this.phase === "paused") {
      this.state = { phase: "running", message: null };
      this.pacer.restart(this.now());
      this.reports.restart(this.stepsTaken, this.now());
      this.reporter.postStatus(this.status());
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

  throttleFor(milliseconds: number): void {
    this.throttle.throttle(milliseconds, this.now());
  }

  /** Its first rows have been drawn: no need to leave the processor to the views any longer. */
  continueRun(): void {
    this.throttle.resumeFullSpeed();
  }

  /** The thread starts other work. */
  close(): void {
    this.reporter.close();
  }

  /** It stays as it is, to go on in another process. */
  interrupt(): void {
    if (this.isUnderWay) this.reporter.interrupt(this.status(), () => this.trainer.checkpoint());
    this.close();
  }

  /**
   * @returns the first iteration whose update is made in the new way.
   * @throws Error when the run has ended, or cannot go on so
   */
  changeUpdates(experiment: Experiment): number {
    if (!this.isUnderWay) {
      throw new Error(l10n.t("The run has ended."));
    }
    this.trainer.changeUpdates(experiment.training);
    this.reporter.startOver(this.status(), experiment);
    this.reports.sent(this.stepsTaken);
    return this.trainer.iteration;
  }

  credit(): void {
    this.reporter.credit();
  }

  private get phase(): RunStatus["phase"] {
    return this.state.phase;
  }

  private get isUnderWay(): boolean {
    return this.phase === "running" || this.phase === "paused";
  }

  /**
   * A run that goes on though it had come to its end makes as many iterations again as its experiment says.
   * @returns what was recorded, with that event
   * @throws Error when the run is of another version of the trainer, or RangeError when it does not fit
   */
  private restore(recorded: ResumePoint): RunContents {
    const { header, checkpoint, status, events } = recorded.contents;
    if (JSON.stringify(header?.columns) !== JSON.stringify(this.trainer.columns))
      throw new Error(l10n.t("The run was saved by another version of RNN Lab."));
    if (checkpoint === null) throw new Error(l10n.t("The run has no checkpoint."));
    // First the settings: another optimizer starts with empty moments, which the checkpoint then fills.
    for (const settings of appliedSettings(events, checkpoint.iteration)) this.trainer.changeUpdates(settings);
    this.trainer.restore(checkpoint);
    this.stepsTaken = checkpoint.iteration;
    this.trainMs = (status.trainMs * checkpoint.iteration) / Math.max(checkpoint.iteration, status.iteration);
    const { iteration } = checkpoint;
    const extension = { iteration, iterations: iteration + this.trainer.iterations };
    const earlier = recorded.resume && hasEnded(recorded) ? [...events, extendedEvent(extension)] : events;
    const last = runExtensions(earlier).at(-1);
    if (last !== undefined) this.trainer.extend(last.iterations);
    return { ...recorded.contents, events: earlier };
  }

  private train(stepsDue: number): void {
    if (stepsDue === 0) {
      return;
    }
    let result: StepResult = "running";
    const { steps, elapsedMs, endedAt } = this.chunks.run(
      stepsDue,
      () => result === "running" && !this.stopped() && !this.reporter.isFull,
      () => {
        const { iteration } = this.trainer;
        result = this.trainer.step(this.reporter.outbox);
        this.reporter.observe(iteration);
        this.history.observe();
      },
      (now) => this.history.inspect(now),
    );
    this.stepsTaken += steps;
    this.pacer.took(steps);
    this.trainMs += elapsedMs;
    this.throttle.trained(elapsedMs, this.trainMs, endedAt);
    this.conclude(result);
  }

  private conclude(result: StepResult): void {
    if (result === "finished") this.finish("done", describeEarlyStop(this.trainer));
    else if (result === "diverged") this.finish("diverged", this.divergence());
  }

  private report(): void {
    const now = this.now();
    if (!this.reports.isDue(this.phase === "running", this.stepsTaken, now) || !this.reporter.hasCredit) return;
    this.throttle.reported(now);
    this.reports.measure(this.stepsTaken, this.trainMs, now);
    this.postRows();
    this.reporter.postInsights();
  }

  private finish(phase: "done" | "stopped" | "diverged", message: string | null): void {
    if (!this.isUnderWay) {
      return;
    }
    this.state = { phase, message };
    const reason: number = Atomics.load(this.request.control, CONTROL.stop);
    const passedThrough = reason === STOP.passedThrough;
    const replaced = passedThrough || reason === STOP.replaced;
    this.reporter.finish(this.status(), () => this.trainer.checkpoint(), {
      atOnce: endsAtOnce({ replaced, trainMs: this.trainMs }),
      unrecorded: passedThrough,
      recordAfterMs: replaced ? HANDOVER_MS.endWrite : 0,
    });
    this.reports.sent(this.stepsTaken);
  }

  private postRows(): void {
    this.reporter.postRows(this.status());
    this.reports.sent(this.stepsTaken);
  }

  private status(): RunStatus {
    return {
      ...this.state,
      iteration: Math.max(0, this.stepsTaken - 1),
      iterations: this.trainer.iterations,
      loss: this.stepsTaken === 0 ? null : this.trainer.metrics.loss,
      trainMs: this.trainMs,
      stepsPerSecond: this.phase === "running" ? this.reports.stepsPerSecond : 0,
      best: bestValidation(this.trainer),
      advice:
        this.phase === "diverged"
          ? l10n.t("Try a smaller learning rate, gradient clipping, or a different initialization.")
          : null,
    };
  }

  private divergence(): string {
    const { loss } = this.trainer.metrics;
    const iteration = this.stepsTaken - 1;
    return Number.isFinite(loss)
      ? l10n.t("Training diverged at iteration {0}: a weight is not finite.", iteration)
      : l10n.t("Training diverged at iteration {0}: the loss is {1}.", iteration, formatValue(loss));
  }

  private stopped(): boolean {
    return Atomics.load(this.request.control, CONTROL.stop) !== 0;
  }
}

function hasEnded({ contents: { status, endedAt } }: ResumePoint): boolean {
  return status.phase === "done" && endedAt !== null;
}
