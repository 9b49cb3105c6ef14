import { gateCount, initialStateNames, parameterCountOf, parameterLayout } from "../shared/trace/networkSpec";
import type { NetworkSpec } from "../core/network/network";
import { paddedToPanel } from "./panelMatrix";

/**
 * The parameters as the kernel holds them, in float32 counted from the start of the block. Gradients and moments have
 * the same layout.
 *
 * A layer's weights are panels of eight gate rows, [gates·H'/8][K][8], in PyTorch's gate order with H' the hidden size
 * in whole panels. The K rows of a panel are those for the input (padded to four, above layer 0 to eight) and those for
 * the state. The read-out is [O'/8][H'][8]. What is padding is zero in the parameters, gets zero gradients, and so
 * stays zero under every optimizer.
 */
export interface PackedParameters {
  readonly layers: readonly PackedLayer[];
  readonly readout: { readonly weights: number; readonly bias: number | null } | null;
  /** Size of the block; a multiple of 8. */
  readonly count: number;
}

interface PackedLayer {
  readonly weights: number;
  /** Input columns / 4. */
  readonly xQuads: number;
  /** Bytes of one panel of the weights. */
  readonly weightPanel: number;
  /** [gates·H']; null without bias. */
  readonly inputBias: number | null;
  readonly hiddenBias: number | null;
  /** [H'] for each part of a learned initial state: h, and for lstm c. */
  readonly initialStates: readonly number[];
}

export function packParameters(spec: NetworkSpec): PackedParameters {
  const hidden = paddedToPanel(spec.hiddenSize);
  const rows = gateCount(spec.cell) * hidden;
  let count = 0;
  const take = (size: number): number => {
    const start = count;
    count += size;
    return start;
  };
  const layers = Array.from({ length: spec.numLayers }, (_, l): PackedLayer => {
    const input = l === 0 ? Math.ceil(spec.inputSize / 4) * 4 : hidden;
    return {
      weights: take(rows * (input + hidden)),
      xQuads: input / 4,
      weightPanel: (input + hidden) * 32,
      inputBias: spec.bias ? take(rows) : null,
      hiddenBias: spec.bias ? take(rows) : null,
      initialStates: spec.learnedInitialState === true ? initialStateNames(spec.cell).map(() => take(hidden)) : [],
    };
  });
  if (spec.readout === "state") return { layers, readout: null, count };
  const outputs = paddedToPanel(spec.outputSize);
  return { layers, readout: { weights: take(outputs * hidden), bias: spec.bias ? take(outputs) : null }, count };
}

/** For each parameter in the order of the layout its place in the packed block. */
export function packedIndices(spec: NetworkSpec, packed: PackedParameters): Int32Array {
  const { hiddenSize } = spec;
  const hidden = paddedToPanel(hiddenSize);
  const indices = new Int32Array(parameterCountOf(parameterLayout(spec)));
  let at = 0;
  /** Row r of a tensor is gate column (r / block)·padded + r % block; both biases are [gates·H']. */
  const column = (row: number): number => Math.floor(row / hiddenSize) * hidden + (row % hiddenSize);
  const matrix = (weights: number, panelRows: number, firstRow: number, rows: number, columns: number): void => {
    for (let r = 0; r < rows; r++) {
      const c = column(r);
      for (let k = 0; k < columns; k++) indices[at++] = weights + ((c >> 3) * panelRows + firstRow + k) * 8 + (c & 7);
    }
  };
  const vector = (start: number | null, rows: number): void => {
    if (start === null) return;
    for (let r = 0; r < rows; r++) indices[at++] = start + column(r);
  };
  const rows = gateCount(spec.cell) * hiddenSize;
  packed.layers.forEach((layer, l) => {
    const inputRows = layer.xQuads * 4;
    matrix(layer.weights, inputRows + hidden, 0, rows, l === 0 ? spec.inputSize : hiddenSize);
    matrix(layer.weights, inputRows + hidden, inputRows, rows, hiddenSize);
    vector(layer.inputBias, rows);
    vector(layer.hiddenBias, rows);
    for (const start of layer.initialStates) vector(start, hiddenSize);
  });
  if (packed.readout !== null) {
    const { weights, bias } = packed.readout;
    for (let o = 0; o < spec.outputSize; o++) {
      for (let k = 0; k < hiddenSize; k++) indices[at++] = weights + ((o >> 3) * hidden + k) * 8 + (o & 7);
    }
    if (bias !== null) for (let o = 0; o < spec.outputSize; o++) indices[at++] = bias + o;
  }
  return indices;
}

/** Out of a packed block at a byte address, in the order of the layout. */
export function gather(floats: Float32Array, address: number, indices: Int32Array, into: Float64Array): void {
  const start = address >> 2;
  for (let i = 0; i < indices.length; i++) into[i] = floats[start + indices[i]!]!;
}

/** Into a packed block. */
export function scatter(floats: Float32Array, address: number, indices: Int32Array, from: Float64Array): void {
  const start = address >> 2;
  for (let i = 0; i < indices.length; i++) floats[start + indices[i]!] = from[i]!;
}
