import * as l10n from "@vscode/l10n";
import { arrayFormatOf } from "./dataFiles";
import { findDirectionMisfit } from "./directions";
import { findDiagonalMisfit } from "./ringStart";
import { findModelMisfit } from "./leakyModel";
import { hasFiles } from "../../tables/taskTable";
import { longest, shortest } from "./sequenceLengths";
import { findTrialProblem, hasTrialLengths, isTrialTask, type TrialTask } from "./trialTasks";
import { eitherOf } from "../schema/ranges";
import type { Experiment, ModelConfig, TaskConfig } from "../schema/schema";

type LossKind = "mse" | "mae" | "huber" | "bce-with-logits" | "cross-entropy";

/** The loss of a training: its kind, or with the numbers that it has beside it. */
export type Loss = Exclude<LossKind, "huber"> | HuberLoss | WeightedBits;

/** The loss of each 1 counts `positiveWeights[o]` times for output o. */
export interface WeightedBits {
  readonly kind: "bce-with-logits";
  readonly positiveWeights: readonly number[];
}

export interface HuberLoss {
  readonly kind: "huber";
  readonly delta: number;
}

export type TargetKind = "values" | "bits" | "classes";

/** Where a task has its targets: one for the whole sequence, at its last step, or one at every step. */
export type OutputSteps = "last" | "every";

/** A task whose data are drawn from the seed. */
export type GeneratedTask = Exclude<TaskConfig, { kind: "text" | "csv" | "arrays" }>;

export function isGenerated(task: TaskConfig): task is GeneratedTask {
  return task.kind !== "text" && task.kind !== "csv" && task.kind !== "arrays";
}

/** Generated tasks whose sequences are as long as a number says. */
export type LengthTask = Exclude<GeneratedTask, TrialTask>;

export function isLengthTask(task: TaskConfig): task is LengthTask {
  return isGenerated(task) && !isTrialTask(task);
}

/** Whether the sequences of a task are padded to the longest of them. */
export function hasLengths(task: TaskConfig): boolean {
  if (isTrialTask(task)) return hasTrialLengths(task);
  return "length" in task && typeof task.length !== "number";
}

/** The key that names the data. */
export function dataKeyOf(task: TaskConfig): "file" | "files" {
  return task.kind === "csv" && hasFiles(task) ? "files" : "file";
}

/** A pattern where there are several files. */
export function dataNameOf(task: Exclude<TaskConfig, GeneratedTask>): string {
  return task.kind === "csv" && hasFiles(task) ? task.files : task.file;
}

interface TaskTraits {
  /** Where the task can have its targets, the natural one first. */
  readonly outputs: readonly OutputSteps[];
  /** The losses that fit its targets, the natural one first. */
  readonly losses: readonly LossKind[];
}

const numbers: readonly LossKind[] = ["mse", "mae", "huber"];
const bits: readonly LossKind[] = ["bce-with-logits", "mse"];
const classes: readonly LossKind[] = ["cross-entropy"];

type ArrayTask = Extract<TaskConfig, { kind: "arrays" }>;
type TableTask = Extract<TaskConfig, { kind: "csv" }>;

const TASK_TRAITS: Readonly<Record<Exclude<TaskConfig, ArrayTask | TableTask>["kind"], TaskTraits>> = {
  "count-ones": { outputs: ["last", "every"], losses: numbers },
  "binary-addition": { outputs: ["every"], losses: bits },
  adding: { outputs: ["last"], losses: numbers },
  copy: { outputs: ["every"], losses: classes },
  parity: { outputs: ["last", "every"], losses: bits },
  "temporal-order": { outputs: ["last"], losses: classes },
  "flip-flop": { outputs: ["every", "last"], losses: numbers },
  sine: { outputs: ["every", "last"], losses: numbers },
  "perceptual-decision": { outputs: ["every"], losses: classes },
  "context-decision": { outputs: ["every"], losses: classes },
  "delayed-match-to-sample": { outputs: ["every"], losses: classes },
  "go-no-go": { outputs: ["every"], losses: classes },
  "ready-set-go": { outputs: ["every"], losses: classes },
  "delay-comparison": { outputs: ["every"], losses: classes },
  "sine-generator": { outputs: ["every"], losses: numbers },
  integrator: { outputs: ["every"], losses: numbers },
  text: { outputs: ["every", "last"], losses: classes },
};

