/**
 * Linear recurrent unit (Orvieto et al., "Resurrecting recurrent neural networks for long sequences", ICML 2023), as
 * lrnnx 1.0.0.post1 has it: a learned gamma, and no factor of 2 before the real part. Each of the H units has a complex
 * state z = re + i im and a complex factor of its own; u [B, T, H] is the input, see projectedInput.ts.
 *
 *   lambda = exp(-exp(nu_log) + i exp(theta_log))          gamma = exp(gamma_log)
 *   z_t = lambda z_{t-1} + gamma (B_re + i B_im) u_t          h_t = Re((C_re + i C_im) z_t) + D u_t
 *
 * h is what the layer puts out; it takes no part in the next step. With dz = dL/d(re) + i dL/d(im):
 *
 *   dz_t += (C_re - i C_im)^T dh_t          dz_{t-1} += conj(lambda) dz_t
 *   dlambda = sum_t dz_t conj(z_{t-1})          dnu_log = -exp(nu_log) Re(dlambda conj(lambda))
 *   dtheta_log = exp(theta_log) Im(dlambda conj(lambda))          dgamma_log = sum_t Re(gamma dz_t conj(B u_t))
 *   du_t = D dh_t + B_re^T (gamma dre_t) + B_im^T (gamma dim_t)
 *
 * Tensors [H], and B and C [H, H]. `gates` holds B u, re and im after one another, [B, T, 2, H]; dGates gamma dz.
 */
import { addInputGradient, addProduct, addWeightGradient, type Rows } from "../numerics/affine";
import { isCut } from "../../shared/trace/networkSpec";
import { partOf, type LayerBuffers, type LayerWeights } from "./layer";
import { ownInput, ownInputGradient, passToInput } from "./projectedInput";

/** Of each unit the factor lambda of a step as real and imaginary part, and gamma, [H] each. */
export interface UnitFactors {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly gamma: Float64Array;
}

export function unitFactors(own: LayerWeights["own"]): UnitFactors {
  const modulus = lruModuli(own["nu_log"]!);
  const phase = own["theta_log"]!.map(Math.exp);
  return {
    re: modulus.map((r, j) => r * Math.cos(phase[j]!)),
    im: modulus.map((r, j) => r * Math.sin(phase[j]!)),
    gamma: own["gamma_log"]!.map(Math.exp),
  };
}

/** |lambda| of each unit. */
export function lruModuli(nuLog: Float64Array): Float64Array<ArrayBuffer> {
  return Float64Array.from(nuLog, (nu) => Math.exp(-Math.exp(nu)));
}

export function lruForward(weights: LayerWeights, buffers: LayerBuffers): void {
  const { B, T, H, gates } = buffers;
  const { own } = weights;
  const u: Rows = { values: ownInput(weights, buffers), start: 0, stride: H };
  gates.fill(0);
  addProduct({ values: gates, start: 0, stride: 2 * H }, u, own["B_re"]!, B * T, H, H);
  addProduct({ values: gates, start: H, stride: 2 * H }, u, own["B_im"]!, B * T, H, H);
  const factors = unitFactors(own);
  const re = partOf(buffers, "re").values;
  const im = partOf(buffers, "im").values;
  for (let b = 0; b < B; b++) {
    for (let t = 1; t <= T; t++) {
      const input = (b * T + t - 1) * 2 * H;
      const state = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const lre = factors.re[j]!;
        const lim = factors.im[j]!;
        const gamma = factors.gamma[j]!;
        const zre = re[state - H + j]!;
        const zim = im[state - H + j]!;
        re[state + j] = lre * zre - lim * zim + gamma * gates[input + j]!;
        im[state + j] = lre * zim + lim * zre + gamma * gates[input + H + j]!;
      }
    }
  }
  readOut(own, buffers, u.values);
}

/** h_t = C_re re_t - C_im im_t + D u_t */
function readOut(own: LayerWeights["own"], buffers: LayerBuffers, u: Float64Array): void {
  const { B, T, H, h } = buffers;
  const D = own["D"]!;
  h.fill(0);
  for (let b = 0; b < B; b++) {
    const y = afterFirst(h, b, buffers);
    addProduct(y, afterFirst(partOf(buffers, "im").values, b, buffers), own["C_im"]!, T, H, H);
    for (let i = 0; i < T * H; i++) h[y.start + i] = D[i % H]! * u[b * T * H + i]! - h[y.start + i]!;
    addProduct(y, afterFirst(partOf(buffers, "re").values, b, buffers), own["C_re"]!, T, H, H);
  }
}

/** Steps 1 ... T of one sequence of [B, T + 1, H]. */
function afterFirst(values: Float64Array, b: number, { T, H }: LayerBuffers): Rows {
  return { values, start: (b * (T + 1) + 1) * H, stride: H };
}

