/**
 * What one time step multiplies the gradient by, as vectors. With v_t = dL/dh_t (lstm: v^h_t = dL/dh_t and
 * v^c_t = dL/dc_t) each cell of src/core/cells goes back by
 *
 *   d^k_t = sum_s a^{ks}_t v^s_t            of gate k before its nonlinearity, s the parts of the state
 *   v^h_{t-1} = sum_k W_hh^kT d^k_t         v^p_{t-1} += d^{e_p}_t for each carried part p: c of lstm, h of gru
 *
 *   rnn, linear   a = f'(a_t): 1, 1 - h^2, [h > 0]
 *   lstm          a^{ic} = g i (1 - i)      a^{fc} = c_{t-1} f (1 - f)      a^{gc} = i (1 - g^2)      a^{ec} = f
 *                 a^{kh} = a^{kc} p with p = o (1 - tanh(c)^2), but a^{oh} = tanh(c) o (1 - o) and a^{oc} = 0
 *                 with its options in lstmCoefficients.ts
 *   gru           a^z = (h_{t-1} - n) z (1 - z)      a^n = u r      a^r = u q r (1 - r)      a^e = z
 *                 with u = (1 - z)(1 - n^2) and q = W_hn h_{t-1} + b_hn; as the input weights see it a^n = u
 *   mingru, minlstm   in minimalCoefficients.ts; without recurrent weights only a^e acts on the state before
 *   lru           gates: the parts re and im themselves, a^{re,re} = a^{im,im} = 1    e: lambda as a 2 x 2 rotation
 *   rglru         a^i = m u i (1 - i)      a^r = da/dr as in rglru.ts      a^u = m i      a^e = a
 *
 * Of lru and rglru no gate sees the state, and the input weights are those of layerMaps.ts.
 *
 *   ctrnn         rate: a = alpha f', a^e = 1 - alpha      leak-inside: a = alpha f', a^e = (1 - alpha) f'
 *   ctrnn-current a = alpha, a^e = 1 - alpha, of v_t = dL/dv_t, and the state reaches the weights through its slope:
 *                 v_{t-1} = f'(v_{t-1}) W_hh^T d_t + d^e_t
 *   slstm         in its COORDINATES h, a = c / n and w = ln(1 + n e^m), with l = m + ln n, s = dw / dl = 1 - e^-w, and
 *                 i and f the shares of its step:  p = (a_{t-1} - g) f i
 *                 a^{ia} = -p        a^{fa} = p f~'        a^{ga} = i (1 - g^2)    a^{aa} = f    a^{wa} = p / s_{t-1}
 *                 a^{iw} = s_t i     a^{fw} = s_t f f~'    a^{ww} = s_t f / s_{t-1}     where f~' = d ln f / d f~
 *                 a^{kh} = a^{ka} o, but a^{oh} = a o (1 - o)
 *
 * Of an lstm with a projection s = h stands for m, the H numbers before it: v^m = W_hr^T v^h, see {@link projectionOf}.
 *
 * Every term of the Jacobian is such a diagonal matrix, times a weight matrix that is the same at all steps. So the
 * mean of the Jacobians over sequences, or over steps, is that of their coefficients.
 */
import { CARRIED_PARTS, type CellKind, COORDINATES, gateCount, type StatePart } from "../../shared/trace/cells";
import { layerWidth, partWidth, recurrentColumns, sizeOf, slstmOptions } from "../../shared/trace/networkSpec";
import { inputScale, inputScaleSlope, logDecay, logDecaySlope } from "../cells/rglru";
import { unitFactors } from "../cells/lru";
import { leakRates } from "../network/leakyNoise";
import { NONLINEARITIES } from "../cells/nonlinearities";
import type { GateName, Network, NetworkSpec } from "../network/network";
import { addBias, addProduct, type Rows } from "../numerics/affine";
import { fillLstmVariant, type LstmSequence, type StepNorms } from "./lstmCoefficients";
import { fillMingru, fillMinlstm, type MinimalSequence } from "./minimalCoefficients";
import { readSlstmState } from "./slstmState";

/** Of one sequence in one layer. K blocks: the gates, and e of each carried part after them; S parts of the state. */
export interface StepCoefficients {
  /** [T, K, S, H]: a^{ks}, as the recurrent weights see it. */
  readonly hidden: Float64Array;
  /** Same shape, as the input weights see it; the same array except for gru. */
  readonly input: Float64Array;
  /** ctrnn-current alone: the slopes f'(v_t) = dh_t / dv_t of what the layer puts out, [T + 1, H]. */
  readonly slopes?: Float64Array;
  /** lstm with layer normalization alone. */
  readonly norms?: StepNorms;
}