/** The network answers at every step unless it is told to answer once. "auto": the targets are what the loss is for. */
const TABLE_TRAITS: Readonly<Record<NonNullable<TableTask["targetKind"]>, TaskTraits>> = {
  auto: { outputs: ["every", "last"], losses: [...numbers, "bce-with-logits", "cross-entropy"] },
  values: { outputs: ["every", "last"], losses: numbers },
  bits: { outputs: ["every", "last"], losses: bits },
  classes: { outputs: ["every", "last"], losses: classes },
};

/** Targets of arrays are what the file says: the network answers once unless it is told to answer at every step. */
const ARRAY_TRAITS: Readonly<Record<ArrayTask["targetKind"], TaskTraits>> = {
  values: { outputs: ["last", "every"], losses: numbers },
  bits: { outputs: ["last", "every"], losses: bits },
  classes: { outputs: ["last", "every"], losses: classes },
};

export function taskTraits(task: TaskConfig): TaskTraits {
  if (task.kind === "arrays") return ARRAY_TRAITS[task.targetKind];
  // The config of an earlier run has no kind.
  if (task.kind === "csv") return TABLE_TRAITS[(task as Partial<TableTask>).targetKind ?? "auto"];
  return TASK_TRAITS[task.kind];
}

/** The read-out in force: "auto" is what the task needs, and the state itself for the tutorial's cell. */
export function resolveReadout({ task, model }: Pick<Experiment, "task" | "model">): "state" | "last" | "every" {
  if (model.readout !== "auto") return model.readout;
  if (hasLengths(task)) return taskTraits(task).outputs[0]!;
  if (task.kind === "count-ones" && model.cell === "linear" && model.hiddenSize === 1 && model.numLayers === 1)
    return "state";
  return taskTraits(task).outputs[0]!;
}

/** Where the targets of an experiment are. */
export function outputsOf(experiment: Pick<Experiment, "task" | "model">): OutputSteps {
  return resolveReadout(experiment) === "every" ? "every" : "last";
}

/** Whether the outputs are logits of bits. */
export function isBitLoss(loss: Loss): loss is "bce-with-logits" | WeightedBits {
  return (typeof loss === "string" ? loss : loss.kind) === "bce-with-logits";
}

/** @param targetKind of the data, where they have been read: of a table they may decide */
function resolveLossKind(
  { task, training }: Pick<Experiment, "task" | "training">,
  targetKind: TargetKind | null,
): LossKind {
  if (training.loss !== "auto") return training.loss;
  return task.kind === "csv" && targetKind !== null ? TABLE_TRAITS[targetKind].losses[0]! : taskTraits(task).losses[0]!;
}

/** @param targetKind of the data, where they have been read: of a table they may decide */
export function resolveLoss(
  experiment: Pick<Experiment, "task" | "training">,
  targetKind: TargetKind | null = null,
): Loss {
  const kind = resolveLossKind(experiment, targetKind);
  return kind === "huber" ? { kind, delta: experiment.training.delta } : kind;
}

/** The task with its kind of targets where the loss says it. */
export function withTargetKind({ task, training: { loss } }: Pick<Experiment, "task" | "training">): TaskConfig {
  if (task.kind !== "csv" || taskTraits(task) !== TABLE_TRAITS.auto || loss === "auto") return task;
  return { ...task, targetKind: KIND_OF_LOSS[loss] };
}

const KIND_OF_LOSS: Readonly<Record<LossKind, TargetKind>> = {
  mse: "values",
  huber: "values",
  mae: "values",
  "bce-with-logits": "bits",
  "cross-entropy": "classes",
};

export function resolveBias({ bias, cell }: ModelConfig): boolean {
  return bias === "auto" ? cell !== "linear" : bias;
}

