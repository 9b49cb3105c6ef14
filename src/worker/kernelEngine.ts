import { availableParallelism } from "node:os";
import type { CreateNetwork } from "../core/network/network";
import { TEAM } from "../kernel/teamControl";
import { isWorthSharing } from "../kernel/networkMemory";
import { createWasmNetwork, type WasmNetwork } from "../kernel/wasmNetwork";
import type { ThreadsSetting } from "../threads/trainingMessages";
import type { HelperThread } from "../threads/helperThread";

/** Networks in WebAssembly for one trainer, of which the one that trains may use a second thread. */
export interface KernelEngine {
  readonly createNetwork: CreateNetwork;
  /** Threads that the training network uses; small ones take one whatever is allowed. */
  threads(): number;
  /** Frees the helper for the next engine. The networks must not be used any more. */
  dispose(): void;
}

/** @param helper null: always one thread */
export function createKernelEngine(setting: ThreadsSetting, helper: HelperThread | null): KernelEngine {
  const allowed = setting === "auto" ? Math.min(TEAM, availableParallelism()) : setting;
  const helped: WasmNetwork[] = [];
  return {
    createNetwork(spec, capacity) {
      const shared =
        capacity.trains === true &&
        allowed > 1 &&
        helper !== null &&
        isWorthSharing(spec, capacity.floats ?? "float32", capacity.batch, capacity.timeSteps);
      const network = createWasmNetwork(spec, capacity, shared ? { startHelper: helper.start } : {});
      if (shared) helped.push(network);
      return network;
    },
    threads: () => (helped.length > 0 ? TEAM : 1),
    dispose: () => helped.splice(0).forEach((network) => network.dispose()),
  };
}
