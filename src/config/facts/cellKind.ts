/** How the cell of a model is computed, which some of its keys decide. */
import type { CellKind } from "../../shared/trace/cells";
import type { LstmOptions } from "../../shared/trace/lstmOptions";
import type { ModelConfig } from "../schema/schema";

export function cellKindOf(model: ModelConfig): CellKind {
  const { cell, form, peephole, coupledInputForget, layerNorm, projSize } = model;
  if (cell === "ctrnn" && form === "current") return "ctrnn-current";
  if (cell !== "lstm") return cell;
  if (coupledInputForget) return "lstm-coupled";
  return peephole || layerNorm || projSize > 0 ? "lstm-variant" : "lstm";
}

/** Those of an lstm that has any of them; else null. */
export function lstmOptionsOf(model: ModelConfig): LstmOptions | null {
  const { peephole, layerNorm, projSize } = model;
  if (!cellKindOf(model).startsWith("lstm-")) return null;
  return { peephole, layerNorm, ...(projSize > 0 ? { projSize } : {}) };
}
