import * as l10n from "@vscode/l10n";
import type { Disposable } from "../lib/dispose";
import { describeError } from "../lib/outsideText";
import type { Carrier } from "./carriers/carrier";
import { endError } from "./carriers/endError";
import type { ThreadPlace } from "./carriers/threadPlace";

export interface FailureReport {
  readonly type: "failed";
  readonly message: string;
}

/** What a thread is started for. */
interface Job {
  /** Of the thread, for debuggers. */
  readonly name: string;
  /** What it finds as its `workerData`. */
  readonly data: unknown;
}

/** A thread that does one thing, such as a comparison of cell types, and is disposed of once that is done. */
export class JobThread<Report> implements Disposable {
  private readonly thread: Carrier<never>;
  private isDisposed = false;

  /**
   * @param scriptPath one of dist
   * @param onReport not called any more once it is disposed; a thread that ends by itself is reported as failed
   */
  constructor(place: ThreadPlace, scriptPath: string, job: Job, onReport: (report: Report | FailureReport) => void) {
    const report = (value: Report | FailureReport): void => {
      if (!this.isDisposed) onReport(value);
    };
    const exited = (code: number): string => l10n.t("The worker exited unexpectedly with code {0}.", code);
    this.thread = place.openRoom().start<never, Report>(scriptPath, job, {
      onReport: report,
      onEnd: (end) => report({ type: "failed", message: describeError(endError(end, exited)) }),
    });
  }

  /** What was written to memory that the thread shares is seen there soon. */
  flush(): void {
    if (!this.isDisposed) this.thread.flush();
  }

  dispose(): void {
    this.isDisposed = true;
    void this.thread.terminate();
  }
}
