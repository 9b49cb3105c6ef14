/**
 * One direction of one recurrent layer over one sequence, as PyTorch computes it, forward and backward, in float64.
 *
 *   rnn    h_t = f(a_t),  a_t = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh,  f tanh or relu
 *   lstm   [i f g o] as in cells/lstm.ts;  m_t = o_t tanh(c_t);  h_t = W_hr m_t with a projection, else m_t
 *          (projection: Sak et al., 2014, "Long short-term memory recurrent neural network architectures")
 *   gru    [r z n] as in cells/gru.ts
 *
 * Unlike the cells of the trainer, which compute whole batches for speed, a pass can follow states that were recorded:
 * the gates of step t then come from the recorded h_{t-1}. In a chaotic network, states computed from the input alone
 * leave the recorded ones after some steps, whatever the precision.
 *
 * Shapes: I inputs, H units, P outputs of a step (the projection, else H), G gates (1, 4 or 3), T steps in the order of
 * the direction.
 */
import { addBias, addInputGradient, addProduct } from "../numerics/affine";
import { sigmoid } from "../cells/layer";

export interface RecurrentShape {
  readonly cell: "rnn" | "lstm" | "gru";
  /** rnn: relu instead of tanh. */
  readonly relu: boolean;
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** lstm: P; 0 without a projection. */
  readonly projSize: number;
}

export interface DirectionWeights {
  /** [G H, I] */
  readonly wIh: Float64Array;
  /** [G H, P] */
  readonly wHh: Float64Array;
  /** [G H], null without bias */
  readonly bIh: Float64Array | null;
  readonly bHh: Float64Array | null;
  /** [P, H], null without projection */
  readonly wHr: Float64Array | null;
}

/** What a forward leaves for its way back. */
export interface DirectionStates {
  readonly T: number;
  /** h_1 ... h_T, [T, P]: the recorded ones where they were followed. */
  readonly h: Float64Array;
  /** h_0, [P] */
  readonly h0: Float64Array;
  /** lstm: c_0 ... c_T, [T + 1, H]; else empty. */
  readonly c: Float64Array;
  /** After their nonlinearity, [T, G H]. rnn: h itself. */
  readonly gates: Float64Array;
  /** gru: W_hn h + b_hn of each step, [T, H]; else empty. */
  readonly hidden: Float64Array;
  /** Largest difference between computed and recorded outputs; 0 where none was followed. */
  readonly difference: number;
  /** The largest recorded one. */
  readonly largest: number;
}

/** Gradients in the order of the direction. */
export interface DirectionGradients {
  /** dL/dh_t, all of it, [T, P] */
  readonly dh: Float64Array;
  /** dL/dx_t, [T, I] */
  readonly dx: Float64Array;
  /** dL/dh_0, [P], and dL/dc_0, [H] or empty */
  readonly dh0: Float64Array;
  readonly dc0: Float64Array;
}

const GATES = { rnn: 1, lstm: 4, gru: 3 } as const;

export function outputSize({ projSize, hiddenSize }: RecurrentShape): number {
  return projSize > 0 ? projSize : hiddenSize;
}

/**
 * @param x [T, I]
 * @param h0 [P]
 * @param c0 [H] of an lstm, else empty
 * @param recorded h_1 ... h_T to follow, [T, P]; null: the states that follow from x alone
 * @param round to the numbers of a narrower type, which a fused layer keeps its states in
 */
export function forwardDirection(
  shape: RecurrentShape,
  weights: DirectionWeights,
  T: number,
  x: Float64Array,
  h0: Float64Array,
  c0: Float64Array,
  recorded: Float64Array | null,
  round: (value: number) => number,
): DirectionStates {
  const { cell, inputSize: I, hiddenSize: H } = shape;
  const P = outputSize(shape);
  const N = GATES[cell] * H;
  const gates = new Float64Array(T * N);
  const h = new Float64Array(T * P);
  const c = new Float64Array(cell === "lstm" ? (T + 1) * H : 0);
  const hidden = new Float64Array(cell === "gru" ? T * H : 0);
  const side = new Float64Array(N);
  const output = new Float64Array(P);
  c.set(c0);
  addProduct(rows(gates, 0, N), rows(x, 0, I), weights.wIh, T, N, I);
  addBias(rows(gates, 0, N), weights.bIh, T, N);
  let difference = 0;
  let largest = 0;
  let before = h0;
  for (let t = 0; t < T; t++) {
    side.fill(0);
    addProduct(rows(side, 0, N), rows(before, 0, P), weights.wHh, 1, N, P);
    addBias(rows(side, 0, N), weights.bHh, 1, N);
    if (cell === "lstm") lstmStep(gates, side, c, t, H, round);
    else if (cell === "gru") gruStep(gates, side, hidden, t, H);
    else rnnStep(gates, side, t, H, shape.relu);
    writeOutput(shape, weights.wHr, { gates, c, before, t, N }, output);
    for (let j = 0; j < P; j++) output[j] = round(output[j]!);
    const state = h.subarray(t * P, (t + 1) * P);
    if (recorded === null) state.set(output);
    else {
      state.set(recorded.subarray(t * P, (t + 1) * P));
      for (let j = 0; j < P; j++) {
        difference = Math.max(difference, Math.abs(output[j]! - state[j]!));
        largest = Math.max(largest, Math.abs(state[j]!));
      }
    }
    if (cell === "rnn") gates.set(state, t * N);
    before = state;
  }
  return { T, h, h0, c, gates, hidden, difference, largest };
}

