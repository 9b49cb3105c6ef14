/**
 * lstm with peepholes (Gers and Schmidhuber, 2000), a coupled input gate (CIFG; Greff et al., 2017), layer
 * normalization (Ba, Kiros and Hinton, 2016, equations 20 to 22, as `lnlstm` of OpenAI Baselines 0.1.5) and a
 * projection of h (Sak, Senior and Beaufays, 2014, as PyTorch's proj_size), each with or without the others. LN is the
 * identity without layer normalization, W_hr without a projection; p is 0 without peepholes.
 *
 *   [i f g o]~_t = LN(x_t W_ih^T) + b_ih + LN(h_{t-1} W_hh^T) + b_hh       LN over all blocks of a product together
 *   i_t = sigmoid(i~ + p_i c_{t-1}), coupled 1 - f_t    f_t = sigmoid(f~ + p_f c_{t-1})    g_t = tanh(g~)
 *   c_t = f_t c_{t-1} + i_t g_t                         o_t = sigmoid(o~ + p_o c_t)        m_t = o_t tanh(LN(c_t))
 *   h_t = W_hr m_t
 *
 * The cell state is carried without normalization, which only the output sees, so that f alone acts on it; the
 * peepholes see it so, too. b_ih and b_hh are the biases of the two normalizations of sums.
 *
 *   dm = dh W_hr, dW_hr = dh^T m       do~ = dm tanh(LN c) o (1 - o)
 *   dc += LN'(dm o (1 - tanh(LN c)^2)) + p_o do~
 *   di~ = dc g i (1 - i)               df~ = dc c_{t-1} f (1 - f), coupled dc (c_{t-1} - g) f (1 - f)
 *   dg~ = dc i (1 - g^2)               dc_{t-1} += dc f + p_i di~ + p_f df~
 *
 * Shapes: layer.ts, with G = 4 or, coupled, 3: f g o; W_hr [P, H]. `hidden` and `dHidden` are of layer normalization,
 * see sidesOf.
 */
import {
  addBias,
  addBiasGradient,
  addInputGradient,
  addProduct,
  addWeightGradient,
  type Rows,
} from "../numerics/affine";
import {
  addLayerGradients,
  passToPreviousState,
  projectInput,
  projectState,
  sigmoid,
  stepRows,
  type LayerBuffers,
  type LayerWeights,
} from "./layer";
import { addGainGradient, addThroughNorm, normalize } from "./layerNorm";
import { isCut } from "../../shared/trace/networkSpec";

/** Numbers of `hidden`. @param rows B T. @param N G H */
export function normBufferSize(rows: number, N: number): number {
  return (2 * N + 2) * rows;
}

/** The two sides of the sums, as views of a buffer. */
function sidesOf(buffer: Float64Array, { B, T }: LayerBuffers, N: number) {
  const rows = B * T;
  return {
    /** x W_ih^T, normalized, [B, T, N]; of the gradients that of the product itself. */
    input: buffer.subarray(0, rows * N),
    /** h W_hh^T, likewise. */
    state: buffer.subarray(rows * N, 2 * rows * N),
    /** 1 / sigma of each row, [B, T]. */
    ofInput: { values: buffer, start: 2 * rows * N, stride: 1 },
    ofState: { values: buffer, start: (2 * N + 1) * rows, stride: T },
  };
}

/** Where the blocks of gates and peepholes begin. */
function placesOf(isCoupled: boolean, H: number) {
  const f = isCoupled ? 0 : H;
  return { N: f + 3 * H, f, g: f + H, o: f + 2 * H, pf: f, po: f + H };
}