/** What is read of a network: states and gates of one sequence, as {@link Network} has them. */
export interface StateNetwork extends Pick<Network, "spec" | "layout"> {
  readStates(layer: number, sequence: number, into: Float64Array): void;
  readPart(layer: number, part: StatePart, sequence: number, into: Float64Array): void;
  readGate(layer: number, gate: GateName, sequence: number, into: Float64Array): void;
}

/** A layer, and what its network has just been run on. */
export interface LayerRun {
  readonly network: StateNetwork;
  /** Of the network, flat. */
  readonly parameters: Float64Array;
  readonly layer: number;
  readonly timeSteps: number;
  /** [B, T, I] */
  readonly inputs: Float64Array;
}

/** S, the number of COORDINATES: h, and c for lstm; re and im for lru. */
export function stateParts({ cell }: NetworkSpec): number {
  return COORDINATES[cell].length;
}

/** Numbers of the state of a layer, over all COORDINATES. */
export function layerStateSize(spec: NetworkSpec): number {
  return COORDINATES[spec.cell].reduce((sum, part) => sum + partWidth(spec, part), 0);
}

/** Where each of the COORDINATES begins in the state of a layer. */
export function partStarts(spec: NetworkSpec): number[] {
  let start = 0;
  return COORDINATES[spec.cell].map((part) => (start += partWidth(spec, part)) - partWidth(spec, part));
}

/**
 * `weight_hr` of a layer, [P, H], through which the H numbers of the coefficients of h become its P numbers; null
 * without a projection.
 */
export function projectionOf(
  network: Pick<Network, "layout">,
  parameters: Float64Array,
  layer: number,
): Float64Array | null {
  return tensorNamed(network, parameters, `weight_hr_l${layer}`);
}

/** Of each carried part the place among the parts of the state. */
export function carriedPlaces(cell: CellKind): number[] {
  return CARRIED_PARTS[cell].map((part) => COORDINATES[cell].indexOf(part));
}

/** G: blocks of H numbers that the input is mapped to. Of lru re and im; of rglru i, r and the input itself. */
export function inputMapBlocks(cell: CellKind): number {
  if (cell === "lru") return 2;
  return cell === "rglru" ? 3 : gateCount(cell);
}

/** K */
export function blockCount({ cell }: NetworkSpec): number {
  return inputMapBlocks(cell) + CARRIED_PARTS[cell].length;
}

/** Numbers per sequence. */
export function coefficientCount(spec: NetworkSpec, T: number): number {
  return (spec.cell === "gru" ? 2 : 1) * T * blockCount(spec) * stateParts(spec) * spec.hiddenSize;
}

/** Of one sequence. Cost: a few multiplications a unit and step. */
export function readCoefficients(run: LayerRun, sequence: number): StepCoefficients {
  const { network, timeSteps: T } = run;
  const { spec } = network;
  const hidden = new Float64Array(T * blockCount(spec) * stateParts(spec) * spec.hiddenSize);
  switch (spec.cell) {
    case "linear":
      hidden.fill(1);
      return { hidden, input: hidden };
    case "rnn":
      fillRnn(run, sequence, hidden);
      return { hidden, input: hidden };
    case "lstm":
      fillLstm(run, sequence, hidden);
      return { hidden, input: hidden };
    case "lstm-variant":
    case "lstm-coupled": {
      const norms = fillLstmVariant(readLstm(run, sequence), hidden);
      return { hidden, input: hidden, ...(norms === undefined ? {} : { norms }) };
    }
    case "gru": {
      const input = new Float64Array(hidden.length);
      fillGru(run, sequence, hidden, input);
      return { hidden, input };
    }
    case "ctrnn":
      fillLeaky(run, sequence, hidden);
      return { hidden, input: hidden };
    case "ctrnn-current":
      return { hidden, input: hidden, slopes: fillCurrent(run, sequence, hidden) };
    case "mingru":
      fillMingru(readMinimal(run, sequence, ["z", "n"]), hidden);
      return { hidden, input: hidden };
    case "minlstm":
      fillMinlstm(
        readMinimal(run, sequence, ["i", "f", "g"]),
        [blockInput(run, sequence, 0), blockInput(run, sequence, 1)],
        hidden,
      );
      return { hidden, input: hidden };
    case "lru":
      fillLru(run, hidden);
      return { hidden, input: hidden };
    case "rglru":
      fillRglru(run, sequence, hidden);
      return { hidden, input: hidden };
    case "slstm":
      fillSlstm(run, sequence, hidden);
      return { hidden, input: hidden };
  }
}

