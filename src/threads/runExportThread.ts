import * as l10n from "@vscode/l10n";
import type { ExportJob, ExportReport } from "./exportMessages";
import { startThread } from "./carriers/threadCarrier";

/**
 * Does the job on a thread of its own.
 * @param scriptPath dist/export.js
 * @returns the names of the files that were written
 * @throws Error in words for a person
 */
export function runExportThread(scriptPath: string, job: ExportJob): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    startThread<never, ExportReport>(
      scriptPath,
      { name: "RNN Lab export", data: job, isLimited: false },
      {
        onReport: (report) => (report.type === "done" ? resolve(report.files) : reject(new Error(report.message))),
        // After a report it says nothing new.
        onEnd: ({ error, code }) =>
          reject(error ?? new Error(l10n.t("The export worker exited unexpectedly with code {0}.", code))),
      },
    );
  });
}
