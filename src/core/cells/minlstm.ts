/**
 * minLSTM (Feng et al., 2024, "Were RNNs All We Needed?"): gates and candidate see the input alone, so there are no
 * recurrent weights, and a step is linear in the state, of which there is one part. Forget and input gate add up to 1.
 *
 *   [a p u]_t = x_t W_ih^T + b_ih       n_t = g(u_t)
 *   i = sigmoid(a) / (sigmoid(a) + sigmoid(p))        f = sigmoid(p) / (sigmoid(a) + sigmoid(p))
 *   h_t = f_t h_{t-1} + i_t n_t
 *
 *   With e = dh (h_{t-1} - n) f i:
 *   da = -e (1 - sigmoid(a))      dp = e (1 - sigmoid(p))      du = dh i g'(u)      dh_{t-1} += dh f
 *
 * The gates are computed as f = sigmoid(D), i = sigmoid(-D) with D = ln sigmoid(p) - ln sigmoid(a), which is the same
 * and stays right where both sigmoids underflow. g: src/core/network/candidate.ts.
 *
 * Shapes: layer.ts, with G = 3, the blocks i, f and g, the candidate n. `hidden` [B, T, 2 H] holds 1 - sigmoid(a) and
 * 1 - sigmoid(p).
 */
import { isCut } from "../../shared/trace/networkSpec";
import type { CandidateVariant } from "../../shared/trace/cells";
import { candidate, candidateSlope } from "../network/candidate";
import { addLayerGradients, projectInput, sigmoid, type LayerBuffers, type LayerWeights } from "./layer";

export function minlstmForward(weights: LayerWeights, buffers: LayerBuffers, variant: CandidateVariant): void {
  const { B, T, H, h, gates, hidden } = buffers;
  projectInput(weights, buffers, 3 * H);
  for (let b = 0; b < B; b++) {
    for (let t = 1; t <= T; t++) {
      const step = b * T + t - 1;
      const gate = step * 3 * H;
      const slope = step * 2 * H;
      const state = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const a = gates[gate + j]!;
        const p = gates[gate + H + j]!;
        const difference = logSigmoid(p) - logSigmoid(a);
        const i = sigmoid(-difference);
        const f = sigmoid(difference);
        const n = candidate(gates[gate + 2 * H + j]!, variant);
        gates[gate + j] = i;
        gates[gate + H + j] = f;
        gates[gate + 2 * H + j] = n;
        hidden[slope + j] = sigmoid(-a);
        hidden[slope + H + j] = sigmoid(-p);
        h[state + j] = f * h[state - H + j]! + i * n;
      }
    }
  }
}

/** On entry dh holds what reaches each h_t from outside; on return the whole dL/dh_t. */
export function minlstmBackward(
  weights: LayerWeights,
  gradients: LayerWeights,
  buffers: LayerBuffers,
  variant: CandidateVariant,
  truncate: number | null,
  dx: Float64Array | null,
): void {
  const { B, T, H, h, dh, gates, dGates, hidden } = buffers;
  for (let b = 0; b < B; b++) {
    for (let t = T; t >= 1; t--) {
      const cut = isCut(t, T, truncate);
      const step = b * T + t - 1;
      const gate = step * 3 * H;
      const slope = step * 2 * H;
      const state = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const i = gates[gate + j]!;
        const f = gates[gate + H + j]!;
        const n = gates[gate + 2 * H + j]!;
        const d = dh[state + j]!;
        const e = d * (h[state - H + j]! - n) * f * i;
        dGates[gate + j] = -e * hidden[slope + j]!;
        dGates[gate + H + j] = e * hidden[slope + H + j]!;
        dGates[gate + 2 * H + j] = d * i * candidateSlope(n, variant);
        if (!cut) dh[state - H + j] = dh[state - H + j]! + d * f;
      }
    }
  }
  addLayerGradients(weights, gradients, buffers, dGates, null, 3 * H, dx);
}

/** ln(1 / (1 + e^-x)), without overflow. */
function logSigmoid(x: number): number {
  return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
}
