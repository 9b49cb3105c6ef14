/**
 * Gated recurrent unit (Cho et al., 2014) as PyTorch's nn.GRU: the hidden bias is inside the reset product.
 *
 *   [r z]_t = sigmoid(x_t W_ih^T + b_ih + h_{t-1} W_hh^T + b_hh)          (their two blocks)
 *   q_t = h_{t-1} W_hn^T + b_hn          n_t = tanh(x_t W_in^T + b_in + r_t q_t)
 *   h_t = (1 - z_t) n_t + z_t h_{t-1}
 *
 *   dn = dh (1 - z) (1 - n^2)      dz = dh (h_{t-1} - n) z (1 - z)      dr = dn q r (1 - r)
 *   input side [dr dz dn], hidden side [dr dz dn r]
 *   dh_{t-1} += dh z + [dr dz dn r] W_hh
 *
 * Shapes: layer.ts, with G = 3; `hidden` holds the hidden side, of which q is the last block.
 */
import {
  addLayerGradients,
  passToPreviousState,
  projectInput,
  projectState,
  sigmoid,
  type LayerBuffers,
  type LayerWeights,
} from "./layer";
import { isCut } from "../../shared/trace/networkSpec";

export function gruForward(weights: LayerWeights, buffers: LayerBuffers): void {
  const { B, T, H, h, gates, hidden } = buffers;
  projectInput(weights, buffers, 3 * H);
  hidden.fill(0);
  for (let t = 1; t <= T; t++) {
    projectState(weights, buffers, hidden, t, 3 * H);
    for (let b = 0; b < B; b++) {
      const gate = (b * T + t - 1) * 3 * H;
      const state = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const r = sigmoid(gates[gate + j]! + hidden[gate + j]!);
        const z = sigmoid(gates[gate + H + j]! + hidden[gate + H + j]!);
        const n = Math.tanh(gates[gate + 2 * H + j]! + r * hidden[gate + 2 * H + j]!);
        gates[gate + j] = r;
        gates[gate + H + j] = z;
        gates[gate + 2 * H + j] = n;
        h[state + j] = (1 - z) * n + z * h[state - H + j]!;
      }
    }
  }
}

/** On entry dh holds what reaches each h_t from outside; on return the whole dL/dh_t. */
export function gruBackward(
  weights: LayerWeights,
  gradients: LayerWeights,
  buffers: LayerBuffers,
  truncate: number | null,
  dx: Float64Array | null,
): void {
  const { B, T, H, h, dh, gates, dGates, hidden, dHidden } = buffers;
  for (let t = T; t >= 1; t--) {
    const cut = isCut(t, T, truncate);
    for (let b = 0; b < B; b++) {
      const gate = (b * T + t - 1) * 3 * H;
      const state = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const r = gates[gate + j]!;
        const z = gates[gate + H + j]!;
        const n = gates[gate + 2 * H + j]!;
        const d = dh[state + j]!;
        const dn = d * (1 - z) * (1 - n * n);
        const dz = d * (h[state - H + j]! - n) * z * (1 - z);
        const dr = dn * hidden[gate + 2 * H + j]! * r * (1 - r);
        dGates[gate + j] = dr;
        dGates[gate + H + j] = dz;
        dGates[gate + 2 * H + j] = dn;
        dHidden[gate + j] = dr;
        dHidden[gate + H + j] = dz;
        dHidden[gate + 2 * H + j] = dn * r;
        if (!cut) dh[state - H + j] = dh[state - H + j]! + d * z;
      }
    }
    if (!cut) passToPreviousState(weights, buffers, dHidden, t, 3 * H);
  }
  addLayerGradients(weights, gradients, buffers, dGates, dHidden, 3 * H, dx);
}
