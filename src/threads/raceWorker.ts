import { Worker } from "node:worker_threads";
import * as l10n from "@vscode/l10n";
import type { Disposable } from "../lib/dispose";
import type { FailureReport, RaceReport, RaceRequest, RateTestReport } from "./raceMessages";
import { describeError } from "../lib/outsideText";
import { threadError } from "./threadError";

/** For JavaScript objects only, as for training. */
const HEAP_LIMIT_MB = 512;

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
  const thread = new Worker(scriptPath, {
    name: "RNN Lab race",
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
  });
  let disposed = false;
  const report = (value: Report | FailureReport): void => {
    if (!disposed) onReport(value);
  };
  const fail = (message: string): void => report({ type: "failed", message });
  thread.on("message", report);
  thread.on("error", (error: unknown) => fail(describeError(threadError(error))));
  thread.on("exit", (code: number) => fail(l10n.t("The worker exited unexpectedly with code {0}.", code)));
  thread.postMessage(request);
  return {
    dispose: () => {
      disposed = true;
      void thread.terminate();
    },
  };
}
