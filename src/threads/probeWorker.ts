import { Worker } from "node:worker_threads";
import * as l10n from "@vscode/l10n";
import type { Disposable } from "../lib/dispose";
import type { ProbeJob, ProbeReport, ProbeRequest } from "./probeMessages";
import { threadError } from "./threadError";

export interface ProbeWorkerEvents {
  onReport(report: ProbeReport): void;
  /** The thread is gone without having been asked to go. Nothing more comes from it. */
  onFailure(error: Error): void;
}

/** For JavaScript objects only; typed arrays lie outside. */
const HEAP_LIMIT_MB = 512;

/** The thread that follows the file of one probe. */
export class ProbeWorker implements Disposable {
  private readonly thread: Worker;
  private gone = false;

  /** @param scriptPath dist/probe.js */
  constructor(scriptPath: string, job: ProbeJob, events: ProbeWorkerEvents) {
    this.thread = new Worker(scriptPath, {
      name: "RNN Lab probe",
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
    });
    const fail = (error: Error): void => {
      if (this.gone) return;
      this.gone = true;
      events.onFailure(error);
    };
    this.thread.on("message", (report: ProbeReport) => !this.gone && events.onReport(report));
    this.thread.on("error", (error) => fail(threadError(error)));
    this.thread.on("messageerror", fail);
    this.thread.on("exit", (code) =>
      fail(new Error(l10n.t("The thread that reads the run exited unexpectedly with code {0}.", code))),
    );
  }

  post(request: ProbeRequest): void {
    if (!this.gone) this.thread.postMessage(request);
  }

  dispose(): void {
    this.gone = true;
    void this.thread.terminate();
  }
}
