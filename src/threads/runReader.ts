import * as l10n from "@vscode/l10n";
import type { ForeignRun, ForeignSource } from "../externalRuns/foreignRun";
import type { Disposable } from "../lib/dispose";
import type { RunCurves, UnreadRun } from "../runs/readCurves";
import { Requests } from "../lib/requests";
import { SessionWorker } from "./sessionWorker";

/** Reads whole run files in a thread, which is there only while it reads. */
export class RunReader implements Disposable {
  private readonly requests = new Requests();
  private readonly worker: SessionWorker;

  constructor(workerPath: string) {
    this.worker = new SessionWorker(
      workerPath,
      {
        onReport: (report) => {
          if (report.type === "reply" || report.type === "requestFailed") this.requests.receive(report);
          this.worker.releaseIdle();
        },
        onFailure: (error) => this.requests.abandon(error),
      },
      () => this.requests.size > 0,
    );
  }

  /** In the order of the paths; of each at most so many points. */
  readCurves(paths: readonly string[], points: number): Promise<readonly (RunCurves | UnreadRun)[]> {
    return this.requests.ask((requestId) => this.worker.postOrStart({ type: "readCurves", requestId, paths, points }));
  }

  /** In the order of the sources; of each curve at most so many points. */
  readForeign(
    sources: readonly ForeignSource[],
    points: number,
  ): Promise<readonly (readonly ForeignRun[] | UnreadRun)[]> {
    return this.requests.ask((requestId) =>
      this.worker.postOrStart({ type: "readForeign", requestId, sources, points }),
    );
  }

  dispose(): void {
    this.worker.drop();
    this.requests.close(new Error(l10n.t("The extension is shutting down.")));
  }
}