function fillRnn({ network, layer, timeSteps: T }: LayerRun, b: number, hidden: Float64Array): void {
  const { hiddenSize: H, nonlinearity } = network.spec;
  const h = new Float64Array((T + 1) * H);
  network.readStates(layer, b, h);
  for (let i = 0; i < T * H; i++) {
    const state = h[H + i]!;
    hidden[i] = nonlinearity === "tanh" ? 1 - state * state : state > 0 ? 1 : 0;
  }
}

function fillLstm({ network, layer, timeSteps: T }: LayerRun, b: number, hidden: Float64Array): void {
  const H = network.spec.hiddenSize;
  const c = new Float64Array((T + 1) * H);
  network.readPart(layer, "c", b, c);
  const [i, f, g, o] = (["i", "f", "g", "o"] as const).map((gate) => {
    const values = new Float64Array(T * H);
    network.readGate(layer, gate, b, values);
    return values;
  }) as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < H; j++) {
      const at = t * H + j;
      const s = Math.tanh(c[at + H]!);
      const p = o[at]! * (1 - s * s);
      const start = t * 10 * H + j;
      const toCell = (k: number, ofC: number) => {
        hidden[start + 2 * k * H] = ofC * p;
        hidden[start + (2 * k + 1) * H] = ofC;
      };
      toCell(0, g[at]! * i[at]! * (1 - i[at]!));
      toCell(1, c[at]! * f[at]! * (1 - f[at]!));
      toCell(2, i[at]! * (1 - g[at]! * g[at]!));
      toCell(4, f[at]!);
      hidden[start + 6 * H] = s * o[at]! * (1 - o[at]!);
    }
  }
}

/** With its options. */
function readLstm(run: LayerRun, b: number): LstmSequence {
  const { network, parameters, layer, timeSteps: T } = run;
  const { hiddenSize: H, cell } = network.spec;
  const P = layerWidth(network.spec);
  const [h, c] = [new Float64Array((T + 1) * P), new Float64Array((T + 1) * H)];
  network.readStates(layer, b, h);
  network.readPart(layer, "c", b, c);
  const gate = (name: GateName): Float64Array => {
    const values = new Float64Array(T * H);
    network.readGate(layer, name, b, values);
    return values;
  };
  const tensor = (name: string) => tensorNamed(network, parameters, `${name}_l${layer}`);
  return { T, H, P, isCoupled: cell === "lstm-coupled", h, c, x: layerInput(run, b), gate, tensor };
}

function fillGru(run: LayerRun, b: number, hidden: Float64Array, input: Float64Array): void {
  const { network, layer, timeSteps: T } = run;
  const H = network.spec.hiddenSize;
  const h = new Float64Array((T + 1) * H);
  network.readStates(layer, b, h);
  const [r, z, n] = (["r", "z", "n"] as const).map((gate) => {
    const values = new Float64Array(T * H);
    network.readGate(layer, gate, b, values);
    return values;
  }) as [Float64Array, Float64Array, Float64Array];
  const fromInput = blockInput(run, b, 2);
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < H; j++) {
      const at = t * H + j;
      const slope = 1 - n[at]! * n[at]!;
      const u = (1 - z[at]!) * slope;
      // r q from n: it takes no product with W_hn at every step. A candidate of exactly 1 has no slope.
      const rq = slope > 0 ? Math.atanh(n[at]!) - fromInput[at]! : 0;
      const start = t * 4 * H + j;
      hidden[start] = input[start] = u * rq * (1 - r[at]!);
      hidden[start + H] = input[start + H] = (h[at]! - n[at]!) * z[at]! * (1 - z[at]!);
      hidden[start + 2 * H] = u * r[at]!;
      input[start + 2 * H] = u;
      hidden[start + 3 * H] = input[start + 3 * H] = z[at]!;
    }
  }
}

