/**
 * run.rnnrun in the folder of `--out`: the run as VS Code saves it, written while it trains. `--resume` goes on from
 * its last checkpoint.
 */
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { collectChanges, showConfigValue } from "../config/compare/changes";
import { MetricsLog } from "../core/training/metricsLog";
import type { Trainer } from "../core/training/trainer";
import { readRunFile } from "../runs/readRunFile";
import type { RunContents, RunMeta } from "../runs/format/runContents";
import { dropEarlierCheckpoints } from "../runs/dropCheckpoints";
import { restartAtBest, type WeightsChoice } from "../runs/restartedRun";
import { FileMark } from "../runs/fileMark";
import { leasePath, removeLease } from "../runs/lease";
import { RunFileWriter } from "../runs/runFileWriter";
import type { RunStatus } from "../shared/trace/trace";
import { TraceBuffer } from "../shared/trace/traceBuffer";
import type { Baseline } from "../shared/wire/baselines";
import type { Finding } from "../shared/wire/findings";
import { HeartbeatThread } from "../threads/heartbeatThread";
import { outboxRows } from "../worker/reportSize";
import { formatValue } from "../shared/words/numberFormat";
import { UsageError, type Arguments } from "./args";
import type { LoadedExperiment } from "./loadExperiment";
import { describeError } from "../lib/outsideText";
import type { LateOutput } from "./lateOutput";
import { printError } from "./terminal";

const NAME = "run.rnnrun";
/** What a resumed run goes on from, until its own file has a checkpoint. */
const PREVIOUS = `${NAME}.previous`;

/**
 * The run in the folder, if the experiment is still the same; with its best weights up to those.
 * @throws UsageError when there is none to go on with, naming what has changed
 */
export function readResumable(
  folder: string,
  { experiment }: LoadedExperiment,
  threads: Arguments["threads"],
  weights: WeightsChoice,
): RunContents {
  const latest = readLatest(folder);
  const contents = weights === "best" ? atBest(folder, latest) : latest;
  const { meta, status } = contents;
  if (status.phase === "diverged")
    throw new UsageError(
      `--resume: the run in ${folder} diverged at iteration ${status.iteration}; change the experiment and start a new run`,
    );
  const [change] = collectChanges(meta.config, experiment).filter(({ path }) => path[0] !== "sweep");
  if (change !== undefined)
    throw new UsageError(
      `--resume: ${change.path.join(".")} is ${showConfigValue(change.after)}, but was ${showConfigValue(change.before)} when the run in ${folder} was started. Restore it, or start a new run in another folder.`,
    );
  if (threads !== "auto" && threads !== meta.threads)
    throw new UsageError(
      `--resume: --threads ${threads} differs from the run in ${folder}, which used ${meta.threads}; the last digits would differ. Omit --threads.`,
    );
  return contents;
}

/** @throws UsageError when there are no better weights than the last ones */
function atBest(folder: string, latest: RunContents): RunContents {
  const restarted = restartAtBest(latest);
  if (restarted === null) {
    const why = latest.checkpoint?.best == null ? "was not validated" : "has its best weights at its end";
    throw new UsageError(`--resume --weights best: the run in ${folder} ${why}. Omit --weights.`);
  }
  const { iteration, validationLoss } = latest.checkpoint!.best!;
  const which = `of iteration ${iteration} (validation loss ${formatValue(validationLoss)})`;
  printError(`note: resumed from the best weights, ${which}; the optimizer starts anew\n`);
  return restarted;
}

/** The run's file, or where a resumed run was killed before its first checkpoint, the one that it went on from. */
function readLatest(folder: string): RunContents {
  const files = [NAME, PREVIOUS].map((name) => join(folder, name)).filter(existsSync);
  if (files.length === 0)
    throw new UsageError(
      `--resume: ${folder} has no ${NAME}. Start the run with --out ${folder} and without --resume.`,
    );
  let problem: unknown;
  for (const file of files) {
    try {
      const contents = readRunFile(file);
      if (contents.checkpoint !== null) return contents;
    } catch (error) {
      problem = error;
    }
  }
  throw new UsageError(
    problem === undefined
      ? `--resume: the run in ${folder} ended before its first checkpoint. Start it again without --resume.`
      : `--resume: ${join(folder, NAME)}: ${describeError(problem)}`,
  );
}

