import {
  gateCount,
  hasRecurrentBias,
  hasRecurrentWeights,
  initialStateNames,
  inputBlocks,
  isDiagonalCell,
} from "../shared/trace/cells";
import {
  directionsOf,
  layerInputs,
  parameterCountOf,
  parameterLayout,
  recurrentColumns,
} from "../shared/trace/networkSpec";
import type { NetworkSpec } from "../core/network/network";
import { addOwnIndices, packDiagonalLayer, type PackedDiagonal } from "./diagonalParameters";
import { createIndexWriter, inPanels, type IndexWriter } from "./indexWriter";
import { paddedToPanel, placeIn, ROW_BYTES, type Floats, type NumberFormat } from "./panelMatrix";

/**
 * The parameters as the kernel holds them, in numbers counted from the start of the block. Gradients and moments have
 * the same layout.
 *
 * A layer's weights are panels of C gate rows, [gates·H'/C][K][C], in PyTorch's gate order with H' the hidden size in
 * whole panels. The K rows of a panel are those for the input (padded to four; above the first layer those for the
 * states of each direction below, padded to C) and, where there are recurrent weights, those for the state. The
 * read-out is [O'/C][H'][C], with two directions [O'/C][2 H'][C]. What is padding is zero in the
 * parameters, gets zero gradients, and so stays zero under every optimizer. For lru and rglru see
 * diagonalParameters.ts.
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
  /** What lru and rglru have beside weights that project their input. */
  readonly diagonal: PackedDiagonal | null;
  /** [H'] for each part of a learned initial state, as in STATE_PARTS. */
  readonly initialStates: readonly number[];
}

export function packParameters(spec: NetworkSpec, format: NumberFormat): PackedParameters {
  const hidden = paddedToPanel(spec.hiddenSize, format);
  const rows = gateCount(spec.cell) * hidden;
  const recurrent = hasRecurrentWeights(spec.cell);
  const stateRows = recurrent ? hidden : 0;
  const directions = directionsOf(spec);
  let count = 0;
  const take = (size: number): number => {
    const start = count;
    count += size;
    return start;
  };
  const layers = Array.from({ length: spec.numLayers }, (_, l): PackedLayer => {
    if (isDiagonalCell(spec.cell)) return packDiagonalLayer(spec, format, l, take);
    const input = l < directions ? Math.ceil(spec.inputSize / 4) * 4 : directions * hidden;
    return {
      weights: take(rows * (input + stateRows)),
      xQuads: input / 4,
      weightPanel: (input + stateRows) * ROW_BYTES,
      inputBias: spec.bias ? take(rows) : null,
      hiddenBias: spec.bias && hasRecurrentBias(spec.cell) ? take(rows) : null,
      leak: spec.ctrnn?.learnedTau === true ? take(hidden) : null,
      diagonal: null,
      initialStates: spec.learnedInitialState === true ? initialStateNames(spec.cell).map(() => take(hidden)) : [],
    };
  });
  if (spec.readout === "state") return { format, layers, readout: null, count };
  const outputs = paddedToPanel(spec.outputSize, format);
  return {
    format,
    layers,
    readout: { weights: take(outputs * directions * hidden), bias: spec.bias ? take(outputs) : null },
    count,
  };
}

/** For each parameter in the order of the layout its place in the packed block. */
export function packedIndices(spec: NetworkSpec, packed: PackedParameters): Int32Array {
  const { hiddenSize, outputSize, cell } = spec;
  const { format } = packed;
  const indices = new Int32Array(parameterCountOf(parameterLayout(spec)));
  const writer = createIndexWriter(indices, hiddenSize, format);
  packed.layers.forEach((layer, l) => {
    const { weights, diagonal } = layer;
    const inputs = layerInputs(spec, l);
    const rows = inputBlocks(cell, inputs, hiddenSize) * hiddenSize;
    const inputRows = layer.xQuads * 4;
    const panelRows = layer.weightPanel / ROW_BYTES;
    writer.matrix(weights, panelRows, 0, rows, inputs, l >= directionsOf(spec));
    if (panelRows > inputRows) addRecurrentIndices(spec, format, layer, writer);
    writer.vector(layer.inputBias, rows);
    writer.vector(layer.hiddenBias, rows);
    writer.vector(layer.leak, hiddenSize);
    if (diagonal !== null) addOwnIndices(spec, format, diagonal, writer);
    for (const start of layer.initialStates) writer.vector(start, hiddenSize);
  });
  if (packed.readout !== null) {
    const { weights, bias } = packed.readout;
    const hidden = paddedToPanel(hiddenSize, format);
    const panelRows = directionsOf(spec) * hidden;
    for (let o = 0; o < outputSize; o++) {
      for (let first = 0; first < panelRows; first += hidden)
        for (let k = 0; k < hiddenSize; k++) writer.add(weights + inPanels(format.columns, panelRows, first + k, o));
    }
    if (bias !== null) for (let o = 0; o < outputSize; o++) writer.add(bias + o);
  }
  return indices;
}

/** The rows of the weights for the state, of which a unit reads those of its head; the others are padding. */
function addRecurrentIndices(
  spec: NetworkSpec,
  format: NumberFormat,
  { weights, weightPanel, xQuads }: PackedLayer,
  writer: IndexWriter,
): void {
  const { cell, hiddenSize } = spec;
  const columns = recurrentColumns(spec);
  const panelRows = weightPanel / ROW_BYTES;
  for (let block = 0; block < gateCount(cell); block++)
    for (let unit = 0; unit < hiddenSize; unit++) {
      const first = 4 * xQuads + Math.floor(unit / columns) * columns;
      const column = block * paddedToPanel(hiddenSize, format) + unit;
      for (let k = 0; k < columns; k++) writer.add(weights + inPanels(format.columns, panelRows, first + k, column));
    }
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