function fillSlstm({ network, layer, timeSteps: T }: LayerRun, b: number, hidden: Float64Array): void {
  const H = network.spec.hiddenSize;
  const isSigmoid = slstmOptions(network.spec).forgetGate === "sigmoid";
  const { mean, weight } = readSlstmState(network, layer, b, (T + 1) * H);
  const [i, f, g, o] = (["i", "f", "g", "o"] as const).map((gate) => {
    const values = new Float64Array(T * H);
    network.readGate(layer, gate, b, values);
    return values;
  }) as [Float64Array, Float64Array, Float64Array, Float64Array];
  for (let at = 0; at < T * H; at++) {
    const j = at % H;
    const start = ((at - j) / H) * 18 * H + j;
    const [shareIn, kept] = [i[at]!, f[at]!];
    const out = o[at]!;
    const before = -Math.expm1(-weight[at]!);
    const after = -Math.expm1(-weight[at + H]!);
    // ln f = ln(share kept) + l_t - l_{t-1}; a state of no weight has no share, and its gate no slope.
    const slope = kept === 0 ? 0 : isSigmoid ? 1 - kept * (Math.expm1(weight[at + H]!) / Math.expm1(weight[at]!)) : 1;
    const p = (mean[at]! - g[at]!) * kept * shareIn;
    const place = (k: number, ofMean: number, ofWeight: number) => {
      hidden[start + 3 * k * H] = ofMean * out;
      hidden[start + (3 * k + 1) * H] = ofMean;
      hidden[start + (3 * k + 2) * H] = ofWeight;
    };
    place(0, -p, after * shareIn);
    place(1, p * slope, after * kept * slope);
    place(2, shareIn * (1 - g[at]! * g[at]!), 0);
    hidden[start + 9 * H] = mean[at + H]! * out * (1 - out);
    place(4, kept, 0);
    if (before > 0) place(5, p / before, (after * kept) / before);
  }
}

function alphasOf({ network, parameters, layer }: LayerRun): Float64Array {
  const { ctrnn, hiddenSize: H } = network.spec;
  return leakRates(ctrnn!, tensorNamed(network, parameters, `leak_l${layer}`), H);
}

/** The forms rate and leak-inside: the slope follows from the state. */
function fillLeaky(run: LayerRun, b: number, hidden: Float64Array): void {
  const { network, layer, timeSteps: T } = run;
  const { ctrnn, hiddenSize: H } = network.spec;
  const { form, nonlinearity } = ctrnn!;
  const { slopeOf } = NONLINEARITIES[nonlinearity];
  const alphas = alphasOf(run);
  const h = new Float64Array((T + 1) * H);
  network.readStates(layer, b, h);
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < H; j++) {
      const at = t * H + j;
      const alpha = alphas[j]!;
      const kept = 1 - alpha;
      const isInside = form === "leak-inside";
      const slope = slopeOf(isInside ? h[at + H]! : (h[at + H]! - kept * h[at]!) / alpha);
      const start = t * 2 * H + j;
      hidden[start] = alpha * slope;
      hidden[start + H] = isInside ? kept * slope : kept;
    }
  }
}

function fillCurrent(run: LayerRun, b: number, hidden: Float64Array): Float64Array {
  const { network, layer, timeSteps: T } = run;
  const { ctrnn, hiddenSize: H } = network.spec;
  const alphas = alphasOf(run);
  for (let i = 0; i < T * 2 * H; i++) {
    const alpha = alphas[i % H]!;
    hidden[i] = Math.floor(i / H) % 2 === 0 ? alpha : 1 - alpha;
  }
  const h = new Float64Array((T + 1) * H);
  network.readStates(layer, b, h);
  return h.map(NONLINEARITIES[ctrnn!.nonlinearity].slopeOf);
}

/** x_t W^T + b of one sequence for a block of the input weights, [T, H]. */
function blockInput(run: LayerRun, b: number, block: number): Float64Array {
  const { network, parameters, layer } = run;
  const H = network.spec.hiddenSize;
  const weight = tensorNamed(network, parameters, `weight_ih_l${layer}`)!;
  const bias = tensorNamed(network, parameters, `bias_ih_l${layer}`)?.subarray(block * H) ?? null;
  return affine(run, b, weight.subarray(block * H * layerInput(run, b).stride), bias);
}

function readMinimal(
  { network, layer, timeSteps: T }: LayerRun,
  b: number,
  names: readonly GateName[],
): MinimalSequence {
  const { hiddenSize: H, variant = "plain" } = network.spec;
  const h = new Float64Array((T + 1) * H);
  network.readStates(layer, b, h);
  const gates = names.map((name) => {
    const values = new Float64Array(T * H);
    network.readGate(layer, name, b, values);
    return values;
  });
  return { T, H, variant, h, gates };
}

/** x_t W^T + b of one sequence, [T, H], x the input of the layer. */
function affine(run: LayerRun, b: number, weight: Float64Array, bias: Float64Array | null): Float64Array {
  const { timeSteps: T, network } = run;
  const H = network.spec.hiddenSize;
  const x = layerInput(run, b);
  const y = { values: new Float64Array(T * H), start: 0, stride: H };
  addProduct(y, x, weight, T, H, x.stride);
  addBias(y, bias, T, H);
  return y.values;
}

