import { Worker } from "node:worker_threads";
import * as l10n from "@vscode/l10n";
import type { ExportJob, ExportReport } from "./exportMessages";
import { threadError } from "./threadError";

/**
 * Does the job on a thread of its own.
 * @param scriptPath dist/export.js
 * @returns the names of the files that were written
 * @throws Error in words for a person
 */
export function runExportThread(scriptPath: string, job: ExportJob): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(scriptPath, { name: "RNN Lab export", workerData: job });
    thread.on("message", (report: ExportReport) =>
      report.type === "done" ? resolve(report.files) : reject(new Error(report.message)),
    );
    thread.on("error", (error) => reject(threadError(error)));
    // After one of the above it says nothing new.
    thread.on("exit", (code) =>
      reject(new Error(l10n.t("The export worker exited unexpectedly with code {0}.", code))),
    );
  });
}
