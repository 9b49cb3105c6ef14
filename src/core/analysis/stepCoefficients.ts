/**
 * What one time step multiplies the gradient by, as vectors. With v_t = dL/dh_t (lstm: v^h_t = dL/dh_t and
 * v^c_t = dL/dc_t) each cell of src/core/cells goes back by
 *
 *   d^k_t = sum_s a^{ks}_t v^s_t            of gate k before its nonlinearity, s the parts of the state
 *   v^h_{t-1} = sum_k W_hh^kT d^k_t         v^last_{t-1} += sum_s e^s_t v^s_t, last part: c for lstm, h for gru
 *
 *   rnn, linear   a = f'(a_t): 1, 1 - h^2, [h > 0]
 *   lstm          a^{ic} = g i (1 - i)      a^{fc} = c_{t-1} f (1 - f)      a^{gc} = i (1 - g^2)      e^c = f
 *                 a^{kh} = a^{kc} p and e^h = f p with p = o (1 - tanh(c)^2)      a^{oh} = tanh(c) o (1 - o)
 *   gru           a^z = (h_{t-1} - n) z (1 - z)      a^n = u r      a^r = u q r (1 - r)      e = z
 *                 with u = (1 - z)(1 - n^2) and q = W_hn h_{t-1} + b_hn; on the input side a^n = u
 *
 * Every term is a diagonal matrix times a weight matrix that is the same at all steps, so the mean of the Jacobians
 * over sequences, or over steps, is that of their coefficients.
 */
import { gateCount, sizeOf } from "../../shared/trace/networkSpec";
import type { Network, NetworkSpec } from "../network/network";
import { addBias, addProduct } from "../numerics/affine";

/** Coefficients of T steps of one layer, summed or averaged. G gates, S parts of the state. */
export interface StepCoefficients {
  /** S: 2 for lstm (h, c), else 1. */
  readonly parts: number;
  /** [T, G, S, H]: a^{ks}, as the recurrent weights see it. */
  readonly hidden: Float64Array;
  /** Same shape, as the input weights see it; the same array except for gru. */
  readonly input: Float64Array;
  /** [T, S, H]: e^s; empty for rnn and linear. */
  readonly carried: Float64Array;
}

/** A layer, and what its network has just been run on. */
export interface LayerRun {
  readonly network: Network;
  /** Of the network, flat. */
  readonly parameters: Float64Array;
  readonly layer: number;
  readonly timeSteps: number;
  /** [B, T, I] */
  readonly inputs: Float64Array;
}

export function createCoefficients({ cell, hiddenSize: H }: NetworkSpec, T: number): StepCoefficients {
  const parts = cell === "lstm" ? 2 : 1;
  const gates = T * gateCount(cell) * parts * H;
  const hidden = new Float64Array(gates);
  return {
    parts,
    hidden,
    input: cell === "gru" ? new Float64Array(gates) : hidden,
    carried: new Float64Array(cell === "lstm" || cell === "gru" ? T * parts * H : 0),
  };
}

/** Adds the coefficients of one sequence. Cost: a few multiplications a unit and step. */
export function addCoefficients(run: LayerRun, sequence: number, into: StepCoefficients): void {
  switch (run.network.spec.cell) {
    case "linear":
      into.hidden.forEach((sum, i, all) => (all[i] = sum + 1));
      return;
    case "rnn":
      return addRnn(run, sequence, into);
    case "lstm":
      return addLstm(run, sequence, into);
    case "gru":
      return addGru(run, sequence, into);
  }
}

function addRnn({ network, layer, timeSteps: T }: LayerRun, b: number, { hidden }: StepCoefficients) {
  const { hiddenSize: H, nonlinearity } = network.spec;
  const h = new Float64Array((T + 1) * H);
  network.readStates(layer, b, h);
  for (let i = 0; i < T * H; i++) {
    const state = h[H + i]!;
    hidden[i] = hidden[i]! + (nonlinearity === "tanh" ? 1 - state * state : state > 0 ? 1 : 0);
  }
}

