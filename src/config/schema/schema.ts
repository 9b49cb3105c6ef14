/**
 * The experiment file's single source of truth. Types, validation, defaults, completion, hover texts and
 * docs/experiment-file.md all come from here.
 *
 * This is the *resolved* experiment: every property is required. One that has a `default` may be left out of a
 * file; fileSchema.ts derives the schema of the file from that. Names are PyTorch's where PyTorch has them.
 */
import * as l10n from "@vscode/l10n";
import * as Type from "typebox";
import type { Static } from "typebox";
import { closed } from "./closed";
import { Model } from "./modelSchema";
import { SweepBlock } from "./sweepSchema";
import { Task } from "./taskSchema";
import { Training } from "./trainingSchema";

const Trace = Type.Object(
  {
    every: Type.Integer({
      title: l10n.t("Trace every"),
      description: l10n.t(
        "Record states and gradients every this many iterations, and at the last one. Raise it for very long runs. Loss, norms and the other metrics are recorded at every iteration.",
      ),
      minimum: 1,
      maximum: 1_000_000,
      default: 1,
    }),
    sequence: Type.Integer({
      title: l10n.t("Inspected sequence"),
      description: l10n.t(
        "Index of the sequence whose hidden states are shown, counted from 0. It must be a training sequence.",
      ),
      minimum: 0,
      maximum: 999_999,
      default: 0,
    }),
  },
  {
    ...closed,
    title: l10n.t("Trace"),
    description: l10n.t("What is recorded for the panel. It does not affect training."),
    default: {},
  },
);

export const ExperimentSchema = Type.Object(
  {
    name: Type.String({
      title: l10n.t("Name"),
      description: l10n.t("Shown in the panel. If omitted, the file name is shown."),
      maxLength: 200,
      default: "",
    }),
    seed: Type.Integer({
      title: l10n.t("Seed"),
      description: l10n.t(
        "Random seed for data, initialization, batches and dropout. The same file with the same seed gives the same run, bit for bit. Change it to check that a result is not luck.",
      ),
      minimum: 0,
      maximum: 4_294_967_295,
      default: 1,
    }),
    task: Task,
    model: Model,
    training: Training,
    trace: Trace,
    engine: Type.Enum(["auto", "float64", "float32"], {
      title: l10n.t("Engine"),
      description: l10n.t(
        "Compute backend. Leave it at `auto`; use float64 to follow values that overflow 32-bit floats.",
      ),
      enumDescriptions: [
        l10n.t("float64 for the linear cell with up to 8 units; otherwise float32 where available."),
        l10n.t(
          "64-bit floats in WebAssembly SIMD where available; otherwise, and for the linear cell of `auto`, in plain TypeScript.",
        ),
        l10n.t("32-bit floats in WebAssembly SIMD: the fastest."),
      ],
      default: "auto",
    }),
    arithmetic: Type.Enum(["fast", "portable"], {
      title: l10n.t("Arithmetic"),
      description: [
        l10n.t("How a product is added to a sum. It affects the last digits and the speed."),
        l10n.t("The linear cell with up to 8 units is always computed as with `portable`."),
      ].join(" "),
      enumDescriptions: [
        [
          l10n.t("With one rounding (fused multiply-add) where the processor and WebAssembly have it: the fastest."),
          l10n.t("The last digits depend on the processor."),
        ].join(" "),
        [
          l10n.t("With two roundings: the product is rounded, then the sum."),
          l10n.t("The same digits on every machine, unless another number of threads is set."),
        ].join(" "),
      ],
      default: "fast",
    }),
    sweep: SweepBlock,
  },
  {
    ...closed,
    title: l10n.t("RNN Lab experiment"),
    description: l10n.t(
      "An RNN Lab experiment: a task, a network, and how to train it. JSON with comments. Omitted keys use their defaults.",
    ),
  },
);

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** A whole experiment with all defaults filled in; frozen when it comes from parse.ts. */
export type Experiment = DeepReadonly<Static<typeof ExperimentSchema>>;
export type TaskConfig = Experiment["task"];
export type ModelConfig = Experiment["model"];
export type OptimizerConfig = Experiment["training"]["optimizer"];
export type ClipConfig = Experiment["training"]["clip"];
export type SweepConfig = NonNullable<Experiment["sweep"]>;
export type SweepGoal = NonNullable<SweepConfig["goal"]>;
/** A rule that stops runs early. */
export type SweepStopping = Exclude<SweepConfig["stopping"], { readonly kind: "none" }>;
