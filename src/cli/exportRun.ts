/** `--export`: the run that was just trained, in a form to share. */
import { randomUUID } from "node:crypto";
import { accessSync, constants, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { configHash } from "../config/compare/hash";
import { MetricsLog } from "../core/training/metricsLog";
import type { Trainer } from "../core/training/trainer";
import type { ExportForm } from "../export/exportForms";
import type { RunContents } from "../runs/format/runContents";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import { IDLE } from "../shared/trace/trace";
import { TraceBuffer, boundedCapacity } from "../shared/trace/traceBuffer";
import { checksums } from "../files/checksums";
import { exportFiles } from "../export/exportFiles";
import { describeEarlyStop } from "../worker/bestValidation";
import { UsageError } from "./args";
import type { LoadedExperiment } from "./loadExperiment";
import type { Aftermath, RunResult } from "./report";
import { makeFolder } from "./runFiles";

/** Bound of the rows that go along; of more, spikes stay. */
const MAX_ROWS = 65_536;
const MAX_BYTES = 2 ** 26;

export interface RunExport {
  /** Takes the traced rows of the run. */
  readonly rows: TraceBuffer;
  /** Takes the scalars of every iteration. */
  readonly metrics: MetricsLog;
  /** @returns the names of the files that were written */
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
  return {
    rows,
    metrics,
    finish(result, { findings, baselines }) {
      const meta = describeRun(loaded, trainer, files, startedAt, result.threads);
      const header = trainer.header(meta.runId, meta.configHash);
      const run: RunContents = {
        meta,
        header,
        metrics: { columns: metrics.specs, rows: metrics.take() },
        rows: rows.snapshot(),
        checkpoints: [trainer.checkpoint()],
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
      for (const [name, content] of written) writeFileSync(join(folder, name), content);
      return [...written.keys()];
    },
  };
}

function describeRun(
  { file, text, experiment }: LoadedExperiment,
  trainer: Trainer,
  files: ExperimentFiles,
  startedAt: number,
  threads: number,
): RunContents["meta"] {
  return {
    runId: randomUUID(),
    uri: pathToFileURL(resolve(file)).href,
    fileName: basename(file),
    name: experiment.name || basename(file),
    startedAt,
    configText: text,
    config: experiment,
    configHash: configHash(experiment),
    seed: experiment.seed,
    engine: trainer.engine,
    threads: threads > 1 ? 2 : 1,
    versions: { rnnLab: ownVersion(), node: process.version, platform: `${process.platform} ${process.arch}` },
    writer: { process: process.pid, machine: hostname() },
    resumedFrom: null,
    files: checksums(files),
  };
}

/** @throws UsageError */
function refuseUnwritable(folder: string): void {
  try {
    makeFolder(resolve(folder));
    accessSync(resolve(folder), constants.W_OK);
  } catch (error) {
    throw new UsageError(
      `--out ${folder}: cannot write to this folder (${error instanceof Error ? error.message : String(error)}). Choose another folder.`,
    );
  }
}

/** Of the package that this program is part of. */
function ownVersion(): string {
  try {
    const { version } = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8")) as {
      version?: unknown;
    };
    return typeof version === "string" ? version : "unknown";
  } catch {
    return "unknown";
  }
}
