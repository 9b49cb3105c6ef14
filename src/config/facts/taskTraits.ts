import * as l10n from "@vscode/l10n";
import { hasLengths, longest, shortest } from "./sequenceLengths";
import { eitherOf } from "../schema/ranges";
import type { Experiment, ModelConfig, TaskConfig } from "../schema/schema";

export type LossKind = "mse" | "bce-with-logits" | "cross-entropy";

/** Where a task has its targets: one for the whole sequence, at its last step, or one at every step. */
export type OutputSteps = "last" | "every";

/** A task whose data are drawn from the seed. */
export type GeneratedTask = Exclude<TaskConfig, { kind: "text" | "csv" }>;

export function isGenerated(task: TaskConfig): task is GeneratedTask {
  return task.kind !== "text" && task.kind !== "csv";
}

interface TaskTraits {
  /** Where the task can have its targets, the natural one first. */
  readonly outputs: readonly OutputSteps[];
  /** The losses that fit its targets, the natural one first. */
  readonly losses: readonly LossKind[];
}

const numbers: readonly LossKind[] = ["mse"];
const bits: readonly LossKind[] = ["bce-with-logits", "mse"];
const classes: readonly LossKind[] = ["cross-entropy"];

export const TASK_TRAITS: Readonly<Record<TaskConfig["kind"], TaskTraits>> = {
  "count-ones": { outputs: ["last", "every"], losses: numbers },
  "binary-addition": { outputs: ["every"], losses: bits },
  adding: { outputs: ["last"], losses: numbers },
  copy: { outputs: ["every"], losses: classes },
  parity: { outputs: ["last", "every"], losses: bits },
  "temporal-order": { outputs: ["last"], losses: classes },
  sine: { outputs: ["every", "last"], losses: numbers },
  text: { outputs: ["every", "last"], losses: classes },
  csv: { outputs: ["every", "last"], losses: numbers },
};

/** The read-out in force: "auto" is what the task needs, and the state itself for the tutorial's cell. */
export function resolveReadout({ task, model }: Pick<Experiment, "task" | "model">): "state" | "last" | "every" {
  if (model.readout !== "auto") return model.readout;
  if (hasLengths(task)) return TASK_TRAITS[task.kind].outputs[0]!;
  if (task.kind === "count-ones" && model.cell === "linear" && model.hiddenSize === 1 && model.numLayers === 1)
    return "state";
  return TASK_TRAITS[task.kind].outputs[0]!;
}

/** Where the targets of an experiment are. */
export function outputsOf(experiment: Pick<Experiment, "task" | "model">): OutputSteps {
  return resolveReadout(experiment) === "every" ? "every" : "last";
}

export function resolveLoss({ task, training }: Pick<Experiment, "task" | "training">): LossKind {
  return training.loss === "auto" ? TASK_TRAITS[task.kind].losses[0]! : training.loss;
}

export function resolveBias({ bias, cell }: ModelConfig): boolean {
  return bias === "auto" ? cell !== "linear" : bias;
}

function findLengthMisfit(task: TaskConfig, readout: "state" | "last" | "every"): Incompatibility | null {
  if (!("length" in task) || !hasLengths(task)) return null;
  if (shortest(task.length) > longest(task.length))
    return {
      path: ["task", "length"],
      message: l10n.t(
        "task.length is from {0} to {1}: the first number must not be above the second.",
        shortest(task.length),
        longest(task.length),
      ),
    };
  return readout !== "state"
    ? null
    : {
        path: ["model", "readout"],
        message: l10n.t(
          'Sequences of different lengths need a read-out of their own, so model.readout cannot be "state". Use {0}.',
          JSON.stringify("last"),
        ),
      };
}

interface Incompatibility {
  /** The value to change. */
  readonly path: readonly string[];
  readonly message: string;
}

/** Why the model, task, and loss are incompatible; null when they are compatible. */
export function findIncompatibility({ task, model, training }: Experiment): Incompatibility | null {
  const traits = TASK_TRAITS[task.kind];
  const readout = resolveReadout({ task, model });
  const outputs = readout === "state" ? "last" : readout;
  if (!traits.outputs.includes(outputs)) {
    return {
      path: ["model", "readout"],
      message:
        traits.outputs[0] === "every"
          ? l10n.t(
              'The task {0} has a target at every step, so model.readout cannot be {1}. Use "auto" or {2}.',
              task.kind,
              JSON.stringify(readout),
              JSON.stringify(traits.outputs[0]),
            )
          : l10n.t(
              'The task {0} has one target, at the last step, so model.readout cannot be {1}. Use "auto" or {2}.',
              task.kind,
              JSON.stringify(readout),
              JSON.stringify(traits.outputs[0]),
            ),
    };
  }
  const misfit = findLengthMisfit(task, readout);
  if (misfit !== null) return misfit;
  const loss = resolveLoss({ task, training });
  if (!traits.losses.includes(loss)) {
    return {
      path: ["training", "loss"],
      message: l10n.t(
        "The loss function {0} cannot be used with the targets of {1}. Use {2}.",
        JSON.stringify(loss),
        task.kind,
        eitherOf(["auto", ...traits.losses].map((kind) => JSON.stringify(kind))),
      ),
    };
  }
  return null;
}
