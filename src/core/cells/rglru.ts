/**
 * Real-gated linear recurrent unit (De et al., "Griffin", 2024), as recurrentgemma 1.0.1 has it; u [B, T, H] is the
 * input, see projectedInput.ts.
 *
 *   i_t = sigmoid(u_t W_i^T + b_i)          r_t = sigmoid(u_t W_r^T + b_r)          (the package's input and a gate)
 *   a_t = exp(-8 r_t softplus(a_param))          m_t = sqrt(1 - a_t^2)
 *   h_t = a_t h_{t-1} + m_t i_t u_t
 *
 *   dh_{t-1} += a dh      di = dh m u i (1 - i)      da = dh h_{t-1} - 2 a s(1 - a^2) dh i u
 *   dr = -8 softplus(a_param) a da r (1 - r)         da_param = sum_t -8 r sigmoid(a_param) a da
 *   du = dh m i + di W_i + dr W_r
 *
 * s(v) = 1 / sqrt(4 v) is the derivative of the square root, at most 1000: so it is in the package, whose gradient
 * would not be finite in 16-bit floats. A step is never the start of a document, at which the package sets m to 1.
 *
 * W_i and W_r consist of `heads` blocks on the diagonal. Of each block only its H / heads columns are kept, in the
 * order [output, input], which is the transpose of the package's. `gates` holds i, r and a, [B, T, 3, H].
 */
import { addBias, addBiasGradient, addInputGradient, addProduct, addWeightGradient } from "../numerics/affine";
import { isCut } from "../../shared/trace/networkSpec";
import { sigmoid, type LayerBuffers, type LayerWeights } from "./layer";
import { ownInput, ownInputGradient, passToInput } from "./projectedInput";

/** The exponent of the package's gate, c in the paper. */
const SHARPNESS = 8;
const MAX_SQRT_DERIVATIVE = 1000;

/** The gates that are computed from u: their tensors, and their places among the blocks of `gates`. */
const GATE_TENSORS = [
  { weight: "input_gate_weight", bias: "input_gate_bias", place: 0 },
  { weight: "a_gate_weight", bias: "a_gate_bias", place: 1 },
] as const;

/** ln(1 + e^x), without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** m = sqrt(1 - a^2), from ln a without cancellation. */
export function inputScale(logA: number): number {
  return Math.sqrt(-Math.expm1(2 * logA));
}

/** dm / d(1 - a^2) = 1 / (2 m), capped. */
export function inputScaleSlope(m: number): number {
  return Math.min(MAX_SQRT_DERIVATIVE, 1 / (2 * m));
}

/** ln a = -8 r softplus(a_param) */
export function logDecay(r: number, aParam: number): number {
  return r * logDecaySlope(aParam);
}

/** d(ln a) / dr */
export function logDecaySlope(aParam: number): number {
  return -SHARPNESS * softplus(aParam);
}

/** d(ln a) / da_param over r */
export function paramSlope(aParam: number): number {
  return -SHARPNESS * sigmoid(aParam);
}

export function rglruForward(weights: LayerWeights, buffers: LayerBuffers, heads: number): void {
  const { B, T, H, h, gates } = buffers;
  const u = ownInput(weights, buffers);
  const aParam = weights.own["a_param"]!;
  gates.fill(0);
  for (const { weight, bias, place } of GATE_TENSORS) {
    const width = H / heads;
    for (let head = 0; head < heads; head++) {
      const y = { values: gates, start: place * H + head * width, stride: 3 * H };
      const x = { values: u, start: head * width, stride: H };
      addProduct(y, x, blockOf(weights.own[weight]!, head, width), B * T, width, width);
    }
    addBias({ values: gates, start: place * H, stride: 3 * H }, weights.own[bias] ?? null, B * T, H);
  }
  for (let b = 0; b < B; b++) {
    for (let t = 1; t <= T; t++) {
      const row = b * T + t - 1;
      const gate = row * 3 * H;
      const state = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const i = sigmoid(gates[gate + j]!);
        const r = sigmoid(gates[gate + H + j]!);
        const logA = logDecay(r, aParam[j]!);
        const a = Math.exp(logA);
        gates[gate + j] = i;
        gates[gate + H + j] = r;
        gates[gate + 2 * H + j] = a;
        h[state + j] = a * h[state - H + j]! + inputScale(logA) * i * u[row * H + j]!;
      }
    }
  }
}

/** The rows of one block, [width, width]. */
function blockOf(tensor: Float64Array, head: number, width: number): Float64Array {
  return tensor.subarray(head * width * width, (head + 1) * width * width);
}

/** On entry dh holds what reaches each h_t from outside; on return the whole dL/dh_t. */
export function rglruBackward(
  weights: LayerWeights,
  gradients: LayerWeights,
  buffers: LayerBuffers,
  heads: number,
  truncate: number | null,
  dx: Float64Array | null,
): void {
  const { B, T, H, x, hidden } = buffers;
  const u = weights.wIh.length === 0 ? x : hidden;
  const du = ownInputGradient(weights, buffers, dx);
  backThroughTime(weights.own, gradients.own, buffers, u, du, truncate);
  for (const { weight, bias, place } of GATE_TENSORS) {
    const width = H / heads;
    for (let head = 0; head < heads; head++) {
      const d = { values: buffers.dGates, start: place * H + head * width, stride: 3 * H };
      const input = { values: u, start: head * width, stride: H };
      addWeightGradient(blockOf(gradients.own[weight]!, head, width), d, input, B * T, width, width);
      if (du === null) continue;
      const into = { values: du, start: head * width, stride: H };
      addInputGradient(into, d, blockOf(weights.own[weight]!, head, width), B * T, width, width);
    }
    const all = { values: buffers.dGates, start: place * H, stride: 3 * H };
    addBiasGradient(gradients.own[bias] ?? null, all, B * T, H);
  }
  passToInput(weights, gradients, buffers, dx);
}

/** Completes dh, fills di and dr, and adds da_param and what reaches u past the gates. */
function backThroughTime(
  own: LayerWeights["own"],
  gradients: LayerWeights["own"],
  { B, T, H, h, dh, gates, dGates }: LayerBuffers,
  u: Float64Array,
  du: Float64Array | null,
  truncate: number | null,
): void {
  const aParam = own["a_param"]!;
  const dParam = gradients["a_param"]!;
  for (let b = 0; b < B; b++) {
    for (let t = T; t >= 1; t--) {
      const cut = isCut(t, T, truncate);
      const row = b * T + t - 1;
      const gate = row * 3 * H;
      const state = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const i = gates[gate + j]!;
        const r = gates[gate + H + j]!;
        const a = gates[gate + 2 * H + j]!;
        const input = u[row * H + j]!;
        const d = dh[state + j]!;
        const m = inputScale(logDecay(r, aParam[j]!));
        const dLogA = a * (d * h[state - H + j]! - 2 * a * inputScaleSlope(m) * d * i * input);
        dGates[gate + j] = d * m * input * i * (1 - i);
        dGates[gate + H + j] = logDecaySlope(aParam[j]!) * dLogA * r * (1 - r);
        dParam[j] = dParam[j]! - SHARPNESS * r * sigmoid(aParam[j]!) * dLogA;
        if (du !== null) du[row * H + j] = du[row * H + j]! + d * m * i;
        if (!cut) dh[state - H + j] = dh[state - H + j]! + a * d;
      }
    }
  }
}
