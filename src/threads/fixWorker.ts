import * as l10n from "@vscode/l10n";
import type { Disposable } from "../lib/dispose";
import type { FixReport, FixRequest } from "./fixMessages";
import { describeError } from "../lib/outsideText";
import { startThread } from "./carriers/threadCarrier";

/**
 * Starts the thread that searches fixes for one run.
 * @param scriptPath dist/fixes.js
 * @param onReport not called any more once the worker is disposed; a thread that ends by itself is reported as failed
 * @returns disposing it terminates the thread
 */
export function startFixWorker(
  scriptPath: string,
  request: FixRequest,
  onReport: (report: FixReport) => void,
): Disposable {
  let disposed = false;
  const report = (value: FixReport): void => {
    if (!disposed) onReport(value);
  };
  const fail = (message: string): void => report({ type: "failed", message });
  const thread = startThread<never, FixReport>(
    scriptPath,
    { name: "RNN Lab fixes", data: request },
    {
      onReport: report,
      onEnd: ({ error, code }) =>
        fail(error === null ? l10n.t("The worker exited unexpectedly with code {0}.", code) : describeError(error)),
    },
  );
  return {
    dispose: () => {
      disposed = true;
      void thread.terminate();
    },
  };
}
