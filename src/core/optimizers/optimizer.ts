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
  // What each kind keeps per parameter: momentum v; rprop step, sign; rmsprop s, v; adam m, v. Made at the first update.
  let first: Float64Array | null = null;
  let second: Float64Array | null = null;
  let steps = 0;

  return {
    apply(update, parameters, gradients) {
      steps++;
      if (update.kind === "sgd") {
        sgdUpdate(parameters, gradients, update.learningRate, update.weightDecay);
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
          momentumUpdate(
            parameters,
            gradients,
            first,
            update.learningRate,
            update.momentum,
            update.weightDecay,
            update.kind === "nesterov",
          );
          break;
        case "rprop":
          rpropUpdate(parameters, gradients, first, second, update.etaPlus, update.etaMinus);
          break;
        case "rprop-pytorch":
          rpropPytorchUpdate(
            parameters,
            gradients,
            first,
            second,
            update.etaPlus,
            update.etaMinus,
            update.minStep,
            update.maxStep,
          );
          break;
        case "rmsprop":
          rmspropUpdate(
            parameters,
            gradients,
            first,
            second,
            update.learningRate,
            update.alpha,
            update.epsilon,
            update.momentum,
            update.weightDecay,
          );
          break;
        case "adam":
        case "adamw":
          adamUpdate(
            parameters,
            gradients,
            first,
            second,
            steps,
            update.learningRate,
            update.beta1,
            update.beta2,
            update.epsilon,
            update.weightDecay,
            update.kind === "adamw",
          );
          break;
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
