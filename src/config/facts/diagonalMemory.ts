/** What the kernel has of lru and rglru, in numbers, see src/kernel/diagonalParameters.ts. C: columns of a panel. */
import { inputBlocks } from "../../shared/trace/cells";
import type { NetworkSpec } from "../../shared/trace/networkSpec";
import { padded } from "./panels";

/** Parameters of a layer. */
export function diagonalParameters(spec: NetworkSpec, layer: number, C: number): number {
  const { cell, bias, inputSize } = spec;
  const hidden = padded(spec.hiddenSize, C);
  const projection = projectsInput(spec, layer) ? hidden * (4 * Math.ceil(inputSize / 4) + (bias ? 1 : 0)) : 0;
  const own = cell === "lru" ? 4 * hidden + 2 * hidden * hidden : (bias ? 3 : 1) * hidden;
  return projection + 2 * gateWeights(spec, C) + own;
}

/** Weights turned around for the way back. */
export function diagonalTransposed(spec: NetworkSpec, C: number): number {
  const { cell, numLayers } = spec;
  const hidden = padded(spec.hiddenSize, C);
  return numLayers * (2 * gateWeights(spec, C) + (cell === "lru" ? 2 * hidden * hidden : 0));
}

/** The cells whose own tensors act on H numbers project an input of another size. */
export function projectsInput({ cell, inputSize, hiddenSize: H }: NetworkSpec, layer: number): boolean {
  return inputBlocks(cell, layer === 0 ? inputSize : H, H) > 0;
}

/** A panel of units reads the panels of its heads. */
function gateWeights({ cell, hiddenSize: H, heads = 1 }: NetworkSpec, C: number): number {
  const hidden = padded(H, C);
  const width = cell === "lru" ? H : H / heads;
  return hidden * Math.min(hidden, padded(width, C) + (width % C === 0 ? 0 : C));
}