/**
 * @param dy what reaches each h_t from outside, [T, P]
 * @param dhn what reaches h_T as the state that is handed on, [P]; null: nothing
 * @param dcn the same of c_T, [H]
 */
export function backwardDirection(
  shape: RecurrentShape,
  weights: DirectionWeights,
  states: DirectionStates,
  dy: Float64Array,
  dhn: Float64Array | null,
  dcn: Float64Array | null,
): DirectionGradients {
  const { cell, inputSize: I, hiddenSize: H } = shape;
  const { T } = states;
  const P = outputSize(shape);
  const N = GATES[cell] * H;
  const dh = Float64Array.from(dy);
  const dGates = new Float64Array(T * N);
  const dSide = new Float64Array(N);
  // What goes on to the step before, of h and of c.
  let carry = dhn === null ? new Float64Array(P) : Float64Array.from(dhn);
  const dc = new Float64Array(cell === "lstm" ? H : 0);
  if (dcn !== null && cell === "lstm") dc.set(dcn);
  for (let t = T - 1; t >= 0; t--) {
    const total = dh.subarray(t * P, (t + 1) * P);
    for (let j = 0; j < P; j++) total[j] = total[j]! + carry[j]!;
    carry = new Float64Array(P);
    const step = { t, H, total, dGates, dSide, carry };
    if (cell === "lstm") lstmBack(states, dc, throughProjection(shape, weights.wHr, total), step);
    else if (cell === "gru") gruBack(states, step);
    else rnnBack(states, shape.relu, step);
    addInputGradient(rows(carry, 0, P), rows(dSide, 0, N), weights.wHh, 1, N, P);
  }
  const dx = new Float64Array(T * I);
  addInputGradient(rows(dx, 0, I), rows(dGates, 0, N), weights.wIh, T, N, I);
  return { dh, dx, dh0: carry, dc0: dc };
}

interface BackStep {
  readonly t: number;
  readonly H: number;
  /** dL/dh_t */
  readonly total: Float64Array;
  /** Of the input's side of the gates, [T, G H], and of the state's side of this step, [G H]; before nonlinearities. */
  readonly dGates: Float64Array;
  readonly dSide: Float64Array;
  /** dL/dh_{t-1} apart from what comes through W_hh. */
  readonly carry: Float64Array;
}

function rnnStep(gates: Float64Array, side: Float64Array, t: number, H: number, relu: boolean): void {
  for (let j = 0; j < H; j++) {
    const a = gates[t * H + j]! + side[j]!;
    // Not Math.max: it makes 0 of NaN's comparison, and PyTorch keeps NaN.
    gates[t * H + j] = relu ? (a < 0 ? 0 : a) : Math.tanh(a);
  }
}

function rnnBack({ gates }: DirectionStates, relu: boolean, { t, H, total, dGates, dSide }: BackStep): void {
  for (let j = 0; j < H; j++) {
    const value = gates[t * H + j]!;
    const d = relu ? (value > 0 ? total[j]! : 0) : total[j]! * (1 - value * value);
    dGates[t * H + j] = d;
    dSide[j] = d;
  }
}

function lstmStep(
  gates: Float64Array,
  side: Float64Array,
  c: Float64Array,
  t: number,
  H: number,
  round: (value: number) => number,
): void {
  const at = t * 4 * H;
  for (let j = 0; j < H; j++) {
    const i = sigmoid(gates[at + j]! + side[j]!);
    const f = sigmoid(gates[at + H + j]! + side[H + j]!);
    const g = Math.tanh(gates[at + 2 * H + j]! + side[2 * H + j]!);
    const o = sigmoid(gates[at + 3 * H + j]! + side[3 * H + j]!);
    gates[at + j] = i;
    gates[at + H + j] = f;
    gates[at + 2 * H + j] = g;
    gates[at + 3 * H + j] = o;
    c[(t + 1) * H + j] = round(f * c[t * H + j]! + i * g);
  }
}

