import type { OptimizerUpdate } from "../core/network/network";
import type { OptimizerState } from "../core/numerics/checkpoint";
import type { Kernel } from "./kernelModule";
import type { ParameterMemory } from "./networkMemory";
import { gather, scatter } from "./packedParameters";

/** The optimizers of src/core/optimizers on the packed parameters; what is padding stays zero under each of them. */
export interface WasmOptimizer {
  /** One update of the parameters. The kind stays the same until the next reset. */
  apply(update: OptimizerUpdate): void;
  /** As before the first update. */
  reset(): void;
  read(): OptimizerState;
  write(state: OptimizerState): void;
}

/**
 * @param indices for each parameter its place in a packed block
 * @param floats the whole memory, asked for at each use because its size may change
 */
export function createWasmOptimizer(
  kernel: Kernel,
  memory: ParameterMemory,
  indices: Int32Array,
  floats: () => Float32Array,
): WasmOptimizer {
  const {
    parameters: p,
    firstMoment: first,
    secondMoment: second,
    norms,
    packed: { count },
  } = memory;
  const g = memory.gradients[0]!;
  let steps = 0;
  return {
    apply(update) {
      steps++;
      if (steps === 1) {
        floats().fill("initialStep" in update ? update.initialStep : 0, first >> 2, (first >> 2) + count);
        floats().fill(0, second >> 2, (second >> 2) + count);
      }
      switch (update.kind) {
        case "sgd":
          kernel.sgdUpdate(p, g, count, update.learningRate, update.weightDecay, norms);
          break;
        case "momentum":
        case "nesterov":
          kernel.momentumUpdate(
            p,
            g,
            first,
            count,
            update.learningRate,
            update.momentum,
            update.kind === "nesterov",
            update.weightDecay,
            norms,
          );
          break;
        case "rprop":
          kernel.rpropUpdate(p, g, first, second, count, update.etaPlus, update.etaMinus, norms);
          break;
        case "rprop-pytorch":
          kernel.rpropTorchUpdate(
            p,
            g,
            first,
            second,
            count,
            update.etaPlus,
            update.etaMinus,
            update.minStep,
            update.maxStep,
            norms,
          );
          break;
        case "rmsprop":
          kernel.rmspropUpdate(
            p,
            g,
            first,
            second,
            count,
            update.learningRate,
            update.alpha,
            1 - update.alpha,
            update.epsilon,
            update.momentum,
            update.weightDecay,
            norms,
          );
          break;
        case "adam":
        case "adamw": {
          const { learningRate, beta1, beta2, epsilon, weightDecay } = update;
          const decoupled = update.kind === "adamw";
          kernel.adamUpdate(
            p,
            g,
            first,
            second,
            count,
            learningRate / (1 - beta1 ** steps),
            beta1,
            1 - beta1,
            beta2,
            1 - beta2,
            Math.sqrt(1 - beta2 ** steps),
            epsilon,
            decoupled ? 0 : weightDecay,
            decoupled ? 1 - learningRate * weightDecay : 1,
            norms,
          );
          break;
        }
      }
    },
    reset() {
      steps = 0;
    },
    read() {
      if (steps === 0) return { steps, first: null, second: null };
      const block = (address: number): Float64Array => {
        const values = new Float64Array(indices.length);
        gather(floats(), address, indices, values);
        return values;
      };
      return { steps, first: block(first), second: block(second) };
    },
    write(state) {
      steps = state.steps;
      for (const [address, values] of [
        [first, state.first],
        [second, state.second],
      ] as const) {
        if (values === null) continue;
        // What is padding may be anything: its gradients are zero.
        floats().fill(0, address >> 2, (address >> 2) + count);
        scatter(floats(), address, indices, values);
      }
    },
  };
}
