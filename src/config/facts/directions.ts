/** Bidirectional models: which cells have both directions, and which tasks a network can read from their end. */
import * as l10n from "@vscode/l10n";
import { BIDIRECTIONAL_CELLS } from "../../shared/trace/cells";
import type { Experiment, ModelConfig } from "../schema/schema";
import { cellKindOf } from "./cellKind";

/** The key has no effect for other cells, nor for an lstm that PyTorch does not have. */
export function isBidirectional(model: ModelConfig): boolean {
  return model.bidirectional && hasBothDirections(model);
}

/** Whether PyTorch has the cell with both directions. */
export function hasBothDirections(model: ModelConfig): boolean {
  // Of the options of lstm, PyTorch has the projection.
  return BIDIRECTIONAL_CELLS.has(cellKindOf({ ...model, projSize: 0 }));
}

/** Recurrent layers, each direction counted: rows of the state, as the trace numbers them. */
export function layerCount(model: ModelConfig): number {
  return (isBidirectional(model) ? 2 : 1) * model.numLayers;
}

/** A layer as findings name it, each direction counted: its number, and of two directions which it is. */
export function describeLayer(model: ModelConfig, layer: number): string {
  if (!isBidirectional(model)) return String(layer);
  const number = String(Math.floor(layer / 2));
  return layer % 2 === 1 ? l10n.t("{0} (backward)", number) : l10n.t("{0} (forward)", number);
}

const PATH = ["model", "bidirectional"] as const;

/**
 * Why a sequence cannot be read from its end; null where it can be, or is not.
 * @param readout in force
 */
export function findDirectionMisfit(
  { task, model, training }: Pick<Experiment, "task" | "model" | "training">,
  readout: "state" | "last" | "every",
): { readonly path: readonly string[]; readonly message: string } | null {
  if (!isBidirectional(model)) return null;
  if (readout === "every" && predictsAhead(task))
    return {
      path: PATH,
      message: [
        l10n.t("With model.bidirectional, the network has already read the steps that it predicts."),
        l10n.t("The target of {0} is a later step of the same sequence.", task.kind),
        l10n.t(
          "Use model.readout {0}, whose target comes after the sequence, or set model.bidirectional to {1}.",
          '"last"',
          "false",
        ),
      ].join(" "),
    };
  if ((task.kind === "text" || task.kind === "csv") && task.stream && training.batchSize !== "full")
    return {
      path: PATH,
      message: [
        l10n.t("With task.stream, the state is carried over to the next window."),
        l10n.t("The backward direction of a bidirectional model starts at the end of each window."),
        l10n.t("Set task.stream or model.bidirectional to {0}.", "false"),
      ].join(" "),
    };
  if (readout !== "state") return null;
  return {
    path: ["model", "readout"],
    message: l10n.t(
      'A bidirectional model ends in two states, so model.readout cannot be {0}. Use "auto" or {1}.',
      '"state"',
      '"last"',
    ),
  };
}

/** Whether the target of a step is a later step. */
function predictsAhead(task: Experiment["task"]): boolean {
  return task.kind === "text" || task.kind === "sine" || (task.kind === "csv" && task.horizon > 0);
}
