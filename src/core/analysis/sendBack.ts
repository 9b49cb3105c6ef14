/**
 * One gradient on its way back through a layer, in place of those of B sequences. The gradients of all sequences are
 * taken to lie along one direction, each with a weight of its own: g_bt = B w_bt v_t, sum_b w_bt = 1. A step goes back
 * by the mean of the Jacobians with these weights, and the new weights are the projections on the new direction:
 *
 *   v_{t-1} = sum_b w_bt J_bt^T v_t        w_{b,t-1} = <w_bt J_bt^T v_t, v_{t-1}> / |v_{t-1}|^2
 *
 * (made positive, with a sum of 1). A sequence that has blocked its gradient counts no longer. What this leaves out is
 * that the gradients of the sequences point in different directions. With one sequence it is backpropagation.
 */
import { hasComplexState } from "../../shared/trace/cells";
import { isCut, layerWidth } from "../../shared/trace/networkSpec";
import type { SlicedTask } from "../../lib/slicedTask";
import { addInputGradient, addProduct } from "../numerics/affine";
import { dot } from "../numerics/dot";
import { l2Norm } from "../numerics/l2Norm";
import type { StateSample } from "./meanJacobian";
import { normalizedGradients } from "./lstmCoefficients";
import { inputMap, outputMap, type OutputMap } from "./layerMaps";
import {
  blockCount,
  carriedPlaces,
  inputMapBlocks,
  layerStateSize,
  partStarts,
  projectionOf,
  recurrentMatrix,
  stateParts,
  type StepCoefficients,
} from "./stepCoefficients";

export interface LayerGradient {
  /**
   * |dL/dh_t|, [T + 1]; of one unit that has one part the gradient itself, with its sign. Of lru that of the complex
   * state, over both parts.
   */
  readonly sizes: Float64Array<ArrayBuffer>;
  /** dL/dx_t, [T, I]; null where it was not asked for. */
  readonly toInput: Float64Array<ArrayBuffer> | null;
}

/**
 * Cost of a step: W_hh twice and W_ih once, and a few multiplications a unit and sequence: 1.2 to 2 times the backward
 * pass of one sequence with 128 units, 3 to 4 times with 32.
 * @param fromAbove what reaches h_t from outside the layer, [T, P]
 * @param passesOn whether dL/dx is wanted
 */
export function* sendBack(
  sample: StateSample,
  layer: number,
  sequences: readonly StepCoefficients[],
  fromAbove: Float64Array,
  passesOn: boolean,
): SlicedTask<LayerGradient> {
  const { network, timeSteps: T } = sample;
  const { truncate } = network.spec;
  const P = layerWidth(network.spec);
  const step = new LayerStep(sample, layer, sequences);
  const sizes = new Float64Array(T + 1);
  const I = layer === 0 ? network.spec.inputSize : P;
  const toInput = passesOn ? new Float64Array(T * I) : null;
  let v = new Float64Array(layerStateSize(network.spec));
  let weights = new Float64Array(sequences.length).fill(1 / sequences.length);
  const shown = hasComplexState(network.spec.cell) ? v.length : P;
  const sizeOf = () => (v.length === 1 ? v[0]! : l2Norm(v, 0, shown));
  for (let t = T; t >= 1; t--) {
    const inflow = fromAbove.subarray((t - 1) * P, t * P);
    ({ v, weights } = withInflow(v, weights, step.toState(inflow, weights, t)));
    sizes[t] = sizeOf();
    toInput?.set(step.toInput(v, weights, t, inflow), (t - 1) * I);
    if (isCut(t, T, truncate)) v.fill(0);
    else ({ v, weights } = step.toPreviousState(v, weights, t));
    yield;
  }
  sizes[0] = sizeOf();
  return { sizes, toInput };
}

type Carried = { readonly v: Float64Array<ArrayBuffer>; readonly weights: Float64Array<ArrayBuffer> };

