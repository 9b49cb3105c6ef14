import type { HelperSetup } from "../kernel/teamControl";
import type { Carrier } from "./carriers/carrier";
import { startThread } from "./carriers/threadCarrier";

/**
 * The helpers of a training thread, each started when the first network asks for it. They serve one network at a time,
 * until that is disposed.
 */
export class HelperThreads {
  /** By the number of the helper. */
  private readonly threads = new Map<number, Carrier<HelperSetup>>();

  /** @param scriptPath dist/helper.js */
  constructor(private readonly scriptPath: string) {}

  /** For `startHelper` of createWasmNetwork. A helper that breaks leaves the network to its timeout, which names it. */
  readonly start = (setup: HelperSetup): void => {
    const thread = this.threads.get(setup.thread) ?? this.create(setup.thread);
    this.threads.set(setup.thread, thread);
    thread.post(setup);
  };

  dispose(): void {
    for (const thread of this.threads.values()) void thread.terminate();
    this.threads.clear();
  }

  private create(number: number): Carrier<HelperSetup> {
    const thread = startThread<HelperSetup, never>(
      this.scriptPath,
      { name: "RNN Lab helper", isLimited: false },
      {
        onReport: () => undefined,
        onEnd: () => {
          if (this.threads.get(number) === thread) this.threads.delete(number);
        },
      },
    );
    // It must not keep the program alive, nor end it: the training thread does its work alone until the helper is
    // ready.
    thread.unref();
    return thread;
  }
}
