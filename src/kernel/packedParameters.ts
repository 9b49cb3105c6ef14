import { gateCount, hasRecurrentBias, hasRecurrentWeights, initialStateNames } from "../shared/trace/cells";
import { parameterCountOf, parameterLayout, recurrentColumns } from "../shared/trace/networkSpec";
import type { NetworkSpec } from "../core/network/network";
import { paddedToPanel, placeIn, ROW_BYTES, type Floats, type NumberFormat } from "./panelMatrix";

/**
 * The parameters as the kernel holds them, in numbers counted from the start of the block. Gradients and moments have
 * the same layout.
 *
 * A layer's weights are panels of C gate rows, [gates·H'/C][K][C], in PyTorch's gate order with H' the hidden size in
 * whole panels. The K rows of a panel are those for the input (padded to four, above layer 0 to C) and, where there
 * are recurrent weights, those for the state. The read-out is [O'/C][H'][C]. What is padding is zero in the
 * parameters, gets zero gradients, and so stays zero under every optimizer.
 */
export interface PackedParameters {
  readonly format: NumberFormat;
  readonly layers: readonly PackedLayer[];
  readonly readout: { readonly weights: number; readonly bias: number | null } | null;
  /** Size of the block; a multiple of C. */
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
  /** [H'] of a leaky layer with learned time constants; else null. */
  readonly leak: number | null;
  /** [H'] for each part of a learned initial state: h, and for lstm c. */
  readonly initialStates: readonly number[];
}

export function packParameters(spec: NetworkSpec, format: NumberFormat): PackedParameters {
  const hidden = paddedToPanel(spec.hiddenSize, format);
  const rows = gateCount(spec.cell) * hidden;
  const recurrent = hasRecurrentWeights(spec.cell);
  const stateRows = recurrent ? hidden : 0;
  let count = 0;
  const take = (size: number): number => {
    const start = count;
    count += size;
    return start;
  };
  const layers = Array.from({ length: spec.numLayers }, (_, l): PackedLayer => {
    const input = l === 0 ? Math.ceil(spec.inputSize / 4) * 4 : hidden;
    return {
      weights: take(rows * (input + stateRows)),
      xQuads: input / 4,
      weightPanel: (input + stateRows) * ROW_BYTES,
      inputBias: spec.bias ? take(rows) : null,
      hiddenBias: spec.bias && hasRecurrentBias(spec.cell) ? take(rows) : null,
      leak: spec.ctrnn?.learnedTau === true ? take(hidden) : null,
      initialStates: spec.learnedInitialState === true ? initialStateNames(spec.cell).map(() => take(hidden)) : [],
    };
  });
  if (spec.readout === "state") return { format, layers, readout: null, count };
  const outputs = paddedToPanel(spec.outputSize, format);
  return {
    format,
    layers,
    readout: { weights: take(outputs * hidden), bias: spec.bias ? take(outputs) : null },
    count,
  };
}

/** For each parameter in the order of the layout its place in the packed block. */
export function packedIndices(spec: NetworkSpec, packed: PackedParameters): Int32Array {
  const { hiddenSize } = spec;
  const { columns: width } = packed.format;
  const hidden = paddedToPanel(hiddenSize, packed.format);
  /** Element (row, column) of panels of so many rows. */
  const inPanels = (panelRows: number, row: number, column: number): number =>
    (Math.floor(column / width) * panelRows + row) * width + (column % width);
  const indices = new Int32Array(parameterCountOf(parameterLayout(spec)));
  let at = 0;
  /** Row r of a tensor is gate column (r / block)·padded + r % block; both biases are [gates·H']. */
  const column = (row: number): number => Math.floor(row / hiddenSize) * hidden + (row % hiddenSize);
  const matrix = (weights: number, panelRows: number, firstRow: number, rows: number, columns: number): void => {
    for (let r = 0; r < rows; r++) {
      const c = column(r);
      for (let k = 0; k < columns; k++) indices[at++] = weights + inPanels(panelRows, firstRow + k, c);
    }
  };
  /** Rows for the state, of which a unit reads those of its head; the others are padding. */
  const recurrentMatrix = (weights: number, panelRows: number, firstRow: number, rows: number): void => {
    const columns = recurrentColumns(spec);
    for (let r = 0; r < rows; r++) {
      const head = Math.floor((r % hiddenSize) / columns);
      for (let k = 0; k < columns; k++)
        indices[at++] = weights + inPanels(panelRows, firstRow + head * columns + k, column(r));
    }
  };
  const vector = (start: number | null, rows: number): void => {
    if (start === null) return;
    for (let r = 0; r < rows; r++) indices[at++] = start + column(r);
  };
  const rows = gateCount(spec.cell) * hiddenSize;
  packed.layers.forEach((layer, l) => {
    const inputRows = layer.xQuads * 4;
    const panelRows = layer.weightPanel / ROW_BYTES;
    matrix(layer.weights, panelRows, 0, rows, l === 0 ? spec.inputSize : hiddenSize);
    if (panelRows > inputRows) recurrentMatrix(layer.weights, panelRows, inputRows, rows);
    vector(layer.inputBias, rows);
    vector(layer.hiddenBias, rows);
    vector(layer.leak, hiddenSize);
    for (const start of layer.initialStates) vector(start, hiddenSize);
  });
  if (packed.readout !== null) {
    const { weights, bias } = packed.readout;
    for (let o = 0; o < spec.outputSize; o++) {
      for (let k = 0; k < hiddenSize; k++) indices[at++] = weights + inPanels(hidden, k, o);
    }
    if (bias !== null) for (let o = 0; o < spec.outputSize; o++) indices[at++] = bias + o;
  }
  return indices;
}

/** Out of a packed block at a byte address, in the order of the layout. */
export function gather(floats: Floats, address: number, indices: Int32Array, into: Float64Array): void {
  const start = placeIn(floats, address);
  for (let i = 0; i < indices.length; i++) into[i] = floats[start + indices[i]!]!;
}

/** Into a packed block. */
export function scatter(floats: Floats, address: number, indices: Int32Array, from: Float64Array): void {
  const start = placeIn(floats, address);
  for (let i = 0; i < indices.length; i++) floats[start + indices[i]!] = from[i]!;
}
