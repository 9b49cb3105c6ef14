import type { HelperSetup } from "../kernel/teamControl";
import type { Carrier } from "./carriers/carrier";
import { startThread } from "./carriers/threadCarrier";

/**
 * The helper of a training thread, started when the first network asks for it. It serves one network at a time, until
 * that is disposed.
 */
export class HelperThread {
  private thread: Carrier<HelperSetup> | null = null;

  /** @param scriptPath dist/helper.js */
  constructor(private readonly scriptPath: string) {}

  /** For `startHelper` of createWasmNetwork. A helper that breaks leaves the network to its timeout, which names it. */
  readonly start = (setup: HelperSetup): void => {
    this.thread ??= this.create();
    this.thread.post(setup);
  };

  dispose(): void {
    void this.thread?.terminate();
    this.thread = null;
  }

  private create(): Carrier<HelperSetup> {
    const thread = startThread<HelperSetup, never>(
      this.scriptPath,
      { name: "RNN Lab helper", isLimited: false },
      {
        onReport: () => undefined,
        onEnd: () => {
          if (this.thread === thread) this.thread = null;
        },
      },
    );
    // It must not keep the program alive, nor end it: the training thread does its work alone until the helper is
    // ready.
    thread.unref();
    return thread;
  }
}