/** On entry dh holds what reaches each h_t; on return the gradients of re and im are whole. */
export function lruBackward(
  weights: LayerWeights,
  gradients: LayerWeights,
  buffers: LayerBuffers,
  truncate: number | null,
  dx: Float64Array | null,
): void {
  const { B, T, H, x, hidden, dGates } = buffers;
  const u = weights.wIh.length === 0 ? x : hidden;
  const du = ownInputGradient(weights, buffers, dx);
  backThroughReadOut(weights.own, gradients.own, buffers, u, du);
  backThroughTime(weights.own, gradients.own, buffers, truncate);
  const input: Rows = { values: u, start: 0, stride: H };
  for (const [name, start] of [
    ["B_re", 0],
    ["B_im", H],
  ] as const) {
    const d: Rows = { values: dGates, start, stride: 2 * H };
    addWeightGradient(gradients.own[name]!, d, input, B * T, H, H);
    if (du !== null) addInputGradient({ values: du, start: 0, stride: H }, d, weights.own[name]!, B * T, H, H);
  }
  passToInput(weights, gradients, buffers, dx);
}

/** From dh to the gradients of C and D, and what of it reaches re, im and u at the same step. */
function backThroughReadOut(
  own: LayerWeights["own"],
  gradients: LayerWeights["own"],
  buffers: LayerBuffers,
  u: Float64Array,
  du: Float64Array | null,
): void {
  const { B, T, H, dh, dGates } = buffers;
  const re = partOf(buffers, "re");
  const im = partOf(buffers, "im");
  const D = own["D"]!;
  const dD = gradients["D"]!;
  // -dh, until dGates is filled.
  const minus: Rows = { values: dGates, start: 0, stride: H };
  for (let b = 0; b < B; b++) {
    const y = afterFirst(dh, b, buffers);
    for (let i = 0, at = b * T * H; i < T * H; i++, at++) {
      const d = dh[y.start + i]!;
      dGates[i] = -d;
      dD[i % H] = dD[i % H]! + d * u[at]!;
      if (du !== null) du[at] = du[at]! + d * D[i % H]!;
    }
    addWeightGradient(gradients["C_re"]!, y, afterFirst(re.values, b, buffers), T, H, H);
    addWeightGradient(gradients["C_im"]!, minus, afterFirst(im.values, b, buffers), T, H, H);
    addInputGradient(afterFirst(re.gradients, b, buffers), y, own["C_re"]!, T, H, H);
    addInputGradient(afterFirst(im.gradients, b, buffers), minus, own["C_im"]!, T, H, H);
  }
}

/** Completes the gradients of re and im, fills dGates, and adds those of lambda and gamma. */
function backThroughTime(
  own: LayerWeights["own"],
  gradients: LayerWeights["own"],
  buffers: LayerBuffers,
  truncate: number | null,
): void {
  const { B, T, H, gates, dGates } = buffers;
  const { values: re, gradients: dre } = partOf(buffers, "re");
  const { values: im, gradients: dim } = partOf(buffers, "im");
  const factors = unitFactors(own);
  // dlambda, and dgamma_log
  const ofRe = new Float64Array(H);
  const ofIm = new Float64Array(H);
  const ofGamma = gradients["gamma_log"]!;
  for (let b = 0; b < B; b++) {
    for (let t = T; t >= 1; t--) {
      const cut = isCut(t, T, truncate);
      const input = (b * T + t - 1) * 2 * H;
      const state = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const dr = dre[state + j]!;
        const di = dim[state + j]!;
        const gamma = factors.gamma[j]!;
        dGates[input + j] = gamma * dr;
        dGates[input + H + j] = gamma * di;
        ofGamma[j] = ofGamma[j]! + gamma * (dr * gates[input + j]! + di * gates[input + H + j]!);
        const previous = state - H + j;
        ofRe[j] = ofRe[j]! + dr * re[previous]! + di * im[previous]!;
        ofIm[j] = ofIm[j]! + di * re[previous]! - dr * im[previous]!;
        if (cut) continue;
        dre[previous] = dre[previous]! + factors.re[j]! * dr + factors.im[j]! * di;
        dim[previous] = dim[previous]! + factors.re[j]! * di - factors.im[j]! * dr;
      }
    }
  }
  const nu = gradients["nu_log"]!;
  const theta = gradients["theta_log"]!;
  for (let j = 0; j < H; j++) {
    const lre = factors.re[j]!;
    const lim = factors.im[j]!;
    nu[j] = nu[j]! - Math.exp(own["nu_log"]![j]!) * (ofRe[j]! * lre + ofIm[j]! * lim);
    theta[j] = theta[j]! + Math.exp(own["theta_log"]![j]!) * (ofIm[j]! * lre - ofRe[j]! * lim);
  }
}