/** The input of a layer at the steps of one sequence. */
function layerInput({ network, layer, timeSteps: T, inputs }: LayerRun, b: number): Rows {
  const { inputSize: I } = network.spec;
  if (layer === 0) return { values: inputs, start: b * T * I, stride: I };
  const width = layerWidth(network.spec);
  const below = new Float64Array((T + 1) * width);
  network.readStates(layer - 1, b, below);
  return { values: below, start: width, stride: width };
}

/** lambda and 1 are the same at all steps and for all sequences. */
function fillLru({ network, parameters, layer, timeSteps: T }: LayerRun, hidden: Float64Array): void {
  const H = network.spec.hiddenSize;
  const own = (name: string) => tensorNamed(network, parameters, `${name}_l${layer}`)!;
  const { re, im } = unitFactors({
    nu_log: own("nu_log"),
    theta_log: own("theta_log"),
    gamma_log: own("gamma_log"),
  });
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < H; j++) {
      // Blocks of 2 H: the inputs of re and of im, the states re and im.
      const at = t * 8 * H + j;
      hidden[at] = hidden[at + 3 * H] = 1;
      hidden[at + 4 * H] = hidden[at + 7 * H] = re[j]!;
      hidden[at + 5 * H] = im[j]!;
      hidden[at + 6 * H] = -im[j]!;
    }
  }
}

function fillRglru(run: LayerRun, b: number, hidden: Float64Array): void {
  const { network, parameters, layer, timeSteps: T } = run;
  const H = network.spec.hiddenSize;
  const h = new Float64Array((T + 1) * H);
  network.readStates(layer, b, h);
  const [i, r, a] = (["i", "r", "a"] as const).map((gate) => {
    const values = new Float64Array(T * H);
    network.readGate(layer, gate, b, values);
    return values;
  }) as [Float64Array, Float64Array, Float64Array];
  const u = projected(run, b);
  const aParam = tensorNamed(network, parameters, `a_param_l${layer}`)!;
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < H; j++) {
      const at = t * H + j;
      const m = inputScale(logDecay(r[at]!, aParam[j]!));
      const written = i[at]! * u[at]!;
      const start = t * 4 * H + j;
      hidden[start] = m * written * (1 - i[at]!);
      const ofLogA = a[at]! * (h[at]! - 2 * a[at]! * inputScaleSlope(m) * written);
      hidden[start + H] = logDecaySlope(aParam[j]!) * ofLogA * r[at]! * (1 - r[at]!);
      hidden[start + 2 * H] = m * i[at]!;
      hidden[start + 3 * H] = a[at]!;
    }
  }
}

/** The input of a layer of rglru after its projection, [T, H]. */
function projected(run: LayerRun, b: number): Float64Array {
  const { network, parameters, layer, timeSteps: T } = run;
  const weight = tensorNamed(network, parameters, `weight_ih_l${layer}`);
  if (weight !== null) return affine(run, b, weight, tensorNamed(network, parameters, `bias_ih_l${layer}`));
  const { values, start, stride } = layerInput(run, b);
  return values.subarray(start, start + T * stride);
}

/** A tensor of flat parameters as a view; null where the network has none of that name. */
export function tensorNamed(
  { layout }: Pick<Network, "layout">,
  parameters: Float64Array,
  name: string,
): Float64Array | null {
  const info = layout.find((candidate) => candidate.name === name);
  return info === undefined ? null : parameters.subarray(info.offset, info.offset + sizeOf(info.shape));
}

/** `weight_hh` of a layer as a whole matrix, [G H, P], with zeros between heads; null where the cell has none. */
export function recurrentMatrix(
  network: Pick<Network, "layout" | "spec">,
  parameters: Float64Array,
  layer: number,
): Float64Array | null {
  const blocks = tensorNamed(network, parameters, `weight_hh_l${layer}`);
  const { hiddenSize: H } = network.spec;
  const size = recurrentColumns(network.spec);
  if (blocks === null || network.spec.cell !== "slstm" || size === H) return blocks;
  const matrix = new Float64Array((blocks.length / size) * H);
  for (let row = 0; row < blocks.length / size; row++) {
    const head = Math.floor((row % H) / size);
    matrix.set(blocks.subarray(row * size, (row + 1) * size), row * H + head * size);
  }
  return matrix;
}
