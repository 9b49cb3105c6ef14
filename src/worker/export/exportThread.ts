/** Exports or imports one run, away from the thread of the editor. */
import "../language";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { exportFiles } from "../../export/exportFiles";
import { probeFiles, type ReportedProbe } from "../../export/probeReport";
import { asImported } from "../../export/importedRun";
import { readBundle } from "../../export/readBundle";
import { encodeRun } from "../../runs/format/encodeRun";
import { openFiles } from "../../files/openTable";
import { LeaseWatch } from "../../runs/leaseWatch";
import { readProbeFile } from "../../runs/probeFile";
import { readRunFile } from "../../runs/readRunFile";
import type { ExportJob, ExportReport } from "../../threads/exportMessages";
import { describeError } from "../../lib/outsideText";
import { summarizeProbe } from "../probe/summarizeProbe";

const port = parentPort;
if (port === null) {
  throw new Error("dist/export.js must be started as a worker thread.");
}

async function work(job: ExportJob): Promise<string[]> {
  if (job.kind === "import") {
    await writeFile(job.to, encodeRun(asImported(await readBundle(job.folder), job.id)), { flag: "wx" });
    return [];
  }
  const files =
    job.kind === "exportProbe"
      ? probeFiles(job.form, await readProbed(job.runPath))
      : exportFiles(job.form, readRunFile(job.runPath), openFiles(job.files), job.name);
  for (const [name, content] of files) {
    const path = join(job.out, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  return [...files.keys()];
}

/** @throws Error in words for a person */
async function readProbed(path: string): Promise<ReportedProbe> {
  const contents = readProbeFile(path);
  const writer = await new LeaseWatch().look(path);
  const summary = summarizeProbe(path, contents, null, writer !== null && writer.state !== "gone");
  const writtenAt = contents.end?.endedAt ?? (await stat(path)).mtimeMs;
  return { contents, writtenAt, fileName: basename(path), ...summary };
}

function report(outcome: ExportReport): void {
  port?.postMessage(outcome);
}

work(workerData as ExportJob).then(
  (files) => report({ type: "done", files }),
  (error: unknown) => report({ type: "failed", message: describeError(error) }),
);
