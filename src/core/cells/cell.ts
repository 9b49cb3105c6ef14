import type { NetworkSpec } from "../network/network";
import { gateCount, inputBlocks, STATE_PARTS } from "../../shared/trace/cells";
import { ctrnnBackward, ctrnnForward } from "./ctrnn";
import { lstmOptions } from "../../shared/trace/lstmOptions";
import { layerInputs, layerWidth, partWidth, slstmOptions } from "../../shared/trace/networkSpec";
import { gruBackward, gruForward } from "./gru";
import type { LayerBuffers, LayerWeights } from "./layer";
import { lruBackward, lruForward } from "./lru";
import { lstmBackward, lstmForward } from "./lstm";
import { lstmVariantBackward, lstmVariantForward, normBufferSize } from "./lstmVariants";
import { mingruBackward, mingruForward } from "./mingru";
import { minlstmBackward, minlstmForward } from "./minlstm";
import { rglruBackward, rglruForward } from "./rglru";
import { rnnBackward, rnnForward } from "./rnn";
import { slstmBackward, slstmForward } from "./slstm";

/** Buffers of one layer, all zero. */
export function createLayerBuffers(spec: NetworkSpec, layer: number, B: number, T: number): LayerBuffers {
  const H = spec.hiddenSize;
  const I = layerInputs(spec, layer);
  const gates = B * T * H * (spec.cell === "lru" ? 2 : gateCount(spec.cell));
  const states = B * (T + 1) * H;
  const isLeaky = spec.ctrnn !== undefined;
  const sides = spec.cell === "minlstm" ? 2 : spec.cell === "slstm" || hasOwnInput(spec, I) ? 1 : 0;
  const hidden = lstmOptions(spec).layerNorm
    ? normBufferSize(B * T, gateCount(spec.cell) * H)
    : spec.cell === "gru" || isLeaky
      ? gates
      : sides * B * T * H;
  const noise = isLeaky && spec.ctrnn!.noise > 0 ? gates : 0;
  const P = layerWidth(spec);
  const h = new Float64Array(B * (T + 1) * P);
  const dh = new Float64Array(h.length);
  const parts = STATE_PARTS[spec.cell].map((part) => ({
    part,
    width: partWidth(spec, part),
    ...(part === "h"
      ? { values: h, gradients: dh }
      : { values: new Float64Array(states), gradients: new Float64Array(states) }),
  }));
  const cells = parts.find(({ part }) => part === "c");
  return {
    B,
    T,
    I,
    H,
    P,
    x: new Float64Array(B * T * I),
    h,
    dh,
    c: cells?.values ?? NONE,
    dc: cells?.gradients ?? NONE,
    gates: new Float64Array(gates),
    dGates: new Float64Array(gates),
    hidden: new Float64Array(hidden),
    dHidden: new Float64Array(spec.cell === "slstm" ? 0 : hidden),
    noise: new Float64Array(noise),
    parts,
  };
}

const NONE = new Float64Array(0);

/** Whether a layer projects its input before anything else, see projectedInput.ts. */
function hasOwnInput({ cell, hiddenSize: H }: NetworkSpec, I: number): boolean {
  return (cell === "lru" || cell === "rglru") && inputBlocks(cell, I, H) > 0;
}

/** Fills h_1 ... h_T (and c) from x, h_0 (and c_0). */
export function cellForward(spec: NetworkSpec, weights: LayerWeights, buffers: LayerBuffers): void {
  switch (spec.cell) {
    case "linear":
      return rnnForward(weights, buffers, "identity");
    case "rnn":
      return rnnForward(weights, buffers, spec.nonlinearity);
    case "lstm":
      return lstmForward(weights, buffers);
    case "lstm-variant":
    case "lstm-coupled":
      return lstmVariantForward(weights, buffers, spec.cell === "lstm-coupled");
    case "gru":
      return gruForward(weights, buffers);
    case "ctrnn":
    case "ctrnn-current":
      return ctrnnForward(spec.ctrnn!, weights, buffers);
    case "mingru":
      return mingruForward(weights, buffers, spec.variant ?? "plain");
    case "minlstm":
      return minlstmForward(weights, buffers, spec.variant ?? "plain");
    case "lru":
      return lruForward(weights, buffers);
    case "rglru":
      return rglruForward(weights, buffers, spec.heads ?? 1);
    case "slstm":
      return slstmForward(weights, buffers, slstmOptions(spec));
  }
}

/** Completes dh, and adds to the gradients of the weights and, unless null, to dx [B, T, I]. */
export function cellBackward(
  spec: NetworkSpec,
  weights: LayerWeights,
  gradients: LayerWeights,
  buffers: LayerBuffers,
  dx: Float64Array | null,
): void {
  switch (spec.cell) {
    case "linear":
      return rnnBackward(weights, gradients, buffers, "identity", spec.truncate, dx);
    case "rnn":
      return rnnBackward(weights, gradients, buffers, spec.nonlinearity, spec.truncate, dx);
    case "lstm":
      return lstmBackward(weights, gradients, buffers, spec.truncate, dx);
    case "lstm-variant":
    case "lstm-coupled":
      return lstmVariantBackward(weights, gradients, buffers, spec.cell === "lstm-coupled", spec.truncate, dx);
    case "gru":
      return gruBackward(weights, gradients, buffers, spec.truncate, dx);
    case "ctrnn":
    case "ctrnn-current":
      return ctrnnBackward(spec.ctrnn!, weights, gradients, buffers, spec.truncate, dx);
    case "mingru":
      return mingruBackward(weights, gradients, buffers, spec.variant ?? "plain", spec.truncate, dx);
    case "minlstm":
      return minlstmBackward(weights, gradients, buffers, spec.variant ?? "plain", spec.truncate, dx);
    case "lru":
      return lruBackward(weights, gradients, buffers, spec.truncate, dx);
    case "rglru":
      return rglruBackward(weights, gradients, buffers, spec.heads ?? 1, spec.truncate, dx);
    case "slstm":
      return slstmBackward(weights, gradients, buffers, slstmOptions(spec), spec.truncate, dx);
  }
}
