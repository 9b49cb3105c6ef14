/**
 * minGRU (Feng et al., 2024, "Were RNNs All We Needed?"): gates and candidate see the input alone, so there are no
 * recurrent weights, and a step is linear in the state.
 *
 *   [a u]_t = x_t W_ih^T + b_ih       z_t = sigmoid(a_t)       n_t = g(u_t)
 *   h_t = (1 - z_t) h_{t-1} + z_t n_t
 *
 *   da = dh (n - h_{t-1}) z (1 - z)        du = dh z g'(u)        dh_{t-1} += dh (1 - z)
 *
 * g is the identity in the variant "plain"; src/core/network/candidate.ts has that of "log-space". Unlike the z of gru,
 * which is the share of the state that is kept, this z, as in the paper, is the share of the candidate that is written.
 *
 * Shapes: layer.ts, with G = 2, the blocks z and n.
 */
import { isCut } from "../../shared/trace/networkSpec";
import type { CandidateVariant } from "../../shared/trace/cells";
import { candidate, candidateSlope } from "../network/candidate";
import { addLayerGradients, projectInput, sigmoid, type LayerBuffers, type LayerWeights } from "./layer";

export function mingruForward(weights: LayerWeights, buffers: LayerBuffers, variant: CandidateVariant): void {
  const { B, T, H, h, gates } = buffers;
  projectInput(weights, buffers, 2 * H);
  for (let b = 0; b < B; b++) {
    for (let t = 1; t <= T; t++) {
      const gate = (b * T + t - 1) * 2 * H;
      const state = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const z = sigmoid(gates[gate + j]!);
        const n = candidate(gates[gate + H + j]!, variant);
        gates[gate + j] = z;
        gates[gate + H + j] = n;
        h[state + j] = (1 - z) * h[state - H + j]! + z * n;
      }
    }
  }
}

/** On entry dh holds what reaches each h_t from outside; on return the whole dL/dh_t. */
export function mingruBackward(
  weights: LayerWeights,
  gradients: LayerWeights,
  buffers: LayerBuffers,
  variant: CandidateVariant,
  truncate: number | null,
  dx: Float64Array | null,
): void {
  const { B, T, H, h, dh, gates, dGates } = buffers;
  for (let b = 0; b < B; b++) {
    for (let t = T; t >= 1; t--) {
      const cut = isCut(t, T, truncate);
      const gate = (b * T + t - 1) * 2 * H;
      const state = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const z = gates[gate + j]!;
        const n = gates[gate + H + j]!;
        const d = dh[state + j]!;
        dGates[gate + j] = d * (n - h[state - H + j]!) * z * (1 - z);
        dGates[gate + H + j] = d * z * candidateSlope(n, variant);
        if (!cut) dh[state - H + j] = dh[state - H + j]! + d * (1 - z);
      }
    }
  }
  addLayerGradients(weights, gradients, buffers, dGates, null, 2 * H, dx);
}