function findLengthMisfit(task: TaskConfig, readout: "state" | "last" | "every"): Incompatibility | null {
  if (!("length" in task) || !hasLengths(task)) return null;
  if (task.length !== "series" && shortest(task.length) > longest(task.length))
    return {
      path: ["task", "length"],
      message: l10n.t(
        "task.length is from {0} to {1}: the first number must not be above the second.",
        shortest(task.length),
        longest(task.length),
      ),
    };
  return readout !== "state" ? null : { path: ["model", "readout"], message: describeStateReadout() };
}

/** Why sequences of different lengths cannot be read out as the state. */
export function describeStateReadout(): string {
  return l10n.t(
    'Sequences of different lengths need a read-out of their own, so model.readout cannot be "state". Use {0}.',
    JSON.stringify("last"),
  );
}

interface Incompatibility {
  /** The value to change. */
  readonly path: readonly string[];
  readonly message: string;
}

/** Where a validation file cannot go with the file of arrays. Whether the latter is one is said when it is read. */
function findOtherFile(task: ArrayTask): Incompatibility | null {
  const format = arrayFormatOf(task.file);
  if (format === null || task.validation === "") return null;
  if (arrayFormatOf(task.validation) !== format)
    return {
      path: ["task", "validation"],
      message: l10n.t("task.validation must be a file of the same kind as task.file, {0}.", `.${format}`),
    };
  return format === "npy" && arrayFormatOf(task.targets) === "npy"
    ? {
        path: ["task", "validation"],
        message: l10n.t(
          "Inputs and targets in two .npy files cannot have a validation file. Save the arrays with np.savez.",
        ),
      }
    : null;
}

/** A state is carried over from one window to the next where no row lies between them, and none is in both. */
function findStreamGap(task: TaskConfig): Incompatibility | null {
  if (task.kind !== "csv" || !task.stream || task.stride === task.length) return null;
  if (task.length === "series")
    return {
      path: ["task", "stream"],
      message: l10n.t(
        "task.stream has no windows to carry a state between: with task.length {0}, each series is one sequence.",
        JSON.stringify(task.length),
      ),
    };
  return {
    path: ["task", "stride"],
    message: l10n.t(
      "task.stream requires windows without gap or overlap: set task.stride to task.length, {0}. It is {1}.",
      task.length,
      task.stride,
    ),
  };
}

/** Why the model, task, and loss are incompatible; null when they are compatible. */
export function findIncompatibility({ task, model, training }: Experiment): Incompatibility | null {
  const inModel = findModelMisfit(model) ?? findDiagonalMisfit(model);
  if (inModel !== null) return inModel;
  const otherFile = task.kind === "arrays" ? findOtherFile(task) : null;
  if (otherFile !== null) return otherFile;
  const timing = isTrialTask(task) ? findTrialProblem(task) : null;
  if (timing !== null) return timing;
  const gap = findStreamGap(task);
  if (gap !== null) return gap;
  const traits = taskTraits(task);
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
  const oneWay = findDirectionMisfit({ task, model, training }, readout);
  if (oneWay !== null) return oneWay;
  const misfit = findLengthMisfit(task, readout);
  if (misfit !== null) return misfit;
  const loss = resolveLossKind({ task, training }, null);
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
  // Of a table, the data may decide the loss.
  const isOpen = task.kind === "csv" && training.loss === "auto";
  const unweighted = isOpen ? null : describeUnweighted({ training }, loss);
  return unweighted === null ? null : { path: ["training", "classWeights"], message: unweighted };
}

/** Why the loss cannot weigh classes although the experiment says so; null where it can, or need not. */
export function describeUnweighted({ training }: Pick<Experiment, "training">, loss: Loss | LossKind): string | null {
  const kind = typeof loss === "string" ? loss : loss.kind;
  if (training.classWeights === null || kind === "cross-entropy" || kind === "bce-with-logits") return null;
  return l10n.t(
    "training.classWeights requires the loss cross-entropy or bce-with-logits; this experiment uses {0}. Use null.",
    kind,
  );
}
