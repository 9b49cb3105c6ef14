/** The ring on which the factors of lru and rglru start, and whether it and the heads of a cell fit the model. */
import * as l10n from "@vscode/l10n";
import type { CellKind } from "../../shared/trace/cells";
import type { ModelConfig } from "../schema/schema";

/** Of lrnnx 1.0.0.post1 and recurrentgemma 1.0.1. */
const PUBLISHED = { lru: { rMin: 0, rMax: 1 }, rglru: { rMin: 0.9, rMax: 0.999 } } as const;

export function hasRing(cell: CellKind): cell is keyof typeof PUBLISHED {
  return cell in PUBLISHED;
}

/** The radii between which the factors of the units start. */
export function resolveRing(
  cell: keyof typeof PUBLISHED,
  { rMin, rMax }: ModelConfig["init"],
): { readonly rMin: number; readonly rMax: number } {
  return {
    rMin: rMin === "auto" ? PUBLISHED[cell].rMin : rMin,
    rMax: rMax === "auto" ? PUBLISHED[cell].rMax : rMax,
  };
}

/** Why a ring cannot be, or the units cannot be divided among the heads; null when all is well. */
export function findDiagonalMisfit({
  cell,
  hiddenSize,
  heads,
  init,
}: ModelConfig): { readonly path: readonly string[]; readonly message: string } | null {
  if ((cell === "rglru" || cell === "slstm") && hiddenSize % heads !== 0)
    return {
      path: ["model", "heads"],
      message: l10n.t(
        "model.heads is {0}, which does not divide model.hiddenSize, {1}. Every head has the same number of units.",
        heads,
        hiddenSize,
      ),
    };
  if (!hasRing(cell)) return null;
  const { rMin, rMax } = resolveRing(cell, init);
  if (rMin < rMax) return null;
  return {
    path: ["model", "init", init.rMin === "auto" ? "rMax" : "rMin"],
    message: l10n.t(
      "model.init.rMin is {0} and model.init.rMax is {1}; the inner radius must be smaller than the outer one.",
      rMin,
      rMax,
    ),
  };
}
