/** `--export`: the run that was just trained, in a form to share. */
import { accessSync, constants } from "node:fs";
import { join, resolve } from "node:path";
import { MetricsLog } from "../core/training/metricsLog";
import type { Trainer } from "../core/training/trainer";
import type { ExportForm } from "../export/exportForms";
import type { RunContents } from "../runs/format/runContents";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import { IDLE } from "../shared/trace/trace";
import { TraceBuffer, boundedCapacity } from "../shared/trace/traceBuffer";
import { exportFiles } from "../export/exportFiles";
import { describeEarlyStop } from "../worker/bestValidation";
import { UsageError } from "./args";
import type { LoadedExperiment } from "./loadExperiment";
import type { Aftermath, RunResult } from "./report";
import type { LateOutput } from "./lateOutput";
import { makeFolder } from "./makeFolder";
import { WholeFiles } from "./wholeFiles";
import { describeRun } from "./runMeta";
import { describeError } from "../lib/outsideText";

/** Bound of the rows that go along; of more, spikes stay. */
const MAX_ROWS = 65_536;
const MAX_BYTES = 2 ** 26;

export interface RunExport extends LateOutput {
  /** Takes the traced rows of the run. */
  readonly rows: TraceBuffer;
  /** Takes the scalars of every iteration. */
  readonly metrics: MetricsLog;
  /** @returns the names of the files; the disk may have refused some, see {@link LateOutput} */
  finish(result: RunResult, found: Pick<Aftermath, "findings" | "baselines">): readonly string[];
}

/** @throws UsageError when the folder cannot be written to, before any training */
export function openExport(
  form: ExportForm,
  folder: string,
  loaded: LoadedExperiment,
  trainer: Trainer,
  files: ExperimentFiles,
): RunExport {
  refuseUnwritable(folder);
  const startedAt = Date.now();
  const rows = new TraceBuffer(
    trainer.columns,
    boundedCapacity(trainer.columns, Math.min(MAX_ROWS, trainer.iterations + 1), MAX_BYTES),
  );
  const metrics = new MetricsLog(trainer.columns);
  const wholes = new WholeFiles();
  return {
    rows,
    metrics,
    finish(result, { findings, baselines }) {
      const meta = describeRun(loaded, trainer, files, { startedAt, threads: result.threads, resumedFrom: null });
      const header = trainer.header(meta.runId, meta.configHash);
      const run: RunContents = {
        meta,
        header,
        metrics: { columns: metrics.specs, rows: metrics.take() },
        rows: rows.snapshot(),
        checkpoint: trainer.checkpoint(),
        events: [],
        findings,
        baselines,
        surface: null,
        status: {
          ...IDLE,
          phase: result.status,
          iteration: result.iterations,
          iterations: trainer.iterations,
          loss: result.finalLoss,
          trainMs: result.trainMs,
          best: result.best,
          message: describeEarlyStop(trainer),
        },
        endedAt: Date.now(),
        goodBytes: 0,
      };
      const written = exportFiles(form, run, files);
      for (const [name, content] of written) wholes.write(join(folder, name), content);
      return [...written.keys()];
    },
    get unwritten() {
      return wholes.unwritten;
    },
    retry: () => wholes.retry(),
  };
}

/** @throws UsageError */
function refuseUnwritable(folder: string): void {
  try {
    makeFolder(resolve(folder));
    accessSync(resolve(folder), constants.W_OK);
  } catch (error) {
    throw new UsageError(
      `--out ${folder}: cannot write to this folder (${describeError(error)}). Choose another folder.`,
    );
  }
}
