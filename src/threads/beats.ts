/**
 * Says to others that a runner lives, from a thread that does no arithmetic: a step may take a minute. Runners that end
 * soon need none, as a lease counts for a while without a beat.
 */
import type { Carrier } from "./carriers/carrier";
import { startThread } from "./carriers/threadCarrier";
import { BEATS, type BeatRequest, type BeatTarget } from "./beatMessages";

export class Beats {
  private thread: Carrier<BeatRequest> | null = null;
  private readonly paths = new Set<string>();

  /**
   * @param scriptPath of this program
   * @param lease of the runner
   */
  constructor(
    private readonly scriptPath: string,
    private readonly lease: string,
  ) {}

  start(): void {
    if (this.thread !== null) return;
    const data: BeatTarget = { role: BEATS, lease: this.lease };
    this.thread = startThread<BeatRequest, never>(
      this.scriptPath,
      { name: "RNN Lab heartbeat", data, isLimited: false },
      { onReport: () => undefined, onEnd: () => undefined },
    );
    this.thread.unref();
  }

  /** @param memory of the FileMark of a run file */
  add(path: string, memory: SharedArrayBuffer): void {
    this.start();
    this.paths.add(path);
    this.thread?.post({ path, memory });
  }

  /** The file is not written any more. */
  remove(path: string): void {
    if (this.paths.delete(path)) this.thread?.post({ path, memory: null });
  }

  async dispose(): Promise<void> {
    await this.thread?.terminate();
  }
}