function lstmBack(
  { gates, c }: DirectionStates,
  dc: Float64Array,
  dm: Float64Array,
  { t, H, dGates, dSide }: BackStep,
): void {
  const at = t * 4 * H;
  for (let j = 0; j < H; j++) {
    const i = gates[at + j]!;
    const f = gates[at + H + j]!;
    const g = gates[at + 2 * H + j]!;
    const o = gates[at + 3 * H + j]!;
    const s = Math.tanh(c[(t + 1) * H + j]!);
    const dCell = dc[j]! + dm[j]! * o * (1 - s * s);
    dSide[j] = dCell * g * i * (1 - i);
    dSide[H + j] = dCell * c[t * H + j]! * f * (1 - f);
    dSide[2 * H + j] = dCell * i * (1 - g * g);
    dSide[3 * H + j] = dm[j]! * s * o * (1 - o);
    dc[j] = dCell * f;
  }
  dGates.set(dSide, at);
}

function gruStep(gates: Float64Array, side: Float64Array, hidden: Float64Array, t: number, H: number): void {
  const at = t * 3 * H;
  for (let j = 0; j < H; j++) {
    const r = sigmoid(gates[at + j]! + side[j]!);
    gates[at + j] = r;
    gates[at + H + j] = sigmoid(gates[at + H + j]! + side[H + j]!);
    hidden[t * H + j] = side[2 * H + j]!;
    gates[at + 2 * H + j] = Math.tanh(gates[at + 2 * H + j]! + r * side[2 * H + j]!);
  }
}

function gruBack(states: DirectionStates, { t, H, total, dGates, dSide, carry }: BackStep): void {
  const { gates, hidden, h, h0 } = states;
  const at = t * 3 * H;
  const before = t === 0 ? h0 : h.subarray((t - 1) * H, t * H);
  for (let j = 0; j < H; j++) {
    const r = gates[at + j]!;
    const z = gates[at + H + j]!;
    const n = gates[at + 2 * H + j]!;
    const d = total[j]!;
    const dn = d * (1 - z) * (1 - n * n);
    const dz = d * (before[j]! - n) * z * (1 - z);
    const dr = dn * hidden[t * H + j]! * r * (1 - r);
    dGates[at + j] = dr;
    dGates[at + H + j] = dz;
    dGates[at + 2 * H + j] = dn;
    dSide[j] = dr;
    dSide[H + j] = dz;
    dSide[2 * H + j] = dn * r;
    carry[j] = d * z;
  }
}

interface OutputOf {
  readonly gates: Float64Array;
  readonly c: Float64Array;
  /** h_{t-1} */
  readonly before: Float64Array;
  readonly t: number;
  readonly N: number;
}

/** h_t from the gates of step t, [P]. */
function writeOutput(
  { cell, hiddenSize: H, projSize: P }: RecurrentShape,
  wHr: Float64Array | null,
  { gates, c, before, t, N }: OutputOf,
  output: Float64Array,
): void {
  if (cell === "rnn") output.set(gates.subarray(t * H, (t + 1) * H));
  else if (cell === "gru")
    for (let j = 0; j < H; j++) {
      const z = gates[t * N + H + j]!;
      output[j] = (1 - z) * gates[t * N + 2 * H + j]! + z * before[j]!;
    }
  else {
    const m = wHr === null ? output : new Float64Array(H);
    for (let j = 0; j < H; j++) m[j] = gates[t * N + 3 * H + j]! * Math.tanh(c[(t + 1) * H + j]!);
    if (wHr === null) return;
    output.fill(0);
    addProduct(rows(output, 0, P), rows(m, 0, H), wHr, 1, P, H);
  }
}

/** dL/dm_t from dL/dh_t. */
function throughProjection(
  { hiddenSize: H, projSize: P }: RecurrentShape,
  wHr: Float64Array | null,
  total: Float64Array,
): Float64Array {
  if (wHr === null) return total;
  const dm = new Float64Array(H);
  addInputGradient(rows(dm, 0, H), rows(total, 0, P), wHr, 1, P, H);
  return dm;
}

function rows(
  values: Float64Array,
  start: number,
  stride: number,
): { values: Float64Array; start: number; stride: number } {
  return { values, start, stride };
}
