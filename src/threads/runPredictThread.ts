import * as l10n from "@vscode/l10n";
import type { PredictJob, PredictReport } from "./predictMessages";
import { startThread } from "./carriers/threadCarrier";

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
    startThread<never, PredictReport>(
      scriptPath,
      { name: "RNN Lab prediction", data: job, isLimited: false },
      {
        onReport: (report) => (report.type === "done" ? resolve(report) : reject(new Error(report.message))),
        // After a report it says nothing new.
        onEnd: ({ error, code }) =>
          reject(error ?? new Error(l10n.t("The prediction worker exited unexpectedly with code {0}.", code))),
      },
    );
  });
}
