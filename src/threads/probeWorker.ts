import * as l10n from "@vscode/l10n";
import type { Disposable } from "../lib/dispose";
import type { ProbeJob, ProbeReport, ProbeRequest } from "./probeMessages";
import type { Carrier } from "./carriers/carrier";
import { startThread } from "./carriers/threadCarrier";

export interface ProbeWorkerEvents {
  onReport(report: ProbeReport): void;
  /** The thread is gone without having been asked to go. Nothing more comes from it. */
  onFailure(error: Error): void;
}

/** The thread that follows the file of one probe. */
export class ProbeWorker implements Disposable {
  private readonly thread: Carrier<ProbeRequest>;
  private gone = false;

  /** @param scriptPath dist/probe.js */
  constructor(scriptPath: string, job: ProbeJob, events: ProbeWorkerEvents) {
    this.thread = startThread<ProbeRequest, ProbeReport>(
      scriptPath,
      { name: "RNN Lab probe", data: job },
      {
        onReport: (report) => !this.gone && events.onReport(report),
        onEnd: ({ error, code }) => {
          if (this.gone) return;
          this.gone = true;
          const exited = (): string => l10n.t("The thread that reads the run exited unexpectedly with code {0}.", code);
          events.onFailure(error ?? new Error(exited()));
        },
      },
    );
  }

  post(request: ProbeRequest): void {
    if (!this.gone) this.thread.post(request);
  }

  dispose(): void {
    this.gone = true;
    void this.thread.terminate();
  }
}
