/**
 * sLSTM (Beck et al., 2024, "xLSTM: Extended long short-term memory", equations 8 to 24), as xlstm 2.0.6 computes it;
 * g is the paper's z.
 *
 *   [i~ f~ g~ o~]_t = x_t W_ih^T + b + h_{t-1} W_hh^T              W_hh block-diagonal: a unit reads those of its head
 *   ln f_t = ln sigmoid(f~_t), or f~_t for an exponential gate     g_t = tanh(g~_t)      o_t = sigmoid(o~_t)
 *   m_t = max(ln f_t + m_{t-1}, i~_t), but i~_t where n_{t-1} = 0: nothing has been counted yet
 *   c_t = f' c_{t-1} + i' g_t       n_t = f' n_{t-1} + i'          h_t = o_t c_t / n_t
 *         with f' = exp(ln f_t + m_{t-1} - m_t), i' = exp(i~_t - m_t)
 *
 * m only keeps the exponentials in range: it scales c and n alike, and h does not depend on it. The cell is a mean of
 * candidates, a = c / n, with weights that add up to n e^m, of which a step keeps a share f^ and adds a share i^:
 *
 *   a_t = f^ a_{t-1} + i^ g_t       f^ = f' n_{t-1} / n_t          i^ = i' / n_t = 1 - f^
 *
 * The shares are the gates i and f that a network is asked for. Backward, with l = m + ln n, the log of the weight:
 *
 *   da += dh o      q = da (a_{t-1} - g) f^ i^      di~ = dl i^ - q     d ln f = dl f^ + q     dg~ = da i^ (1 - g^2)
 *   do~ = dh a o (1 - o)      da_{t-1} = da f^      dl_{t-1} = d ln f      dh_{t-1} += [di~ df~ dg~ do~] W_hh
 *
 * Shapes: layer.ts, with G = 4, wHh [4 H, H / heads], and no bHh. `hidden` holds d ln f / d f~, [B, T, H].
 */
import {
  addLayerGradients,
  partOf,
  passToPreviousState,
  projectInput,
  projectState,
  sigmoid,
  type LayerBuffers,
  type LayerWeights,
} from "./layer";
import { isCut, type SlstmOptions } from "../../shared/trace/networkSpec";

export function slstmForward(weights: LayerWeights, buffers: LayerBuffers, { heads, forgetGate }: SlstmOptions): void {
  const { B, T, H, h, c, gates, hidden } = buffers;
  const n = partOf(buffers, "n").values;
  const m = partOf(buffers, "m").values;
  projectInput(weights, buffers, 4 * H);
  for (let t = 1; t <= T; t++) {
    projectState(weights, buffers, gates, t, 4 * H, heads);
    for (let b = 0; b < B; b++) {
      const gate = (b * T + t - 1) * 4 * H;
      const state = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const input = gates[gate + j]!;
        const forget = gates[gate + H + j]!;
        const g = Math.tanh(gates[gate + 2 * H + j]!);
        const o = sigmoid(gates[gate + 3 * H + j]!);
        const before = n[state - H + j]!;
        const kept = (forgetGate === "sigmoid" ? logSigmoid(forget) : forget) + m[state - H + j]!;
        const scale = before === 0 ? input : Math.max(kept, input);
        const added = Math.exp(input - scale);
        const keep = before === 0 ? 0 : Math.exp(kept - scale);
        const weight = keep * before + added;
        const cell = keep * c[state - H + j]! + added * g;
        gates[gate + j] = added / weight;
        gates[gate + H + j] = (keep * before) / weight;
        gates[gate + 2 * H + j] = g;
        gates[gate + 3 * H + j] = o;
        hidden[(b * T + t - 1) * H + j] = forgetGate === "sigmoid" ? sigmoid(-forget) : 1;
        c[state + j] = cell;
        n[state + j] = weight;
        m[state + j] = scale;
        h[state + j] = (o * cell) / weight;
      }
    }
  }
}

/** On entry dh holds what reaches each h_t from outside; on return the whole dL/dh_t. */
export function slstmBackward(
  weights: LayerWeights,
  gradients: LayerWeights,
  buffers: LayerBuffers,
  { heads }: SlstmOptions,
  truncate: number | null,
  dx: Float64Array | null,
): void {
  const { B, T, H, c, dh, gates, dGates, hidden } = buffers;
  const n = partOf(buffers, "n").values;
  /** dL/da and dL/dl of the step, [B, H]. */
  const dMean = new Float64Array(B * H);
  const dWeight = new Float64Array(B * H);
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
        const before = n[state - H + j]!;
        const previous = before === 0 ? 0 : c[state - H + j]! / before;
        const d = dh[state + j]!;
        const da = dMean[b * H + j]! + d * o;
        const dl = dWeight[b * H + j]!;
        const q = da * (previous - g) * f * i;
        const dKept = dl * f + q;
        dGates[gate + j] = dl * i - q;
        dGates[gate + H + j] = dKept * hidden[(b * T + t - 1) * H + j]!;
        dGates[gate + 2 * H + j] = da * i * (1 - g * g);
        dGates[gate + 3 * H + j] = d * (c[state + j]! / n[state + j]!) * o * (1 - o);
        dMean[b * H + j] = cut ? 0 : da * f;
        dWeight[b * H + j] = cut ? 0 : dKept;
      }
    }
    if (!cut) passToPreviousState(weights, buffers, dGates, t, 4 * H, heads);
  }
  addLayerGradients(weights, gradients, buffers, dGates, dGates, 4 * H, dx, heads);
}

/** ln sigmoid(x), without overflow. */
function logSigmoid(x: number): number {
  return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
}
