/**
 * The coefficients of an lstm with options, see stepCoefficients.ts and ../cells/lstmVariants.ts.
 *
 *   a^{ic} = g i (1 - i)    a^{fc} = c_{t-1} f (1 - f)    coupled: a^{fc} = (c_{t-1} - g) f (1 - f), and no i
 *   a^{gc} = i (1 - g^2)    a^{ec} = f + p_i a^{ic} + p_f a^{fc}
 *   a^{kh} = a^{kc} (o (1 - tanh(c)^2) + p_o a^{oh}), but a^{oh} = tanh(c) o (1 - o) and a^{oc} = 0
 *
 * Layer normalization mixes the units, so that it is no coefficient: a gradient passes through that of the output
 * before them, and through those of the sums after them, see {@link StepNorms}. There a^{kh} = a^{kc} p_o a^{oh}.
 */
import type { GateName } from "../../shared/trace/cells";
import { addThroughNorm, normalize } from "../cells/layerNorm";
import { addProduct, type Rows } from "../numerics/affine";

/** What a layer was in one sequence. */
export interface LstmSequence {
  readonly T: number;
  readonly H: number;
  /** Numbers of h. */
  readonly P: number;
  readonly isCoupled: boolean;
  /** [T + 1, P] */
  readonly h: Float64Array;
  /** [T + 1, H] */
  readonly c: Float64Array;
  /** [T, I] */
  readonly x: Rows;
  /** [T, H] */
  gate(name: GateName): Float64Array;
  /** A tensor of the layer, by its name without it; null where there is none. */
  tensor(name: string): Float64Array | null;
}

/** Coefficients [T, K, 2, H] of both sides. */
type Sides = Readonly<Record<"hidden" | "input", Float64Array>>;

/** A layer normalization at the steps of a sequence. */
interface Norm {
  /** [n] */
  readonly gain: Float64Array;
  /** [T, n] */
  readonly normalized: Float64Array;
  /** 1 / sigma, [T] */
  readonly scales: Float64Array;
}

export interface StepNorms {
  /** h W_hh^T and x W_ih^T, [T, G H]. */
  readonly hidden: Norm;
  readonly input: Norm;
  /** The cell state on its way to the output, [T, H], and o (1 - tanh(LN(c))^2), the slope after it. */
  readonly output: Norm & { readonly slopes: Float64Array };
}

/** Fills [T, K, 2, H]. @returns the normalizations of a layer that has them */
export function fillLstmVariant(sequence: LstmSequence, hidden: Float64Array): StepNorms | undefined {
  const { T, H, isCoupled, c } = sequence;
  const [f, g, o] = [sequence.gate("f"), sequence.gate("g"), sequence.gate("o")];
  const i = isCoupled ? f.map((value) => 1 - value) : sequence.gate("i");
  const first = isCoupled ? 0 : 1;
  const K = first + 4;
  const p = sequence.tensor("weight_peephole") ?? new Float64Array((first + 2) * H);
  const output = outputNorm(sequence);
  for (let t = 0; t < T; t++) {
    for (let j = 0; j < H; j++) {
      const at = t * H + j;
      const s = Math.tanh(output === null ? c[at + H]! : output.out[at]!);
      const ofOut = s * o[at]! * (1 - o[at]!);
      const slope = o[at]! * (1 - s * s);
      if (output !== null) output.slopes[at] = slope;
      const through = (output === null ? slope : 0) + p[(first + 1) * H + j]! * ofOut;
      const start = t * 2 * K * H + j;
      const toCell = (k: number, ofC: number) => {
        hidden[start + 2 * k * H] = ofC * through;
        hidden[start + (2 * k + 1) * H] = ofC;
      };
      const ofI = isCoupled ? 0 : g[at]! * i[at]! * (1 - i[at]!);
      const ofF = (isCoupled ? c[at]! - g[at]! : c[at]!) * f[at]! * (1 - f[at]!);
      if (!isCoupled) toCell(0, ofI);
      toCell(first, ofF);
      toCell(first + 1, i[at]! * (1 - g[at]! * g[at]!));
      hidden[start + 2 * (first + 2) * H] = ofOut;
      toCell(first + 3, f[at]! + (isCoupled ? 0 : p[j]! * ofI) + p[first * H + j]! * ofF);
    }
  }
  return output === null ? undefined : { ...sumNorms(sequence), output };
}