/** The inflow is alike for all sequences, so it draws their weights together. */
function withInflow(v: Float64Array<ArrayBuffer>, weights: Float64Array<ArrayBuffer>, inflow: Float64Array): Carried {
  if (inflow.every((value) => value === 0)) return { v, weights };
  const sum = v.map((value, i) => value + (inflow[i] ?? 0));
  const length = l2Norm(sum);
  if (length === 0) return { v: sum, weights };
  const along = sum.map((value) => value / length);
  const ofOld = dot(v, along) / length;
  const ofNew = dot(inflow, along) / length;
  return { v: sum, weights: shares(weights.map((weight) => weight * ofOld + ofNew / weights.length)) };
}

/** The step of a layer, backward. Works in vectors over the coefficients [K, S, H] of a step. */
class LayerStep {
  private readonly H: number;
  private readonly S: number;
  private readonly K: number;
  /** Rows of the weights, G H. */
  private readonly rows: number;
  /** Null for a cell without recurrent weights. */
  private readonly wHh: Float64Array | null;
  private readonly carried: readonly number[];
  /** Of each part of the state, in it. */
  private readonly starts: readonly number[];
  /** [P, H]; null where h is not projected. */
  private readonly projection: Float64Array | null;
  private readonly wIh: Float64Array;
  /** Null where the output is a part of the state. */
  private readonly output: OutputMap | null;
  /** [K, S, H] */
  private readonly scratch: Float64Array;

  constructor(
    { network, parameters }: StateSample,
    layer: number,
    private readonly sequences: readonly StepCoefficients[],
  ) {
    const { spec } = network;
    this.H = spec.hiddenSize;
    this.S = stateParts(spec);
    this.K = blockCount(spec);
    this.rows = inputMapBlocks(spec.cell) * spec.hiddenSize;
    this.carried = carriedPlaces(spec.cell);
    this.starts = partStarts(spec);
    this.projection = projectionOf(network, parameters, layer);
    this.wHh = recurrentMatrix(network, parameters, layer);
    this.wIh = inputMap(network, parameters, layer);
    this.output = outputMap(network, parameters, layer);
    this.scratch = new Float64Array(this.K * this.S * this.H);
  }

  /** From what reaches the output h_t, [P], to what reaches the parts of the state at this step. */
  toState(inflow: Float64Array, weights: Float64Array, t: number): Float64Array {
    const { H, output } = this;
    const slopes = this.meanSlopes(weights, t);
    if (slopes !== null) return inflow.map((value, j) => value * slopes[j]!);
    if (output === null) return inflow;
    const state = new Float64Array(output.ofPart.length * H);
    for (const [part, weights] of output.ofPart.entries())
      addInputGradient({ values: state, start: part * H, stride: H }, rowOf(inflow), weights, 1, H, H);
    return state;
  }

  /** @param state dL/d(state)_t, t from 1 */
  toPreviousState(state: Float64Array, weights: Float64Array<ArrayBuffer>, t: number): Carried {
    const { H, S, K, rows, wHh, carried, starts, sequences, scratch } = this;
    const v = this.beforeProjection(state);
    const d = this.gateGradients("hidden", v, weights, t);
    const previous = new Float64Array(state.length);
    const slopes = this.meanSlopes(weights, t - 1);
    const P = wHh === null ? 0 : wHh.length / rows;
    if (wHh !== null) addInputGradient(rowOf(previous), rowOf(d), wHh, 1, rows, P);
    if (slopes !== null) for (let j = 0; j < H; j++) previous[j] = previous[j]! * slopes[j]!;
    for (const [e, part] of carried.entries())
      for (let j = 0, at = starts[part]!; j < H; j++, at++) previous[at] = previous[at]! + d[rows + e * H + j]!;
    const length = l2Norm(previous);
    if (length === 0) return { v: previous, weights };
    // <J_b^T v, u> = sum_ks <a_b^{ks}, v^s y^k> for every sequence, with y = W_hh u, and u itself for e.
    const along = previous.map((value) => value / length);
    const y = new Float64Array(d.length);
    // Of ctrnn-current the slopes of all sequences are taken to be their mean, which is exact for one.
    const seen = slopes === null ? along : along.map((value, j) => value * slopes[j]!);
    if (wHh !== null) addProduct(rowOf(y), rowOf(seen), wHh, 1, rows, P);
    for (const [e, part] of carried.entries()) y.set(along.subarray(starts[part]!, starts[part]! + H), rows + e * H);
    for (let k = 0, at = 0; k < K; k++)
      for (let s = 0; s < S; s++) for (let j = 0; j < H; j++) scratch[at++] = v[s * H + j]! * y[k * H + j]!;
    const start = (t - 1) * scratch.length;
    const projected = (b: number): number => {
      const own = this.normalized(b, "hidden", v, t);
      return own === null ? dot(scratch, sequences[b]!.hidden, start) : dot(own, y);
    };
    return { v: previous, weights: shares(weights.map((weight, b) => (weight * projected(b)) / length)) };
  }