export function lstmVariantForward(weights: LayerWeights, buffers: LayerBuffers, isCoupled: boolean): void {
  const { B, T, H, c, gates } = buffers;
  const places = placesOf(isCoupled, H);
  const { N } = places;
  const p = weights.own["weight_peephole"] ?? new Float64Array(N - H);
  const seen = new OutputSide(weights, H);
  const projection = new Projection(weights, buffers);
  const isNormalized = seen.gain !== null;
  if (isNormalized) projectNormalized(weights, buffers, N);
  else projectInput(weights, buffers, N);
  for (let t = 1; t <= T; t++) {
    if (isNormalized) addNormalizedSides(weights, buffers, t, N);
    else projectState(weights, buffers, gates, t, N);
    const m = projection.output(t);
    for (let b = 0; b < B; b++) {
      const gate = (b * T + t - 1) * N;
      const state = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const before = c[state - H + j]!;
        const f = sigmoid(gates[gate + places.f + j]! + p[places.pf + j]! * before);
        const g = Math.tanh(gates[gate + places.g + j]!);
        const i = isCoupled ? 1 - f : sigmoid(gates[gate + j]! + p[j]! * before);
        if (!isCoupled) gates[gate + j] = i;
        gates[gate + places.f + j] = f;
        gates[gate + places.g + j] = g;
        c[state + j] = f * before + i * g;
      }
      seen.read(c, state);
      for (let j = 0; j < H; j++) {
        const o = sigmoid(gates[gate + places.o + j]! + p[places.po + j]! * c[state + j]!);
        gates[gate + places.o + j] = o;
        m.values[m.start + b * m.stride + j] = o * seen.tanh[j]!;
      }
    }
    projection.forward(t);
  }
}

/** From m_t to h_t, and back; without a projection they are the same numbers. */
class Projection {
  private readonly weight: Float64Array | null;
  /** m_t and dL/dm_t of one step, [B, H]; empty without a projection. */
  private readonly m: Float64Array;
  private readonly dm: Float64Array;

  constructor(
    { own }: LayerWeights,
    private readonly buffers: LayerBuffers,
  ) {
    this.weight = own["weight_hr"] ?? null;
    const size = this.weight === null ? 0 : buffers.B * buffers.H;
    this.m = new Float64Array(size);
    this.dm = new Float64Array(size);
  }

  /** Where m_t is written, [B, H]. */
  output(t: number): Rows {
    return this.weight === null ? this.ofStep(this.buffers.h, t) : this.rows(this.m);
  }

  forward(t: number): void {
    const { B, T, H, P, h } = this.buffers;
    if (this.weight === null) return;
    for (let b = 0; b < B; b++) h.fill(0, (b * (T + 1) + t) * P, (b * (T + 1) + t + 1) * P);
    addProduct(this.ofStep(h, t), this.rows(this.m), this.weight, B, P, H);
  }

  /** dL/dm_t, [B, H], of the whole dL/dh_t. */
  outputGradient(t: number): Rows {
    const { B, H, P, dh } = this.buffers;
    if (this.weight === null) return this.ofStep(dh, t);
    this.dm.fill(0);
    addInputGradient(this.rows(this.dm), this.ofStep(dh, t), this.weight, B, P, H);
    return this.rows(this.dm);
  }

  /** What `output` holds has been written again. */
  addGradient(gradients: LayerWeights, t: number): void {
    const { B, H, P, dh } = this.buffers;
    if (this.weight === null) return;
    addWeightGradient(gradients.own["weight_hr"]!, this.ofStep(dh, t), this.rows(this.m), B, P, H);
  }

  get isIdentity(): boolean {
    return this.weight === null;
  }

  private ofStep(values: Float64Array, t: number): Rows {
    const { T, P } = this.buffers;
    return stepRows(values, t, T + 1, P);
  }

  private rows(values: Float64Array): Rows {
    return { values, start: 0, stride: this.buffers.H };
  }
}

/** What the output sees of the cell state of one sequence at one step. */
class OutputSide {
  readonly gain: Float64Array | null;
  private readonly bias: Float64Array | null;
  /** tanh(LN(c)), [H] */
  readonly tanh: Float64Array;
  private readonly normalized: Rows;
  private readonly scale: Rows;

  constructor(
    { own }: LayerWeights,
    private readonly H: number,
  ) {
    this.gain = own["weight_ln_c"] ?? null;
    this.bias = own["bias_ln_c"] ?? null;
    this.tanh = new Float64Array(H);
    this.normalized = { values: new Float64Array(H), start: 0, stride: H };
    this.scale = { values: new Float64Array(1), start: 0, stride: 1 };
  }

