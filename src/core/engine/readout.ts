/**
 * The read-out: y = h W^T + b of the last or of every state of the top layer, or the last state itself.
 *
 * h, dh [B, T + 1, H] with entry 0 the initial state; y, dy [B, 1 or T, O]; W [O, H], b [O]. With two directions the
 * states of both stand side by side, and 2 H takes the place of H; with a projection P does.
 */
import { addBias, addBiasGradient, addInputGradient, addProduct, addWeightGradient } from "../numerics/affine";
import { outputWidth } from "../../shared/trace/networkSpec";
import type { NetworkSpec } from "../network/network";

export interface ReadoutWeights {
  readonly weight: Float64Array;
  readonly bias: Float64Array | null;
}

/** @param weights null for the read-out "state" */
export function readoutForward(
  spec: NetworkSpec,
  weights: ReadoutWeights | null,
  h: Float64Array,
  y: Float64Array,
  B: number,
  T: number,
): void {
  const { outputSize: O } = spec;
  const H = outputWidth(spec);
  if (weights === null) {
    for (let b = 0, from = T * H, to = 0; b < B; b++, from += T * H) {
      for (let j = 0; j < H; j++) y[to++] = h[from++]!;
    }
    return;
  }
  const steps = spec.readout === "every" ? T : 1;
  y.fill(0);
  for (let b = 0; b < B; b++) {
    const states = { values: h, start: (b * (T + 1) + T + 1 - steps) * H, stride: H };
    const outputs = { values: y, start: b * steps * O, stride: O };
    addProduct(outputs, states, weights.weight, steps, O, H);
    addBias(outputs, weights.bias, steps, O);
  }
}

/** Adds to dh and to the gradients of the weights. */
export function readoutBackward(
  spec: NetworkSpec,
  weights: ReadoutWeights | null,
  gradients: ReadoutWeights | null,
  h: Float64Array,
  dh: Float64Array,
  dy: Float64Array,
  B: number,
  T: number,
): void {
  const { outputSize: O } = spec;
  const H = outputWidth(spec);
  if (weights === null || gradients === null) {
    for (let b = 0, to = T * H, from = 0; b < B; b++, to += T * H) {
      for (let j = 0; j < H; j++, to++) dh[to] = dh[to]! + dy[from++]!;
    }
    return;
  }
  const steps = spec.readout === "every" ? T : 1;
  for (let b = 0; b < B; b++) {
    const start = (b * (T + 1) + T + 1 - steps) * H;
    const outputs = { values: dy, start: b * steps * O, stride: O };
    addWeightGradient(gradients.weight, outputs, { values: h, start, stride: H }, steps, O, H);
    addBiasGradient(gradients.bias, outputs, steps, O);
    addInputGradient({ values: dh, start, stride: H }, outputs, weights.weight, steps, O, H);
  }
}
