/**
 * The leaky (continuous-time) recurrent network by Euler's method with step dt, in three forms that are not the same.
 * With alpha = dt / tau in (0, 1], p_t = x_t W_ih^T + b_ih + h_{t-1} W_hh^T + b_hh, and the noise
 * n_t = sqrt(2 / alpha) sigma xi_t, xi_t standard normal at each step and unit:
 *
 *   rate          h_t = (1 - alpha) h_{t-1} + alpha f(p_t + n_t)
 *   current       v_t = (1 - alpha) v_{t-1} + alpha (p_t + n_t)          h_t = f(v_t), what is carried is v
 *   leak-inside   h_t = f((1 - alpha) h_{t-1} + alpha (p_t + n_t))
 *
 * The noise of the last two is sqrt(2 alpha) sigma xi_t, as it is written elsewhere. Sources: rate is the LeakyRNN of
 * Yang et al. (Nature Neuroscience 22, 2019); current is PsychRNN's cell (Ehrlich et al., eNeuro 8, 2021) and that of
 * Song, Yang and Wang (PLoS Computational Biology 12, 2016); leak-inside is the CTRNN that nn-brain computes.
 *
 * Back, with da = dL/d(argument of f) and e_t what the leak passes on:
 *
 *   rate          da = alpha dh f'           dp = da               e = (1 - alpha) dh
 *   current       dv += dh f'(v)             dp = alpha dv         e = (1 - alpha) dv
 *   leak-inside   da = dh f'                 dp = alpha da         e = (1 - alpha) da
 *   dh_{t-1} += dp W_hh                      the state's gradient at t-1 += e
 *
 * Where tau is learned, alpha = sigmoid(leak) for each unit, and since dn/dalpha = -n / (2 alpha)
 *
 *   rate          dalpha += dh (f - h_{t-1}) - da n / (2 alpha)
 *   current       dalpha += dv (p + n / 2 - v_{t-1})              leak-inside the same of da and h_{t-1}
 *   dleak = dalpha alpha (1 - alpha)
 *
 * Shapes: layer.ts, with G = 1; `gates` holds f' (current: f'(v)), dGates holds dp.
 */
import { isCut } from "../../shared/trace/networkSpec";
import type { CtrnnSpec } from "../../shared/trace/ctrnnSpec";
import { leakRates } from "../network/leakyNoise";
import {
  addLayerGradients,
  passToPreviousState,
  projectInput,
  projectState,
  type LayerBuffers,
  type LayerWeights,
} from "./layer";
import { NONLINEARITIES } from "./nonlinearities";

/** @param buffers noise: n [B, T, H], empty without noise */
export function ctrnnForward(ctrnn: CtrnnSpec, weights: LayerWeights, buffers: LayerBuffers): void {
  const { B, T, H, h, gates, hidden, noise } = buffers;
  const { values: state } = buffers.parts[0]!;
  const { valueAt, slopeOf } = NONLINEARITIES[ctrnn.nonlinearity];
  const { form } = ctrnn;
  const alphas = leakRates(ctrnn, weights.own["leak"] ?? null, H);
  if (form === "current")
    for (let b = 0; b < B; b++) for (let i = b * (T + 1) * H, end = i + H; i < end; i++) h[i] = valueAt(state[i]!);
  projectInput(weights, buffers, H);
  for (let t = 1; t <= T; t++) {
    projectState(weights, buffers, gates, t, H);
    for (let b = 0; b < B; b++) {
      const at = (b * T + t - 1) * H;
      const to = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const alpha = alphas[j]!;
        const kept = 1 - alpha;
        const p = gates[at + j]! + (noise[at + j] ?? 0);
        if (form === "rate") {
          const f = valueAt(p);
          hidden[at + j] = f;
          gates[at + j] = slopeOf(f);
          h[to + j] = kept * h[to - H + j]! + alpha * f;
        } else {
          const a = kept * state[to - H + j]! + alpha * p;
          hidden[at + j] = p;
          const f = valueAt(a);
          gates[at + j] = slopeOf(f);
          if (form === "current") state[to + j] = a;
          h[to + j] = f;
        }
      }
    }
  }
}

/**
 * On entry dh holds what reaches each h_t from outside; on return the whole dL/dh_t, and for current the gradients of
 * the part v, which are zero on entry, are dL/dv_t.
 */
export function ctrnnBackward(
  ctrnn: CtrnnSpec,
  weights: LayerWeights,
  gradients: LayerWeights,
  buffers: LayerBuffers,
  truncate: number | null,
  dx: Float64Array | null,
): void {
  const { B, T, H, dh, gates, dGates, hidden, noise } = buffers;
  const { values: state, gradients: dState } = buffers.parts[0]!;
  const { form } = ctrnn;
  const alphas = leakRates(ctrnn, weights.own["leak"] ?? null, H);
  const dAlphas = new Float64Array(H);
  for (let t = T; t >= 1; t--) {
    const cut = isCut(t, T, truncate);
    for (let b = 0; b < B; b++) {
      const at = (b * T + t - 1) * H;
      const to = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const alpha = alphas[j]!;
        const slope = gates[at + j]!;
        const n = noise[at + j] ?? 0;
        const previous = state[to - H + j]!;
        // dL/d(the leaky sum), of rate dL/dh.
        let d = dh[to + j]!;
        if (form === "current") {
          d = dState[to + j]! + d * slope;
          dState[to + j] = d;
        } else if (form === "leak-inside") d *= slope;
        const dp = form === "rate" ? alpha * d * slope : alpha * d;
        dGates[at + j] = dp;
        const ofDrive = form === "rate" ? -(dp * n) / (2 * alpha) : d * (n / -2);
        dAlphas[j] = dAlphas[j]! + d * (hidden[at + j]! - previous) + ofDrive;
        if (cut) continue;
        dState[to - H + j] = dState[to - H + j]! + (1 - alpha) * d;
      }
    }
    if (!cut) passToPreviousState(weights, buffers, dGates, t, H);
  }
  if (form === "current") addInitialGradient(ctrnn, buffers);
  addLayerGradients(weights, gradients, buffers, dGates, dGates, H, dx);
  const dLeak = gradients.own["leak"];
  if (dLeak === undefined) return;
  for (let j = 0; j < H; j++) dLeak[j] = dLeak[j]! + dAlphas[j]! * alphas[j]! * (1 - alphas[j]!);
}

/** dv_0 += dh_0 f'(v_0) */
function addInitialGradient({ nonlinearity }: CtrnnSpec, { B, T, H, h, dh, parts }: LayerBuffers): void {
  const { slopeOf } = NONLINEARITIES[nonlinearity];
  const { gradients: dv } = parts[0]!;
  for (let b = 0; b < B; b++)
    for (let i = b * (T + 1) * H, end = i + H; i < end; i++) dv[i] = dv[i]! + dh[i]! * slopeOf(h[i]!);
}