  read(c: Float64Array, state: number): void {
    const { H, gain, bias, tanh, normalized } = this;
    if (gain === null) {
      for (let j = 0; j < H; j++) tanh[j] = Math.tanh(c[state + j]!);
      return;
    }
    normalized.values.set(c.subarray(state, state + H));
    normalize(normalized, this.scale, 1, H);
    for (let j = 0; j < H; j++) tanh[j] = Math.tanh(gain[j]! * normalized.values[j]! + (bias?.[j] ?? 0));
  }

  /** dc [H] at `state` from d, dL/d(LN(c)) [H]; and the gradients of gain and bias. */
  addBack(dc: Float64Array, state: number, d: Float64Array, gradients: LayerWeights): void {
    const { H, gain, normalized } = this;
    if (gain === null) {
      for (let j = 0; j < H; j++) dc[state + j] = dc[state + j]! + d[j]!;
      return;
    }
    const dy = { values: d, start: 0, stride: H };
    addThroughNorm({ values: dc, start: state, stride: H }, dy, gain, normalized, this.scale, 1, H);
    addGainGradient(gradients.own["weight_ln_c"]!, dy, normalized, 1, H);
    addBiasGradient(gradients.own["bias_ln_c"] ?? null, dy, 1, H);
  }
}

/** The normalized products with the input, of all steps at once. */
function projectNormalized(weights: LayerWeights, buffers: LayerBuffers, N: number): void {
  const { B, T, hidden } = buffers;
  const { input, ofInput } = sidesOf(hidden, buffers, N);
  projectInput({ ...weights, bIh: null }, { ...buffers, gates: input }, N);
  normalize({ values: input, start: 0, stride: N }, ofInput, B * T, N);
}

/** gates_t = gain x^ + b_ih + gain h^ + b_hh. */
function addNormalizedSides(weights: LayerWeights, buffers: LayerBuffers, t: number, N: number): void {
  const { B, T, gates, hidden } = buffers;
  const { input, state, ofState } = sidesOf(hidden, buffers, N);
  const rows = { start: (t - 1) * N, stride: T * N };
  for (let b = 0; b < B; b++) state.fill(0, rows.start + b * rows.stride, rows.start + b * rows.stride + N);
  projectState({ ...weights, bHh: null }, buffers, state, t, N);
  normalize({ values: state, ...rows }, { ...ofState, start: ofState.start + t - 1 }, B, N);
  const { weight_ln_ih: ofX, weight_ln_hh: ofH } = weights.own;
  for (let b = 0; b < B; b++)
    for (let k = 0, at = rows.start + b * rows.stride; k < N; k++, at++)
      gates[at] = ofX![k]! * input[at]! + ofH![k]! * state[at]!;
  addBias({ values: gates, ...rows }, weights.bIh, B, N);
  addBias({ values: gates, ...rows }, weights.bHh, B, N);
}

/** On entry dh holds what reaches each h_t from outside; on return the whole dL/dh_t, and dc the whole dL/dc_t. */
export function lstmVariantBackward(
  weights: LayerWeights,
  gradients: LayerWeights,
  buffers: LayerBuffers,
  isCoupled: boolean,
  truncate: number | null,
  dx: Float64Array | null,
): void {
  const { T, H, dGates } = buffers;
  const { N } = placesOf(isCoupled, H);
  const seen = new OutputSide(weights, H);
  const projection = new Projection(weights, buffers);
  for (let t = T; t >= 1; t--) {
    const cut = isCut(t, T, truncate);
    backThroughGates(weights, gradients, buffers, isCoupled, { seen, projection }, t, cut);
    projection.addGradient(gradients, t);
    if (seen.gain !== null) backThroughStateNorm(weights, buffers, t, N);
    const ofState = seen.gain === null ? dGates : sidesOf(buffers.dHidden, buffers, N).state;
    if (!cut) passToPreviousState(weights, buffers, ofState, t, N);
  }
  if (seen.gain === null) addLayerGradients(weights, gradients, buffers, dGates, dGates, N, dx);
  else addNormalizedGradients(weights, gradients, buffers, N, dx);
}