export class RunRecording implements LateOutput {
  /** Takes the traced rows. */
  readonly rows: TraceBuffer;
  /** Takes the scalars of every iteration. */
  readonly metrics: MetricsLog;
  private readonly writer: RunFileWriter;
  private readonly heartbeat: HeartbeatThread;
  private readonly path: string;
  private problem: string | null = null;

  /**
   * @param earlier the part of the run that was made before; null for a new run, which replaces the file of another
   * @param heartbeatPath dist/heartbeat.js
   */
  constructor(
    private readonly folder: string,
    meta: RunMeta,
    private readonly trainer: Trainer,
    private readonly earlier: RunContents | null,
    heartbeatPath: string,
  ) {
    this.rows = new TraceBuffer(trainer.columns, outboxRows(trainer.columns));
    this.metrics = new MetricsLog(trainer.columns);
    const path = join(folder, NAME);
    this.path = path;
    if (earlier === null) clearFolder(folder);
    else if (existsSync(path)) renameSync(path, join(folder, PREVIOUS));
    const header = trainer.header(meta.runId, meta.configHash);
    const { memory } = new FileMark();
    this.heartbeat = new HeartbeatThread(heartbeatPath, { path, memory });
    this.writer = new RunFileWriter(
      path,
      meta,
      header,
      () => performance.now(),
      (problem) => this.report(problem),
      { mark: memory },
    );
  }

  /** Before the first step. */
  begin(status: RunStatus): void {
    if (this.earlier === null) return;
    this.writer.startFrom(this.earlier);
    this.writer.write(status, () => this.trainer.checkpoint(), true);
    this.removePrevious();
  }

  /** Writes what has come in since the last time, if it is time to: twice a second, a checkpoint every two seconds. */
  write(status: RunStatus): void {
    this.hand();
    this.writer.write(status, () => this.trainer.checkpoint());
  }

  /** The last word, which the disk may refuse. */
  finish(status: RunStatus, findings: readonly Finding[], baselines: readonly Baseline[]): void {
    this.hand();
    this.writer.setFindings(findings);
    this.writer.setBaselines(baselines);
    this.writer.finish(status, this.trainer.checkpoint(), Date.now());
  }

  get unwritten(): ReadonlyMap<string, string> {
    return new Map(this.writer.isEndWaiting ? [[this.path, this.problem ?? ""]] : []);
  }

  retry(): void {
    this.writer.writeEnd();
  }

  /** After {@link finish}: the run is one that nobody writes any more. */
  async close(): Promise<void> {
    this.writer.abandonEnd();
    await this.heartbeat.stop();
    // One last beat may have made it again.
    removeLease(leasePath(this.path));
    this.removePrevious();
    // Otherwise it is larger than it could be.
    await dropEarlierCheckpoints(this.path).catch(() => 0);
  }

  private removePrevious(): void {
    if (this.earlier !== null && hasCheckpoint(this.path)) rmSync(join(this.folder, PREVIOUS), { force: true });
  }

  private hand(): void {
    this.writer.addScalars(this.metrics.take());
    this.writer.addRows(this.rows.adopt());
  }

  private report(problem: string | null): void {
    this.problem = problem;
    if (problem !== null) printError(`warning: ${this.path} cannot be written (${problem}). Training continues.\n`);
  }
}

/** Makes way for a new run. One that has ended is replaced by it, as its other files are; one that has not is kept. */
function clearFolder(folder: string): void {
  for (const path of [join(folder, NAME), join(folder, PREVIOUS)]) {
    if (!existsSync(path)) continue;
    if (!isUnfinished(path)) {
      rmSync(path);
      continue;
    }
    let kept = "";
    for (let number = 1; kept === "" || existsSync(kept); number++) kept = join(folder, `interrupted-${number}.rnnrun`);
    renameSync(path, kept);
    printError(`note: the interrupted run in ${folder} was kept as ${kept}. To continue it instead, use --resume.\n`);
  }
}

/** Whether somebody may want to go on with it. */
function isUnfinished(path: string): boolean {
  try {
    const { status, checkpoint } = readRunFile(path);
    return checkpoint !== null && status.phase !== "done" && status.phase !== "diverged";
  } catch {
    return false;
  }
}

/** Whether the file has what a run goes on from. */
function hasCheckpoint(path: string): boolean {
  try {
    return readRunFile(path).checkpoint !== null;
  } catch {
    return false;
  }
}
