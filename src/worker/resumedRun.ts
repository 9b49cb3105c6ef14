import * as l10n from "@vscode/l10n";
import { readRunFile } from "../runs/readRunFile";
import type { RunContents, RunEvent } from "../runs/format/runContents";
import { dataKeyOf } from "../config/facts/taskTraits";
import { ExperimentError } from "../config/facts/experimentError";
import { ScalarSeries } from "../shared/trace/scalarSeries";
import { COLUMN, type ColumnSpec, type RunStatus, type TraceRows } from "../shared/trace/trace";
import { appliedChanges } from "../runs/appliedSettings";
import { runExtensions } from "../runs/extendedRun";
import { restartAtBest } from "../runs/restartedRun";
import { formatCount } from "../shared/words/numberFormat";
import { checksums } from "../files/checksums";
import type { StartRequest, Post } from "../threads/trainingMessages";

/** A run that was recorded, and whether it is to go on. */
export interface ResumePoint {
  readonly contents: RunContents;
  readonly resume: boolean;
}

/**
 * Reads what a request is to show or to go on from. To go on, rows from the checkpoint on are left out: they are made
 * again.
 * @throws Error in words for a person when it cannot be read, or cannot go on
 */
export function readRecorded({
  from,
  files,
  threads,
}: StartRequest & { readonly from: NonNullable<StartRequest["from"]> }): ResumePoint {
  const contents = readRunFile(from.path);
  if (!from.resume) return { resume: false, contents };
  const start = from.weights === "best" ? atBest(contents) : contents;
  return { resume: true, contents: upToCheckpoint(start, files, threads) };
}

/** @throws Error when the run has no best weights before its last ones */
function atBest(contents: RunContents): RunContents {
  const restarted = restartAtBest(contents);
  if (restarted !== null) return restarted;
  throw new Error(l10n.t("The run has no weights of a better validation loss than those of its last checkpoint."));
}

/**
 * The part of a run up to its last checkpoint, to go on from there.
 * @param files that the experiment names now
 * @throws Error in words for a person when there is no checkpoint, or the run cannot go on with these files and threads
 */
export function upToCheckpoint(
  contents: RunContents,
  files: StartRequest["files"],
  threads: StartRequest["threads"],
): RunContents {
  const iteration = contents.checkpoint?.iteration;
  if (iteration === undefined)
    throw new Error(
      l10n.t(
        "This run cannot be resumed because it was interrupted before its first checkpoint. Run the experiment again.",
      ),
    );
  const now = checksums(files);
  for (const kind of ["data", "weights"] as const) {
    if (now[kind] !== contents.meta.files[kind])
      throw new ExperimentError(
        "bad-file",
        kind === "data" ? ["task", dataKeyOf(contents.meta.config.task)] : ["model", "init", "file"],
        kind === "data"
          ? l10n.t("The data file has changed since the run started, so the run cannot be resumed.")
          : l10n.t("The weights file has changed since the run started, so the run cannot be resumed."),
      );
  }
  if (threads !== contents.meta.threads)
    throw new Error(
      contents.meta.threads === 1
        ? l10n.t("This run used 1 thread and can only be resumed with 1 thread.")
        : l10n.t("This run used {0} threads and can only be resumed with {0} threads.", contents.meta.threads),
    );
  const { metrics, rows, header } = contents;
  return {
    ...contents,
    metrics: { ...metrics, rows: rowsBefore(iteration, metrics.columns, metrics.rows) },
    rows: rowsBefore(iteration, header?.columns ?? [], rows),
    events: contents.events.filter((event) => event.iteration <= iteration),
  };
}

/**
 * Tells the session all that a recorded run tells, as if it had just happened.
 * @param isUnderWay another process trains it
 */
export function postRecorded(contents: RunContents, runId: string, isUnderWay: boolean, post: Post): void {
  const { header, events, findings, baselines, surface, status, endedAt } = contents;
  if (header === null) throw new Error(l10n.t("Only the config of this run was saved."));
  post({ type: "started", header: { ...header, runId } });
  const final = finalStatus(status, endedAt, isUnderWay);
  postRows(contents, runId, final, post);
  postChanges(events, runId, post);
  if (findings.length > 0) post({ type: "findings", runId, findings });
  if (baselines.length > 0) post({ type: "baselines", runId, baselines });
  if (surface !== null) post({ type: "surface", surface: { ...surface, runId, loss: surface.loss.slice() } });
  post({ type: "status", runId, status: final });
}

/**
 * The rows and scalars of a recorded run. The scalars go as a series, which is bounded, so that the session need not
 * gather it out of millions of rows.
 */
export function postRows({ rows, metrics }: RunContents, runId: string, status: RunStatus, post: Post): void {
  // Copies, as what is posted is gone: the questions are answered from the rows.
  const columns = rows.columns.map((column) => column.slice());
  const series = new ScalarSeries(metrics.columns);
  series.append(metrics.rows);
  const whole = series.snapshot();
  post({ type: "rows", runId, rows: { rows: rows.rows, columns }, scalars: { kind: "whole", whole }, status }, [
    ...columns.map(({ buffer }) => buffer),
    whole.points.buffer,
    whole.means.buffer,
  ]);
}

/** What was changed on the way of a recorded run: its settings, and how far it goes. */
export function postChanges(events: readonly RunEvent[], runId: string, post: Post): void {
  const changes = appliedChanges(events);
  if (changes.length > 0) post({ type: "applied", runId, changes });
  const extensions = runExtensions(events);
  if (extensions.length > 0) post({ type: "extended", runId, extensions });
}

/** A run that never ended was interrupted, which for its session is a stop. */
function finalStatus(status: RunStatus, endedAt: number | null, isUnderWay: boolean): RunStatus {
  const ended =
    endedAt !== null &&
    status.phase !== "idle" &&
    status.phase !== "starting" &&
    status.phase !== "running" &&
    status.phase !== "paused";
  if (ended) return { ...status, stepsPerSecond: 0 };
  const iteration = formatCount(status.iteration);
  return {
    ...status,
    phase: "stopped",
    stepsPerSecond: 0,
    message: isUnderWay
      ? l10n.t("Active in another window. Shown up to iteration {0}.", iteration)
      : l10n.t("Interrupted at iteration {0}.", iteration),
  };
}

function rowsBefore(
  iteration: number,
  columns: readonly ColumnSpec[],
  { rows, columns: values }: TraceRows,
): TraceRows {
  const iterations = values[columns.findIndex(({ name }) => name === COLUMN.iteration)];
  let count = 0;
  while (count < rows && iterations !== undefined && iterations[count]! < iteration) count++;
  return { rows: count, columns: columns.map(({ length }, index) => values[index]!.slice(0, count * length)) };
}
