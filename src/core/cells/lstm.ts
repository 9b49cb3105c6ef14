/**
 * Long short-term memory with forget gate (Hochreiter and Schmidhuber, 1997; Gers et al., 2000), PyTorch's nn.LSTM.
 *
 *   [i f g o]_t = x_t W_ih^T + b_ih + h_{t-1} W_hh^T + b_hh
 *   i, f, o through the sigmoid, g through tanh
 *   c_t = f_t c_{t-1} + i_t g_t                           h_t = o_t tanh(c_t)
 *
 *   do = dh tanh(c) o (1 - o)      dc += dh o (1 - tanh(c)^2)
 *   di = dc g i (1 - i)            dg = dc i (1 - g^2)            df = dc c_{t-1} f (1 - f)
 *   dc_{t-1} += dc f               dh_{t-1} += [di df dg do] W_hh
 *
 * Shapes: layer.ts, with G = 4.
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

export function lstmForward(weights: LayerWeights, buffers: LayerBuffers): void {
  const { B, T, H, h, c, gates } = buffers;
  projectInput(weights, buffers, 4 * H);
  for (let t = 1; t <= T; t++) {
    projectState(weights, buffers, gates, t, 4 * H);
    for (let b = 0; b < B; b++) {
      const gate = (b * T + t - 1) * 4 * H;
      const state = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const i = sigmoid(gates[gate + j]!);
        const f = sigmoid(gates[gate + H + j]!);
        const g = Math.tanh(gates[gate + 2 * H + j]!);
        const o = sigmoid(gates[gate + 3 * H + j]!);
        const cell = f * c[state - H + j]! + i * g;
        gates[gate + j] = i;
        gates[gate + H + j] = f;
        gates[gate + 2 * H + j] = g;
        gates[gate + 3 * H + j] = o;
        c[state + j] = cell;
        h[state + j] = o * Math.tanh(cell);
      }
    }
  }
}

/** On entry dh holds what reaches each h_t from outside; on return the whole dL/dh_t, and dc the whole dL/dc_t. */
export function lstmBackward(
  weights: LayerWeights,
  gradients: LayerWeights,
  buffers: LayerBuffers,
  truncate: number | null,
  dx: Float64Array | null,
): void {
  const { B, T, H, c, dh, dc, gates, dGates } = buffers;
  for (let t = T; t >= 1; t--) {
    const cut = isCut(t, T, truncate);
    for (let b = 0; b < B; b++) {
      const gate = (b * T + t - 1) * 4 * H;
      const state = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const i = gates[gate + j]!;
        const f = gates[gate + H + j]!;
        const g = gates[gate + 2 * H + j]!;
        const o = gates[gate + 3 * H + j]!;
        const s = Math.tanh(c[state + j]!);
        const d = dh[state + j]!;
        const dCell = dc[state + j]! + d * o * (1 - s * s);
        dc[state + j] = dCell;
        dGates[gate + j] = dCell * g * i * (1 - i);
        dGates[gate + H + j] = dCell * c[state - H + j]! * f * (1 - f);
        dGates[gate + 2 * H + j] = dCell * i * (1 - g * g);
        dGates[gate + 3 * H + j] = d * s * o * (1 - o);
        if (!cut) dc[state - H + j] = dCell * f;
      }
    }
    if (!cut) passToPreviousState(weights, buffers, dGates, t, 4 * H);
  }
  addLayerGradients(weights, gradients, buffers, dGates, dGates, 4 * H, dx);
}
