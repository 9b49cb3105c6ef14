import { availableParallelism } from "node:os";
import type { CreateNetwork } from "../core/network/network";
import { shareCount } from "../kernel/networkMemory";
import type { HelperSetup } from "../kernel/teamControl";
import { createWasmNetwork, type WasmNetwork } from "../kernel/wasmNetwork";
import { autoThreads, type ThreadsSetting } from "../lib/threadCount";
import type { HelperThreads } from "../threads/helperThreads";

/** Networks in WebAssembly for one trainer, of which the one that trains may use several threads. */
export interface KernelEngine {
  readonly createNetwork: CreateNetwork;
  /** Threads that share the batches of the training network; small ones take one whatever is allowed. */
  threads(): number;
  /** Frees the helpers for the next engine. The networks must not be used any more. */
  dispose(): void;
}

/** @param helpers null: always one thread */
export function createKernelEngine(setting: ThreadsSetting, helpers: HelperThreads | null): KernelEngine {
  const processors = availableParallelism();
  const helped: WasmNetwork[] = [];
  let threads = 1;
  /** What would only wait for a processor is done by the training thread. */
  const startHelper = (setup: HelperSetup): void => {
    if (setup.thread < Math.max(2, processors)) helpers?.start(setup);
  };
  return {
    createNetwork(spec, capacity) {
      const { floats = "float32", batch, timeSteps } = capacity;
      const allowed = setting === "auto" ? autoThreads(processors, capacity.arithmetic === "portable") : setting;
      const shares =
        capacity.trains === true && helpers !== null ? shareCount(spec, floats, batch, timeSteps, allowed) : 1;
      const network = createWasmNetwork(spec, capacity, shares > 1 ? { threads: shares, startHelper } : {});
      if (shares > 1) helped.push(network);
      threads = Math.max(threads, shares);
      return network;
    },
    threads: () => threads,
    dispose() {
      helped.splice(0).forEach((network) => network.dispose());
      threads = 1;
    },
  };
}
