/**
 * The simple recurrent cell (Elman, 1990), PyTorch's nn.RNN; with the identity it is the linear cell.
 *
 *   a_t = x_t W_ih^T + b_ih + h_{t-1} W_hh^T + b_hh       h_t = f(a_t),  f identity, tanh or relu
 *
 *   da_t = dh_t f'(a_t)      dh_{t-1} += da_t W_hh        f' = 1, 1 - h^2, [h > 0]
 *
 * Shapes: layer.ts, with G = 1; dGates holds da.
 */
import {
  addLayerGradients,
  passToPreviousState,
  projectInput,
  projectState,
  type LayerBuffers,
  type LayerWeights,
} from "./layer";
import { isCut } from "../../shared/trace/networkSpec";

export type Nonlinearity = "identity" | "tanh" | "relu";

export function rnnForward(weights: LayerWeights, buffers: LayerBuffers, nonlinearity: Nonlinearity): void {
  const { B, T, H, h, gates } = buffers;
  projectInput(weights, buffers, H);
  for (let t = 1; t <= T; t++) {
    projectState(weights, buffers, gates, t, H);
    for (let b = 0; b < B; b++) {
      const from = (b * T + t - 1) * H;
      const to = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const a = gates[from + j]!;
        // Not Math.max(0, a): written so, NaN stays NaN as well, and -0 does not appear.
        h[to + j] = nonlinearity === "identity" ? a : nonlinearity === "tanh" ? Math.tanh(a) : a <= 0 ? 0 : a;
      }
    }
  }
}

/** On entry dh holds what reaches each h_t from outside; on return the whole dL/dh_t. */
export function rnnBackward(
  weights: LayerWeights,
  gradients: LayerWeights,
  buffers: LayerBuffers,
  nonlinearity: Nonlinearity,
  truncate: number | null,
  dx: Float64Array | null,
): void {
  const { B, T, H, h, dh, dGates } = buffers;
  for (let t = T; t >= 1; t--) {
    for (let b = 0; b < B; b++) {
      const to = (b * T + t - 1) * H;
      const from = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const d = dh[from + j]!;
        const s = h[from + j]!;
        dGates[to + j] = nonlinearity === "identity" ? d : nonlinearity === "tanh" ? d * (1 - s * s) : s <= 0 ? 0 : d;
      }
    }
    if (!isCut(t, T, truncate)) passToPreviousState(weights, buffers, dGates, t, H);
  }
  addLayerGradients(weights, gradients, buffers, dGates, dGates, H, dx);
}
