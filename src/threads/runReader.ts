import * as l10n from "@vscode/l10n";
import type { Disposable } from "../lib/dispose";
import type { RunCurves, UnreadRun } from "../runs/readCurves";
import { PendingRequests } from "../lib/pendingRequests";
import { SessionWorker } from "./sessionWorker";

/** Reads whole run files in a thread, which is there only while it reads. */
export class RunReader implements Disposable {
  private readonly pending = new PendingRequests();
  private readonly worker: SessionWorker;

  constructor(workerPath: string) {
    this.worker = new SessionWorker(
      workerPath,
      {
        onReport: (report) => {
          if (report.type === "curves") this.pending.answer(report.requestId, report.runs);
          else if (report.type === "requestFailed") this.pending.fail(report.requestId, new Error(report.message));
          this.worker.releaseIdle();
        },
        onFailure: (error) => this.pending.abandon(error),
      },
      () => this.pending.size > 0,
    );
  }

  /** In the order of the paths; of each at most so many points. */
  readCurves(paths: readonly string[], points: number): Promise<readonly (RunCurves | UnreadRun)[]> {
    return this.pending.ask((requestId) => this.worker.postOrStart({ type: "readCurves", requestId, paths, points }));
  }

  dispose(): void {
    this.worker.drop();
    this.pending.abandon(new Error(l10n.t("The extension is shutting down.")));
  }
}
