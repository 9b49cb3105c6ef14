import { DisposableStore, type Disposable } from "../lib/dispose";
import type { SessionRegistry } from "../session/sessionRegistry";
import { freeOfRuns } from "./processors";

/**
 * Shares the processors that no run uses among the experiments that are trained with several seeds: each gets at least
 * one, where there is one, in the order in which the experiments were used.
 */
export class SeedTrials implements Disposable {
  private readonly owned = new DisposableStore();

  constructor(private readonly sessions: SessionRegistry) {
    this.owned.add(
      sessions.onDidChange(({ event }) => {
        if (event.kind === "seeds" || event.kind === "run" || event.kind === "view") this.share();
      }),
    );
  }

  dispose(): void {
    this.owned.dispose();
  }

  private share(): void {
    const { all } = this.sessions;
    const trying = all.filter(({ beside }) => beside.seeds.isRunning);
    let free = Math.max(0, freeOfRuns(all));
    for (const [i, { beside }] of trying.entries()) {
      const share = Math.min(beside.seeds.threads.all, Math.ceil(free / (trying.length - i)));
      beside.seeds.allow(share);
      free -= share;
    }
  }
}
