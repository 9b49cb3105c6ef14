import { Worker } from "node:worker_threads";
import * as l10n from "@vscode/l10n";
import type { PredictJob, PredictReport } from "./predictMessages";
import { threadError } from "./threadError";

/**
 * Predicts on a thread of its own.
 * @param scriptPath dist/predict.js
 * @throws Error in words for a person
 */
export function runPredictThread(
  scriptPath: string,
  job: PredictJob,
): Promise<Extract<PredictReport, { readonly type: "done" }>> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(scriptPath, { name: "RNN Lab prediction", workerData: job });
    thread.on("message", (report: PredictReport) =>
      report.type === "done" ? resolve(report) : reject(new Error(report.message)),
    );
    thread.on("error", (error) => reject(threadError(error)));
    // After one of the above it says nothing new.
    thread.on("exit", (code) =>
      reject(new Error(l10n.t("The prediction worker exited unexpectedly with code {0}.", code))),
    );
  });
}
