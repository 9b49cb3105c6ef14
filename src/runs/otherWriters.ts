import type { Disposable } from "../lib/dispose";
import { LeaseWatch, type RunWriterView } from "./leaseWatch";

/** Soon enough for a list that somebody looks at; reading a lease takes well under a millisecond. */
const LOOK_AGAIN_MS = 2500;

/**
 * The processes that write runs of a folder, other than by this window. Those that may live are looked at again until
 * they are gone.
 */
export class OtherWriters implements Disposable {
  private readonly followed = new Set<string>();
  private timer: NodeJS.Timeout | null = null;

  /** @param onGone nobody writes the run at this path any more, who was writing it before */
  constructor(
    private readonly onGone: (runPath: string) => void,
    private readonly watch = new LeaseWatch(),
  ) {}

  /** Null: the run has no lease. */
  async look(runPath: string): Promise<RunWriterView | null> {
    const view = await this.watch.look(runPath);
    if (view !== null && view.state !== "gone") this.follow(runPath);
    return view;
  }

  async mayLive(runPath: string): Promise<boolean> {
    const view = await this.look(runPath);
    return view !== null && view.state !== "gone";
  }

  /** Since when, in milliseconds, a file was seen in this state alone; 0 at the first look. */
  unchangedMs(path: string, state: string): number {
    return this.watch.see(path, state);
  }

  /** Looks at all of them again; by itself every few seconds. */
  async lookAgain(): Promise<void> {
    for (const runPath of this.followed) {
      const view = await this.watch.look(runPath);
      if (view !== null && view.state !== "gone") continue;
      this.followed.delete(runPath);
      this.onGone(runPath);
    }
    if (this.followed.size === 0) this.dispose();
  }

  dispose(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  private follow(runPath: string): void {
    this.followed.add(runPath);
    this.timer ??= setInterval(() => void this.lookAgain(), LOOK_AGAIN_MS).unref();
  }
}
