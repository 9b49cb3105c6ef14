import * as l10n from "@vscode/l10n";
import type { Disposable } from "../lib/dispose";
import type { FailureReport, RaceReport, RaceRequest, RateTestReport } from "./raceMessages";
import { describeError } from "../lib/outsideText";
import { startThread } from "./carriers/threadCarrier";

/**
 * Starts the thread that compares the cell types or tests learning rates.
 * @param scriptPath dist/race.js
 * @param onReport not called any more once the worker is disposed; a thread that ends by itself is reported as failed
 * @returns disposing it terminates the thread
 */
export function startRaceWorker<Report extends RaceReport | RateTestReport>(
  scriptPath: string,
  request: RaceRequest,
  onReport: (report: Report | FailureReport) => void,
): Disposable {
  let disposed = false;
  const report = (value: Report | FailureReport): void => {
    if (!disposed) onReport(value);
  };
  const fail = (message: string): void => report({ type: "failed", message });
  const thread = startThread<RaceRequest, Report | FailureReport>(
    scriptPath,
    { name: "RNN Lab race" },
    {
      onReport: report,
      onEnd: ({ error, code }) =>
        fail(error === null ? l10n.t("The worker exited unexpectedly with code {0}.", code) : describeError(error)),
    },
  );
  thread.post(request);
  return {
    dispose: () => {
      disposed = true;
      void thread.terminate();
    },
  };
}
