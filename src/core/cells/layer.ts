import {
  addBias,
  addBiasGradient,
  addInputGradient,
  addProduct,
  addWeightGradient,
  type Rows,
} from "../numerics/affine";
export { sigmoid } from "../numerics/sigmoid";
import type { StatePart } from "../../shared/trace/cells";

/** One layer's tensors, parameters or their gradients. Rows G H: the blocks of the gates, one below the other. */
export interface LayerWeights {
  /** [G H, I]; of lru and rglru [H, I], or empty. */
  readonly wIh: Float64Array;
  /** [G H, P]; of slstm [G H, H / heads] */
  readonly wHh: Float64Array;
  /** [G H], null without bias */
  readonly bIh: Float64Array | null;
  readonly bHh: Float64Array | null;
  /** Tensors that are this cell's own, by their names without the layer. */
  readonly own: Readonly<Record<string, Float64Array>>;
}

/** One part of the state that a step hands on, [B, T + 1, width], entry 0 the initial state; and its gradient. */
export interface PartBuffers {
  readonly part: StatePart;
  readonly width: number;
  readonly values: Float64Array;
  readonly gradients: Float64Array;
}

/**
 * What a layer keeps of a forward for its way back, and the gradients of it. Entry 0 of h and c is the initial state.
 */
export interface LayerBuffers {
  readonly B: number;
  readonly T: number;
  readonly I: number;
  readonly H: number;
  /** Numbers of h: H, of an lstm with a projection fewer. */
  readonly P: number;
  /** [B, T, I] */
  readonly x: Float64Array;
  /** [B, T + 1, P] */
  readonly h: Float64Array;
  readonly dh: Float64Array;
  /** lstm: cell states, [B, T + 1, H]; else empty. */
  readonly c: Float64Array;
  readonly dc: Float64Array;
  /** Gates after their nonlinearity, [B, T, G H]; before the nonlinearity while a step is computed. */
  readonly gates: Float64Array;
  /** dL/d(gates before the nonlinearity), [B, T, G H]. */
  readonly dGates: Float64Array;
  /**
   * gru: the hidden side of the gates, W_hh h + b_hh, [B, T, 3 H]. lru and rglru: the projected input [B, T, H], where
   * there is one. ctrnn: f(p + n) of the form rate, p + n of the others, [B, T, H]. slstm, lstm with layer
   * normalization: see there. Else empty.
   */
  readonly hidden: Float64Array;
  readonly dHidden: Float64Array;
  /** ctrnn with noise: n of each step, [B, T, H], 0 in evaluation; else empty. */
  readonly noise: Float64Array;
  /** Everything that is carried from step to step, in the order of STATE_PARTS: h, and of lstm c. */
  readonly parts: readonly PartBuffers[];
}

/** The buffers of a part of the state. @throws RangeError when the cell has none of that name */
export function partOf({ parts }: LayerBuffers, name: StatePart): PartBuffers {
  const found = parts.find(({ part }) => part === name);
  if (found === undefined) throw new RangeError(`the state has no part ${name}`);
  return found;
}

/** Rows b = 0 ... B - 1 of step t of [B, steps, width]. */
export function stepRows(values: Float64Array, t: number, steps: number, width: number): Rows {
  return { values, start: t * width, stride: steps * width };
}

/** gates = x W_ih^T + b_ih for all steps at once. N = G H. */
export function projectInput(weights: LayerWeights, buffers: LayerBuffers, N: number): void {
  const { B, T, I, x, gates } = buffers;
  gates.fill(0);
  const y = { values: gates, start: 0, stride: N };
  addProduct(y, { values: x, start: 0, stride: I }, weights.wIh, B * T, N, I);
  addBias(y, weights.bIh, B * T, N);
}

/** Blocks of rows of wHh [N, P / heads], and the units of the head that each reads; all at once with one head. */
function headBlocks(
  { wHh }: LayerWeights,
  N: number,
  P: number,
  heads: number,
): readonly { readonly row: number; readonly rows: number; readonly unit: number; readonly matrix: Float64Array }[] {
  if (heads === 1) return [{ row: 0, rows: N, unit: 0, matrix: wHh }];
  const size = P / heads;
  return Array.from({ length: N / size }, (_, i) => ({
    row: i * size,
    rows: size,
    unit: (i % heads) * size,
    matrix: wHh.subarray(i * size * size, (i + 1) * size * size),
  }));
}

/**
 * into_t += h_{t-1} W_hh^T + b_hh, into [B, T, N], t from 1.
 * @param heads groups of units that read only each other
 */
export function projectState(
  weights: LayerWeights,
  buffers: LayerBuffers,
  into: Float64Array,
  t: number,
  N: number,
  heads = 1,
): void {
  const { B, T, P, h } = buffers;
  const y = stepRows(into, t - 1, T, N);
  const x = stepRows(h, t - 1, T + 1, P);
  for (const { row, rows, unit, matrix } of headBlocks(weights, N, P, heads))
    addProduct({ ...y, start: y.start + row }, { ...x, start: x.start + unit }, matrix, B, rows, P / heads);
  addBias(y, weights.bHh, B, N);
}

/** dh_{t-1} += d_t W_hh, d = dL/d(hidden side of the gates) [B, T, N]. */
export function passToPreviousState(
  weights: LayerWeights,
  buffers: LayerBuffers,
  d: Float64Array,
  t: number,
  N: number,
  heads = 1,
): void {
  const { B, T, P, dh } = buffers;
  const x = stepRows(dh, t - 1, T + 1, P);
  const y = stepRows(d, t - 1, T, N);
  for (const { row, rows, unit, matrix } of headBlocks(weights, N, P, heads))
    addInputGradient({ ...x, start: x.start + unit }, { ...y, start: y.start + row }, matrix, B, rows, P / heads);
}

/**
 * Gradients of the weights from all steps, and dx unless it is null.
 * @param dInput dL/d(x W_ih^T + b_ih) [B, T, N]
 * @param dHidden dL/d(h W_hh^T + b_hh) [B, T, N]; the same array where the two are only added, null where there are no
 * recurrent weights
 */
export function addLayerGradients(
  weights: LayerWeights,
  gradients: LayerWeights,
  buffers: LayerBuffers,
  dInput: Float64Array,
  dHidden: Float64Array | null,
  N: number,
  dx: Float64Array | null,
  heads = 1,
): void {
  const { B, T, I, P, x, h } = buffers;
  const fromInput: Rows = { values: dInput, start: 0, stride: N };
  const input: Rows = { values: x, start: 0, stride: I };
  addWeightGradient(gradients.wIh, fromInput, input, B * T, N, I);
  addBiasGradient(gradients.bIh, fromInput, B * T, N);
  if (dHidden !== null) addBiasGradient(gradients.bHh, { values: dHidden, start: 0, stride: N }, B * T, N);
  const blocks = headBlocks(gradients, N, P, heads);
  for (let b = 0; b < B && dHidden !== null; b++) {
    // h_0 ... h_{T-1} of one sequence lie together, as do its T rows of gates.
    for (const { row, rows, unit, matrix } of blocks)
      addWeightGradient(
        matrix,
        { values: dHidden, start: b * T * N + row, stride: N },
        { values: h, start: b * (T + 1) * P + unit, stride: P },
        T,
        rows,
        P / heads,
      );
  }
  if (dx !== null) addInputGradient({ values: dx, start: 0, stride: I }, fromInput, weights.wIh, B * T, N, I);
}