function addLstm({ network, layer, timeSteps: T }: LayerRun, b: number, { hidden, carried }: StepCoefficients) {
  const H = network.spec.hiddenSize;
  const c = new Float64Array((T + 1) * H);
  network.readCells(layer, b, c);
  const [i, f, g, o] = (["i", "f", "g", "o"] as const).map((gate) => {
    const values = new Float64Array(T * H);
    network.readGate(layer, gate, b, values);
    return values;
  }) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const add = (into: Float64Array, at: number, toH: number, toC: number) => {
    into[at] = into[at]! + toH;
    into[at + H] = into[at + H]! + toC;
  };
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < H; j++) {
      const at = t * H + j;
      const s = Math.tanh(c[at + H]!);
      const p = o[at]! * (1 - s * s);
      const ofI = g[at]! * i[at]! * (1 - i[at]!);
      const ofF = c[at]! * f[at]! * (1 - f[at]!);
      const ofG = i[at]! * (1 - g[at]! * g[at]!);
      const gates = t * 8 * H + j;
      add(hidden, gates, ofI * p, ofI);
      add(hidden, gates + 2 * H, ofF * p, ofF);
      add(hidden, gates + 4 * H, ofG * p, ofG);
      add(hidden, gates + 6 * H, s * o[at]! * (1 - o[at]!), 0);
      add(carried, t * 2 * H + j, f[at]! * p, f[at]!);
    }
  }
}

function addGru(run: LayerRun, b: number, { hidden, input, carried }: StepCoefficients) {
  const { network, layer, timeSteps: T } = run;
  const H = network.spec.hiddenSize;
  const h = new Float64Array((T + 1) * H);
  network.readStates(layer, b, h);
  const [r, z, n] = (["r", "z", "n"] as const).map((gate) => {
    const values = new Float64Array(T * H);
    network.readGate(layer, gate, b, values);
    return values;
  }) as [Float64Array, Float64Array, Float64Array];
  const fromInput = candidateInput(run, b);
  const add = (into: Float64Array, at: number, value: number) => {
    into[at] = into[at]! + value;
  };
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < H; j++) {
      const at = t * H + j;
      const slope = 1 - n[at]! * n[at]!;
      const u = (1 - z[at]!) * slope;
      // r q from n: it takes no product with W_hn at every step. A candidate of exactly 1 has no slope.
      const rq = slope > 0 ? Math.atanh(n[at]!) - fromInput[at]! : 0;
      const ofR = u * rq * (1 - r[at]!);
      const ofZ = (h[at]! - n[at]!) * z[at]! * (1 - z[at]!);
      const gates = t * 3 * H + j;
      add(hidden, gates, ofR);
      add(hidden, gates + H, ofZ);
      add(hidden, gates + 2 * H, u * r[at]!);
      add(input, gates, ofR);
      add(input, gates + H, ofZ);
      add(input, gates + 2 * H, u);
      add(carried, at, z[at]!);
    }
  }
}

/** x_t W_in^T + b_in of one sequence, [T, H]. */
function candidateInput({ network, parameters, layer, timeSteps: T, inputs }: LayerRun, b: number): Float64Array {
  const { hiddenSize: H, inputSize } = network.spec;
  const I = layer === 0 ? inputSize : H;
  let x = { values: inputs, start: b * T * I, stride: I };
  if (layer > 0) {
    const below = new Float64Array((T + 1) * H);
    network.readStates(layer - 1, b, below);
    x = { values: below, start: H, stride: H };
  }
  const y = { values: new Float64Array(T * H), start: 0, stride: H };
  addProduct(y, x, tensorNamed(network, parameters, `weight_ih_l${layer}`)!.subarray(2 * H * I), T, H, I);
  addBias(y, tensorNamed(network, parameters, `bias_ih_l${layer}`)?.subarray(2 * H) ?? null, T, H);
  return y.values;
}

/** A tensor of flat parameters as a view; null where the network has none of that name. */
export function tensorNamed({ layout }: Network, parameters: Float64Array, name: string): Float64Array | null {
  const info = layout.find((candidate) => candidate.name === name);
  return info === undefined ? null : parameters.subarray(info.offset, info.offset + sizeOf(info.shape));
}
