import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { configHash } from "../config/compare/hash";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import type { Trainer } from "../core/training/trainer";
import { checksums } from "../files/checksums";
import type { RunMeta } from "../runs/format/runContents";
import type { LoadedExperiment } from "./loadExperiment";

/** What a run of the terminal was started with, for its file. */
export function describeRun(
  { file, text, experiment, varied }: LoadedExperiment,
  trainer: Trainer,
  files: ExperimentFiles,
  {
    startedAt,
    threads,
    resumedFrom,
  }: { readonly startedAt: number; readonly threads: number; readonly resumedFrom: string | null },
): RunMeta {
  return {
    runId: randomUUID(),
    number: 0,
    varied,
    uri: pathToFileURL(resolve(file)).href,
    fileName: basename(file),
    name: experiment.name || basename(file),
    startedAt,
    origin: "command",
    configText: text,
    config: experiment,
    configHash: configHash(experiment),
    seed: experiment.seed,
    engine: trainer.engine,
    threads,
    versions: { rnnLab: ownVersion(), node: process.version, platform: `${process.platform} ${process.arch}` },
    writer: { process: process.pid, machine: hostname() },
    resumedFrom,
    files: checksums(files),
  };
}

/** Of the package that this program is part of. */
export function ownVersion(): string {
  try {
    const { version } = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8")) as {
      version?: unknown;
    };
    return typeof version === "string" ? version : "unknown";
  } catch {
    return "unknown";
  }
}
