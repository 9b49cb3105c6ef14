import type { OptimizerState } from "../numerics/checkpoint";
import type { OptimizerUpdate } from "../network/network";
import { adamUpdate } from "./adam";
import { rmspropUpdate } from "./rmsprop";
import { rpropPytorchUpdate, rpropUpdate } from "./rprop";
import { momentumUpdate, sgdUpdate } from "./sgd";

/** The moments of an optimizer over a flat parameter vector. */
export interface Optimizer {
  /** One update of `parameters`, in place. The kind stays the same until the next reset. */
  apply(update: OptimizerUpdate, parameters: Float64Array, gradients: Float64Array): void;
  /** As before the first update. */
  reset(): void;
  /** A copy. */
  read(): OptimizerState;
  write(state: OptimizerState): void;
}

export function createOptimizer(parameterCount: number): Optimizer {
  // What each kind keeps per parameter: momentum v; rprop step, sign; rmsprop s, v; adam m, v. Made at the first
  // update.
  let first: Float64Array | null = null;
  let second: Float64Array | null = null;
  let steps = 0;

  return {
    apply(update, parameters, gradients) {
      steps++;
      if (update.kind === "sgd") {
        sgdUpdate(parameters, gradients, update);
        return;
      }
      if (first === null || second === null) {
        first = new Float64Array(parameterCount);
        second = new Float64Array(parameterCount);
        if (update.kind === "rprop" || update.kind === "rprop-pytorch") first.fill(update.initialStep);
      }
      switch (update.kind) {
        case "momentum":
        case "nesterov":
          return momentumUpdate(parameters, gradients, first, update);
        case "rprop":
          return rpropUpdate(parameters, gradients, first, second, update);
        case "rprop-pytorch":
          return rpropPytorchUpdate(parameters, gradients, first, second, update);
        case "rmsprop":
          return rmspropUpdate(parameters, gradients, first, second, update);
        case "adam":
        case "adamw":
          return adamUpdate(parameters, gradients, first, second, steps, update);
      }
    },
    reset() {
      first = null;
      second = null;
      steps = 0;
    },
    read: () => ({ steps, first: first?.slice() ?? null, second: second?.slice() ?? null }),
    write(state) {
      steps = state.steps;
      first = state.first?.slice() ?? null;
      second = state.second?.slice() ?? null;
    },
  };
}
