/** Whether the bias of the gate that keeps the state has a place in the network, and fits the task. */
import * as l10n from "@vscode/l10n";
import { GATES, type CellKind } from "../../shared/trace/cells";
import type { Experiment, ModelConfig, TaskConfig } from "../schema/schema";
import { datasetShape } from "./datasetShape";
import { knownLength } from "./sequenceLengths";
import { isGenerated, resolveBias } from "./taskTraits";

export const FORGET_BIAS_PATH = ["model", "init", "forgetBias"] as const;

/** With fewer steps T there is no choice between 1 and T - 1. */
const MIN_CHRONO_STEPS = 3;

/** Whether a gate of the cell says how much of the state is kept. */
export function keepsByGate(cell: CellKind): boolean {
  return GATES[cell].some((gate) => gate === "f" || gate === "z");
}

/** f of lstm, minlstm and slstm, z of gru and mingru, unless the model has no biases. */
export function hasForgetBias(model: ModelConfig): boolean {
  return keepsByGate(model.cell) && resolveBias(model);
}

/** Null where only the file says it. */
function stepsOf(task: TaskConfig): number | null {
  return isGenerated(task) ? datasetShape(task, 0)!.timeSteps : knownLength(task);
}

/** The sentence that refuses the chrono initialization for sequences that are too short; null when it fits. */
export function describeShortForChrono({ task, model }: Experiment, knownSteps: number | null = null): string | null {
  const { forgetBias, file } = model.init;
  if (forgetBias !== "chrono" || file !== "" || !hasForgetBias(model)) return null;
  const timeSteps = knownSteps ?? stepsOf(task);
  if (timeSteps === null || timeSteps >= MIN_CHRONO_STEPS) return null;
  return timeSteps === 1
    ? l10n.t(
        'model.init.forgetBias "chrono" requires sequences of at least {0} time steps; this task has 1.',
        MIN_CHRONO_STEPS,
      )
    : l10n.t(
        'model.init.forgetBias "chrono" requires sequences of at least {0} time steps; this task has {1}.',
        MIN_CHRONO_STEPS,
        timeSteps,
      );
}
