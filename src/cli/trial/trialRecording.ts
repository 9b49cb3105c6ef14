/**
 * The run file of one trial. A trial that ends soon leaves none: the file is begun once the trial has trained for a
 * while, or when it is interrupted, and then has the scalars from the first iteration on.
 */
import { existsSync, renameSync, rmSync } from "node:fs";
import { collectVaried } from "../../config/compare/variedValues";
import { parseExperiment } from "../../config/read/parse";
import type { Experiment } from "../../config/schema/schema";
import type { ExperimentFiles } from "../../config/facts/dataFiles";
import { describeRun } from "../runMeta";
import { MetricsLog } from "../../core/training/metricsLog";
import type { TrialTraining } from "../../core/training/runTrial";
import { dropEarlierCheckpoints } from "../../runs/dropCheckpoints";
import { FileMark } from "../../runs/fileMark";
import { leasePath, removeLease } from "../../runs/lease";
import { readRunFile } from "../../runs/readRunFile";
import { RunFileWriter } from "../../runs/runFileWriter";
import type { RunContents } from "../../runs/format/runContents";
import type { RunPhase, TraceRecorder } from "../../shared/trace/trace";
import { runStatus } from "../runStatus";
import { TraceBuffer } from "../../shared/trace/traceBuffer";
import type { Trial } from "../../shared/wire/sweep";
import { trialText } from "../../sweepPlan/trialText";
import { outboxRows } from "../../worker/reportSize";
import { upToCheckpoint } from "../../worker/resumedRun";
import type { PlanFile } from "../../sweepFolder/planFile";
import type { Beats } from "../../threads/beats";

/** Of training, until a run file is begun. */
const FIRST_WRITE_MS = 2000;
/** The event that says at which iteration the goal was reached. */
const GOAL_EVENT = "goal";

export interface TrialToRecord {
  readonly path: string;
  readonly plan: PlanFile;
  readonly trial: Trial;
  readonly experiment: Experiment;
  readonly files: ExperimentFiles;
  readonly beats: Beats;
  /** Called with what keeps the file from being written. */
  readonly warn: (text: string) => void;
}

/** The part of a trial that an earlier runner has left; null when there is none that can be gone on with. */
export function readEarlier(path: string, files: ExperimentFiles): RunContents | null {
  for (const file of [path, previousPath(path)]) {
    if (!existsSync(file)) continue;
    try {
      const contents = readRunFile(file);
      if (contents.checkpoint !== null) return upToCheckpoint(contents, files, 1);
    } catch {
      // Damaged, or of data that were changed: the trial is trained from its start.
    }
  }
  return null;
}

const previousPath = (path: string): string => `${path}.previous`;

export class TrialRecording {
  private readonly metrics: MetricsLog;
  private readonly traced: TraceBuffer;
  private writer: RunFileWriter | null = null;
  private readonly mark = new FileMark();
  private hasGoal = false;

  constructor(
    private readonly target: TrialToRecord,
    private readonly training: TrialTraining,
    private readonly earlier: RunContents | null,
  ) {
    const { columns } = training.trainer;
    this.metrics = new MetricsLog(columns);
    this.traced = new TraceBuffer(columns, outboxRows(columns));
  }

  /** Puts the training where the earlier runner was. @throws RangeError, Error when its run is of another version */
  restore(): void {
    const { earlier, training } = this;
    if (earlier === null) return;
    const { trainer } = training;
    const { header } = earlier;
    if (
      JSON.stringify(header?.columns) !== JSON.stringify(trainer.columns) ||
      header?.engine !== trainer.engine ||
      (header.webAssembly === true) !== (trainer.backend === "float64")
    )
      throw new Error("The run was saved by another version.");
    trainer.restore(earlier.checkpoint!);
    const goal = earlier.events.find(({ kind }) => kind === GOAL_EVENT);
    this.hasGoal = goal !== undefined;
    training.reachedAt = goal?.iteration ?? null;
  }

  /** Takes the rows of a trial whose file is begun. */
  get recorder(): TraceRecorder | null {
    return this.writer === null ? null : this.traced;
  }

  /** Whether something of it is on the disk. */
  get isBegun(): boolean {
    return this.writer !== null;
  }

  /** After each step. */
  add(iteration: number): void {
    this.metrics.add(iteration, this.training.trainer.metrics);
  }

  /** When it is time to. @param force also the checkpoint */
  write(trainMs: number, force = false): void {
    if (this.writer === null && !force && trainMs < FIRST_WRITE_MS) return;
    this.begin(trainMs);
    this.hand();
    this.writer!.write(
      runStatus(this.training.trainer, trainMs, "running"),
      () => this.training.trainer.checkpoint(),
      force,
    );
  }

  /** All curves, where the file is begun, but no checkpoint: a runner that takes over begins before the end. */
  writeCurves(trainMs: number): void {
    if (this.writer === null) return;
    this.hand();
    this.writer.write(runStatus(this.training.trainer, trainMs, "running"), () => null, true);
  }

  /** The trial has ended. Where nothing was begun, nothing is left. */
  async finish(trainMs: number, phase: RunPhase, keep: boolean): Promise<void> {
    if (keep) this.begin(trainMs);
    const { path } = this.target;
    if (this.writer !== null) {
      this.hand();
      this.writer.finish(
        runStatus(this.training.trainer, trainMs, phase),
        this.training.trainer.checkpoint(),
        Date.now(),
      );
    }
    await this.close();
    rmSync(previousPath(path), { force: true });
    if (this.writer !== null) await dropEarlierCheckpoints(path).catch(() => 0);
  }

  /** Leaves the file as it is, to be gone on with. */
  async close(): Promise<void> {
    this.writer?.abandonEnd();
    await this.target.beats.remove(this.target.path);
  }

  private begin(trainMs: number): void {
    if (this.writer !== null) return;
    const { target, training, earlier } = this;
    const { path } = target;
    const meta = this.describe(trainMs);
    if (existsSync(path)) renameSync(path, previousPath(path));
    // Of a runner that is gone.
    removeLease(leasePath(path));
    target.beats.add(path, this.mark.memory);
    const report = (problem: string | null): void => {
      if (problem !== null) target.warn(`${path} cannot be written (${problem}). Training continues.`);
    };
    this.writer = new RunFileWriter(
      path,
      meta,
      training.trainer.header(meta.runId, meta.configHash),
      () => performance.now(),
      report,
      { mark: this.mark.memory },
    );
    if (earlier !== null) this.writer.startFrom(earlier);
  }

  private describe(trainMs: number) {
    const { plan, trial, experiment, files } = this.target;
    const text = trialText(plan.text, trial);
    const base = parseExperiment(plan.text).experiment ?? experiment;
    const loaded = {
      file: plan.fileName,
      text,
      experiment: parseExperiment(text).experiment ?? experiment,
      varied: collectVaried({ ...base, sweep: null }, experiment),
    };
    const meta = describeRun(loaded, this.training.trainer, files, {
      startedAt: Math.round(Date.now() - trainMs),
      threads: 1,
      resumedFrom: this.earlier?.meta.runId ?? null,
    });
    return { ...meta, uri: plan.uri, versions: { ...meta.versions, rnnLab: plan.version } };
  }

  private hand(): void {
    const { writer, training } = this;
    if (training.reachedAt !== null && !this.hasGoal) {
      this.hasGoal = true;
      writer?.addEvent({ kind: GOAL_EVENT, iteration: training.reachedAt, detail: null });
    }
    writer?.addScalars(this.metrics.take());
    writer?.addRows(this.traced.adopt());
  }
}
