/**
 * The input of a cell whose own tensors act on H numbers, lru and rglru: x itself where it has H numbers, else
 *
 *   u = x W_ih^T + b_ih          u [B, T, H], x [B, T, I], W_ih [H, I], b_ih [H]
 */
import { addBias, addBiasGradient, addInputGradient, addProduct, addWeightGradient } from "../numerics/affine";
import type { LayerBuffers, LayerWeights } from "./layer";

/** @returns u, which is x or the buffer `hidden` */
export function ownInput({ wIh, bIh }: LayerWeights, { B, T, I, H, x, hidden }: LayerBuffers): Float64Array {
  if (wIh.length === 0) return x;
  hidden.fill(0);
  const u = { values: hidden, start: 0, stride: H };
  addProduct(u, { values: x, start: 0, stride: I }, wIh, B * T, H, I);
  addBias(u, bIh, B * T, H);
  return hidden;
}

/** dL/du goes here: zeros, or where u is x, dx itself. Null: nobody asks for it. */
export function ownInputGradient({ wIh }: LayerWeights, { dHidden }: LayerBuffers, dx: Float64Array | null) {
  return wIh.length === 0 ? dx : dHidden.fill(0);
}

/** From dL/du, which is in `dHidden`, to the gradients of W_ih, b_ih and, unless null, x. */
export function passToInput(
  { wIh }: LayerWeights,
  gradients: LayerWeights,
  { B, T, I, H, x, dHidden }: LayerBuffers,
  dx: Float64Array | null,
): void {
  if (wIh.length === 0) return;
  const du = { values: dHidden, start: 0, stride: H };
  addWeightGradient(gradients.wIh, du, { values: x, start: 0, stride: I }, B * T, H, I);
  addBiasGradient(gradients.bIh, du, B * T, H);
  if (dx !== null) addInputGradient({ values: dx, start: 0, stride: I }, du, wIh, B * T, H, I);
}
