/** A search that learns, in a thread of its own: at 10,000 runs a proposal takes a window longer than a frame. */
import * as l10n from "@vscode/l10n";
import type { SweepConfig } from "../config/schema/schema";
import type { SearchEvent } from "../sweepPlan/searchEvents";
import type { Carrier } from "./carriers/carrier";
import { endError } from "./carriers/endError";
import { startThread } from "./carriers/threadCarrier";
import { SEARCH, type SearchQuestion, type SearchTarget } from "./searchMessages";

export class SearchThread {
  private readonly thread: Carrier<SearchQuestion>;
  private waiting: { resolve(values: readonly unknown[]): void; reject(error: Error): void } | null = null;
  private ended: Error | null = null;

  /** @param scriptPath dist/sweep.js */
  constructor(scriptPath: string, sweep: SweepConfig) {
    const data: SearchTarget = { role: SEARCH, sweep };
    this.thread = startThread<SearchQuestion, readonly unknown[]>(
      scriptPath,
      { name: "RNN Lab search", data },
      {
        onReport: (values) => this.waiting?.resolve(values),
        onEnd: (end) => {
          this.ended = endError(end, (code) => l10n.t("The search exited unexpectedly with code {0}.", code));
          this.waiting?.reject(this.ended);
        },
      },
    );
    this.thread.unref();
  }

  /** One question at a time. @param events that have happened since the last one */
  propose(combination: number, events: readonly SearchEvent[]): Promise<readonly unknown[]> {
    if (this.ended !== null) return Promise.reject(this.ended);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.thread.post({ combination, events });
    });
  }

  dispose(): void {
    void this.thread.terminate();
  }
}
