import { Worker } from "node:worker_threads";
import * as l10n from "@vscode/l10n";
import type { WorkerReport, WorkerRequest } from "./trainingMessages";
import { threadError } from "./threadError";

export interface TrainingWorkerEvents {
  onReport(report: WorkerReport): void;
  /** The thread is gone without having been asked to go. Nothing more comes from it. */
  onFailure(error: Error): void;
}

/**
 * For JavaScript objects only; typed arrays lie outside. A runaway thread ends itself instead of the extension host.
 */
const HEAP_LIMIT_MB = 512;

/** A training thread as the session sees it. */
export class TrainingWorker {
  /** Threads that have not exited yet. */
  static readonly live = new Set<TrainingWorker>();

  readonly thread: Worker;
  private gone = false;

  constructor(scriptPath: string, events: TrainingWorkerEvents) {
    this.thread = new Worker(scriptPath, {
      name: "RNN Lab training",
      resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
    });
    TrainingWorker.live.add(this);
    const fail = (error: Error): void => {
      if (!this.gone) {
        this.gone = true;
        events.onFailure(error);
      }
    };
    this.thread.on("message", (report: WorkerReport) => {
      if (!this.gone) {
        events.onReport(report);
      }
    });
    this.thread.on("error", (error) => fail(threadError(error)));
    this.thread.on("messageerror", (error) => fail(error));
    this.thread.on("exit", (code) => {
      TrainingWorker.live.delete(this);
      fail(new Error(l10n.t("The training worker exited unexpectedly with code {0}.", code)));
    });
  }

  post(request: WorkerRequest): void {
    if (!this.gone) {
      this.thread.postMessage(request);
    }
  }

  /** Ends the thread, even in the middle of a step. Resolves when it has exited. */
  async terminate(): Promise<void> {
    this.gone = true;
    await this.thread.terminate();
    TrainingWorker.live.delete(this);
  }
}