function backThroughGates(
  weights: LayerWeights,
  gradients: LayerWeights,
  { B, T, H, c, dc, gates, dGates }: LayerBuffers,
  isCoupled: boolean,
  { seen, projection }: { readonly seen: OutputSide; readonly projection: Projection },
  t: number,
  cut: boolean,
): void {
  const places = placesOf(isCoupled, H);
  const { N, pf, po } = places;
  const p = weights.own["weight_peephole"] ?? new Float64Array(N - H);
  const dp = gradients.own["weight_peephole"] ?? new Float64Array(N - H);
  const dSeen = new Float64Array(H);
  const dm = projection.outputGradient(t);
  const m = projection.isIdentity ? null : projection.output(t);
  for (let b = 0; b < B; b++) {
    const gate = (b * T + t - 1) * N;
    const state = (b * (T + 1) + t) * H;
    seen.read(c, state);
    for (let j = 0; j < H; j++) {
      const o = gates[gate + places.o + j]!;
      const s = seen.tanh[j]!;
      const d = dm.values[dm.start + b * dm.stride + j]!;
      if (m !== null) m.values[m.start + b * m.stride + j] = o * s;
      const dOut = d * s * o * (1 - o);
      dGates[gate + places.o + j] = dOut;
      dSeen[j] = d * o * (1 - s * s);
      dc[state + j] = dc[state + j]! + p[po + j]! * dOut;
      dp[po + j] = dp[po + j]! + dOut * c[state + j]!;
    }
    seen.addBack(dc, state, dSeen, gradients);
    for (let j = 0; j < H; j++) {
      const f = gates[gate + places.f + j]!;
      const g = gates[gate + places.g + j]!;
      const i = isCoupled ? 1 - f : gates[gate + j]!;
      const before = c[state - H + j]!;
      const d = dc[state + j]!;
      const dIn = isCoupled ? 0 : d * g * i * (1 - i);
      const dForget = d * (isCoupled ? before - g : before) * f * (1 - f);
      if (!isCoupled) {
        dGates[gate + j] = dIn;
        dp[j] = dp[j]! + dIn * before;
      }
      dGates[gate + places.f + j] = dForget;
      dGates[gate + places.g + j] = d * i * (1 - g * g);
      dp[pf + j] = dp[pf + j]! + dForget * before;
      if (!cut) dc[state - H + j] = d * f + (isCoupled ? 0 : p[j]! * dIn) + p[pf + j]! * dForget;
    }
  }
}

/** From the sums of step t to h W_hh^T. */
function backThroughStateNorm(weights: LayerWeights, buffers: LayerBuffers, t: number, N: number): void {
  const { B, T, dGates, hidden, dHidden } = buffers;
  const { state, ofState } = sidesOf(hidden, buffers, N);
  const { state: into } = sidesOf(dHidden, buffers, N);
  const rows = { start: (t - 1) * N, stride: T * N };
  for (let b = 0; b < B; b++) into.fill(0, rows.start + b * rows.stride, rows.start + b * rows.stride + N);
  const scales = { ...ofState, start: ofState.start + t - 1 };
  const dy = { values: dGates, ...rows };
  addThroughNorm({ values: into, ...rows }, dy, weights.own["weight_ln_hh"]!, { values: state, ...rows }, scales, B, N);
}

function addNormalizedGradients(
  weights: LayerWeights,
  gradients: LayerWeights,
  buffers: LayerBuffers,
  N: number,
  dx: Float64Array | null,
): void {
  const { B, T, dGates, hidden, dHidden } = buffers;
  const kept = sidesOf(hidden, buffers, N);
  const back = sidesOf(dHidden, buffers, N);
  const all = (values: Float64Array): Rows => ({ values, start: 0, stride: N });
  const dy = all(dGates);
  back.input.fill(0);
  const ofInput = weights.own["weight_ln_ih"]!;
  addThroughNorm(all(back.input), dy, ofInput, all(kept.input), kept.ofInput, B * T, N);
  addGainGradient(gradients.own["weight_ln_ih"]!, dy, all(kept.input), B * T, N);
  addGainGradient(gradients.own["weight_ln_hh"]!, dy, all(kept.state), B * T, N);
  addBiasGradient(gradients.bIh, dy, B * T, N);
  addBiasGradient(gradients.bHh, dy, B * T, N);
  addLayerGradients(weights, { ...gradients, bIh: null, bHh: null }, buffers, back.input, back.state, N, dx);
}