  /** Of ctrnn-current: f'(v_t) in the weighted mean over the sequences, [H]. */
  private meanSlopes(weights: Float64Array, t: number): Float64Array | null {
    const { H, sequences } = this;
    if (sequences[0]?.slopes === undefined) return null;
    const mean = new Float64Array(H);
    for (let b = 0; b < sequences.length; b++)
      for (let j = 0; j < H; j++) mean[j] = mean[j]! + weights[b]! * sequences[b]!.slopes![t * H + j]!;
    return mean;
  }

  /** dL/d(state)_t with dL/dm_t in place of that of h_t, [S H]. */
  private beforeProjection(state: Float64Array): Float64Array {
    const { H, projection } = this;
    if (projection === null) return state;
    const P = projection.length / H;
    const v = new Float64Array(state.length + H - P);
    v.set(state.subarray(P), H);
    addInputGradient(rowOf(v), rowOf(state), projection, 1, P, H);
    return v;
  }

  /** dL/dx_t, [I]. @param inflow what reaches the output h_t, [P] */
  toInput(state: Float64Array, weights: Float64Array, t: number, inflow: Float64Array): Float64Array {
    const { H, wIh, rows, output } = this;
    const dx = new Float64Array(wIh.length / rows);
    if (output !== null) addInputGradient(rowOf(dx), rowOf(inflow), output.ofInput, 1, H, dx.length);
    addInputGradient(
      rowOf(dx),
      rowOf(this.gateGradients("input", this.beforeProjection(state), weights, t)),
      wIh,
      1,
      rows,
      dx.length,
    );
    return dx;
  }

  /** d^k_t of one sequence of an lstm with layer normalization, [K H]; null of others. */
  private normalized(b: number, side: "hidden" | "input", v: Float64Array, t: number): Float64Array | null {
    const sequence = this.sequences[b]!;
    return sequence.norms === undefined ? null : normalizedGradients(sequence, sequence.norms, side, v, t - 1);
  }

  /** d^k_t in the weighted mean over the sequences, [K H]. */
  private gateGradients(side: "hidden" | "input", v: Float64Array, weights: Float64Array, t: number): Float64Array {
    const { H, S, K, scratch: mean, sequences } = this;
    if (sequences[0]?.norms !== undefined) {
      const sum = new Float64Array(K * H);
      for (let b = 0; b < sequences.length; b++) {
        const own = this.normalized(b, side, v, t)!;
        for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + weights[b]! * own[i]!;
      }
      return sum;
    }
    const start = (t - 1) * mean.length;
    mean.fill(0);
    for (let b = 0; b < sequences.length; b++) {
      const coefficients = sequences[b]![side];
      const weight = weights[b]!;
      for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + weight * coefficients[start + i]!;
    }
    const d = new Float64Array(K * H);
    for (let k = 0, at = 0; k < K; k++)
      for (let s = 0; s < S; s++)
        for (let j = 0; j < H; j++) d[k * H + j] = d[k * H + j]! + mean[at++]! * v[s * H + j]!;
    return d;
  }
}

/** Sizes as parts of their sum. */
function shares(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const sum = values.reduce((total, value) => total + Math.abs(value), 0);
  return values.map((value) => Math.abs(value) / sum);
}

function rowOf(values: Float64Array) {
  return { values, start: 0, stride: values.length };
}
