/** A layer as the function whose gradient truncated backpropagation computes. */
import { isCut, type NetworkSpec } from "../../shared/trace/networkSpec";
import { cellForward, createLayerBuffers } from "../cells/cell";
import type { LayerBuffers, LayerWeights } from "../cells/layer";

/**
 * Fills h_1 ... h_T as `cellForward` does, but each piece that truncation cuts off starts from a state that was held
 * fast, whatever the weights make of it now.
 * @param held of each part of the state [B, T + 1, width]
 */
export function forwardFromHeld(
  spec: NetworkSpec,
  layer: number,
  weights: LayerWeights,
  buffers: LayerBuffers,
  held: readonly Float64Array[],
): void {
  const { B, T, I } = buffers;
  const starts = Array.from({ length: T }, (_, t) => t).filter((t) => t === 0 || isCut(t + 1, T, spec.truncate));
  for (const [index, from] of starts.entries()) {
    const steps = (starts[index + 1] ?? T) - from;
    const piece = createLayerBuffers(spec, layer, B, steps);
    for (let b = 0; b < B; b++) {
      piece.x.set(buffers.x.subarray((b * T + from) * I, (b * T + from + steps) * I), b * steps * I);
      for (const [part, { values, width }] of piece.parts.entries()) {
        const before = from === 0 ? buffers.parts[part]!.values : held[part]!;
        const at = (b * (T + 1) + from) * width;
        values.set(before.subarray(at, at + width), b * (steps + 1) * width);
      }
    }
    cellForward(spec, weights, piece);
    for (let b = 0; b < B; b++)
      for (const [part, { values, width }] of piece.parts.entries()) {
        const start = b * (steps + 1) * width + width;
        const to = (b * (T + 1) + from + 1) * width;
        buffers.parts[part]!.values.set(values.subarray(start, start + steps * width), to);
      }
  }
}
