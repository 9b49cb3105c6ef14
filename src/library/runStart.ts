import { hostname } from "node:os";
import type { RecordRequest } from "../runs/runFileWriter";
import type { NumberedRun } from "../session/runFileTarget";
import type { RunRequest } from "../session/runState";
import type { SessionFile } from "../session/sessionFile";

/** What a run of this window is started with, for its file. @param rnnLab version of the extension */
export function describeStart(
  { runId, number, varied }: Omit<NumberedRun, "passedThrough">,
  { experiment, configHash, text, from, byTyping }: RunRequest,
  { uri, fileName, name }: SessionFile,
  rnnLab: string,
): RecordRequest["meta"] {
  return {
    runId,
    number,
    varied,
    uri,
    fileName,
    name: experiment.name || name,
    startedAt: Date.now(),
    origin: byTyping === true ? "edit" : "command",
    configText: text ?? `${JSON.stringify(experiment, null, 2)}\n`,
    config: experiment,
    configHash,
    seed: experiment.seed,
    resumedFrom: from?.runId ?? null,
    versions: { rnnLab, node: process.version, platform: `${process.platform} ${process.arch}` },
    writer: { process: process.pid, machine: hostname() },
  };
}
