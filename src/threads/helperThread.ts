import { Worker } from "node:worker_threads";
import type { HelperSetup } from "../kernel/teamControl";

/**
 * The helper of a training thread, started when the first network asks for it. It serves one network at a time, until
 * that is disposed.
 */
export class HelperThread {
  private thread: Worker | null = null;

  /** @param scriptPath dist/helper.js */
  constructor(private readonly scriptPath: string) {}

  /** For `startHelper` of createWasmNetwork. A helper that breaks leaves the network to its timeout, which names it. */
  readonly start = (setup: HelperSetup): void => {
    this.thread ??= this.create();
    this.thread.postMessage(setup);
  };

  dispose(): void {
    void this.thread?.terminate();
    this.thread = null;
  }

  private create(): Worker {
    const thread = new Worker(this.scriptPath, { name: "RNN Lab helper" });
    // It must not keep the program alive, nor end it: the training thread does its work alone until the helper is
    // ready.
    thread.unref();
    thread.on("error", () => (this.thread = null));
    return thread;
  }
}