/** With what the tanh of the output sees, [T, H]; null without layer normalization. */
function outputNorm({ T, H, c, tensor }: LstmSequence) {
  const gain = tensor("weight_ln_c");
  if (gain === null) return null;
  const bias = tensor("bias_ln_c");
  const norm = normOf(gain, c.slice(H), T);
  const out = norm.normalized.map((value, at) => gain[at % H]! * value + (bias?.[at % H] ?? 0));
  return { ...norm, out, slopes: new Float64Array(T * H) };
}

function sumNorms({ T, P, h, x, tensor }: LstmSequence): Pick<StepNorms, "hidden" | "input"> {
  const norm = (side: "ih" | "hh", rows: Rows): Norm => {
    const gain = tensor(`weight_ln_${side}`)!;
    const N = gain.length;
    const products = new Float64Array(T * N);
    addProduct({ values: products, start: 0, stride: N }, rows, tensor(`weight_${side}`)!, T, N, rows.stride);
    return normOf(gain, products, T);
  };
  return { hidden: norm("hh", { values: h, start: 0, stride: P }), input: norm("ih", x) };
}

/** Of values [T, n], which are changed. */
function normOf(gain: Float64Array, values: Float64Array, T: number): Norm {
  const scales = new Float64Array(T);
  const n = gain.length;
  normalize({ values, start: 0, stride: n }, { values: scales, start: 0, stride: 1 }, T, n);
  return { gain, normalized: values, scales };
}

/** into [n] += what is before a normalization, of dy [n] after it; t from 0. */
function addBack({ gain, normalized, scales }: Norm, t: number, dy: Float64Array, into: Float64Array): void {
  const n = gain.length;
  const row = (values: Float64Array, start: number): Rows => ({ values, start, stride: n });
  addThroughNorm(row(into, 0), row(dy, 0), gain, row(normalized, t * n), { values: scales, start: t, stride: 1 }, 1, n);
}

/**
 * d^k of one sequence at a step, [K H], with normalizations.
 * @param v [2 H]
 * @param t from 0
 */
export function normalizedGradients(
  coefficients: Sides,
  norms: StepNorms,
  side: "hidden" | "input",
  v: Float64Array,
  t: number,
): Float64Array {
  const H = v.length / 2;
  const N = norms[side].gain.length;
  const toState = norms.output.slopes.subarray(t * H, (t + 1) * H).map((slope, j) => slope * v[j]!);
  const ofCell = v.slice(H);
  addBack(norms.output, t, toState, ofCell);
  const d = new Float64Array(N + H);
  const a = coefficients[side];
  const start = t * 2 * d.length;
  for (let k = 0; k < d.length / H; k++)
    for (let j = 0; j < H; j++) {
      const at = start + 2 * k * H + j;
      d[k * H + j] = a[at]! * v[j]! + a[at + H]! * ofCell[j]!;
    }
  const sums = d.slice(0, N);
  d.fill(0, 0, N);
  addBack(norms[side], t, sums, d.subarray(0, N));
  return d;
}

/** The same for each number of the state: into [2 H, K H] += */
export function addNormalizedMatrix(
  coefficients: Sides,
  norms: StepNorms,
  side: "hidden" | "input",
  t: number,
  into: Float64Array,
): void {
  const H = norms.output.gain.length;
  const width = into.length / (2 * H);
  const v = new Float64Array(2 * H);
  for (let row = 0; row < 2 * H; row++) {
    v[row] = 1;
    const d = normalizedGradients(coefficients, norms, side, v, t);
    v[row] = 0;
    for (let k = 0; k < width; k++) into[row * width + k] = into[row * width + k]! + d[k]!;
  }
}
