/** Exports or imports one run, away from the thread of the editor. */
import "./language";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { exportFiles } from "../export/exportFiles";
import { asImported } from "../export/importedRun";
import { readBundle } from "../export/readBundle";
import { encodeRun } from "../runs/format/encodeRun";
import { readRunFile } from "../runs/readRunFile";
import type { ExportJob, ExportReport } from "../threads/exportMessages";
import { describeError } from "../lib/outsideText";

const port = parentPort;
if (port === null) {
  throw new Error("dist/export.js must be started as a worker thread.");
}

async function work(job: ExportJob): Promise<string[]> {
  if (job.kind === "import") {
    await writeFile(job.to, encodeRun(asImported(await readBundle(job.folder), job.id)), { flag: "wx" });
    return [];
  }
  const files = exportFiles(job.form, readRunFile(job.runPath), job.files, job.name);
  for (const [name, content] of files) {
    const path = join(job.out, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  return [...files.keys()];
}

function report(outcome: ExportReport): void {
  port?.postMessage(outcome);
}

work(workerData as ExportJob).then(
  (files) => report({ type: "done", files }),
  (error: unknown) => report({ type: "failed", message: describeError(error) }),
);
