import type { CreateNetwork } from "../core/network";
import { createWasmNetwork, type WasmNetwork } from "../kernel/wasmNetwork";
import type { HelperThread } from "./helperThread";

/** The float32 networks of one run. */
export interface Float32Engine {
  /** The first network, which trains, has the helper; those for questions on the side do without. */
  readonly createNetwork: CreateNetwork;
  /** When the run is over: sets the helper free for the next one. */
  dispose(): void;
}

/** @param helper null: one thread */
export function createFloat32Engine(helper: HelperThread | null): Float32Engine {
  let training: WasmNetwork | null = null;
  return {
    createNetwork(spec, capacity) {
      if (training !== null || helper === null) return createWasmNetwork(spec, capacity);
      training = createWasmNetwork(spec, capacity, { startHelper: helper.start });
      return training;
    },
    dispose() {
      training?.dispose();
      training = null;
    },
  };
}
