import type { Carrier } from "./carriers/carrier";
import { startThread } from "./carriers/threadCarrier";

/** What the thread is started with: the file of a run, and the memory of its FileMark. */
export interface HeartbeatTarget {
  readonly path: string;
  readonly memory: SharedArrayBuffer;
}

/** Keeps the lease of a run for a program whose own thread trains. */
export class HeartbeatThread {
  private readonly thread: Carrier<never>;

  /** @param scriptPath dist/heartbeat.js */
  constructor(scriptPath: string, target: HeartbeatTarget) {
    this.thread = startThread<never, never>(
      scriptPath,
      { name: "RNN Lab heartbeat", data: target, isLimited: false },
      { onReport: () => undefined, onEnd: () => undefined },
    );
    // It must not keep the program alive, nor end it: without it others only think sooner that the run is interrupted.
    this.thread.unref();
  }

  /** Resolves when it does nothing any more. */
  async stop(): Promise<void> {
    await this.thread.terminate();
  }
}
