/** The parameters of an lstm with options as the kernel holds them, see packedParameters.ts. */
import { gateCount, isLstm } from "../shared/trace/cells";
import { lstmOptions } from "../shared/trace/lstmOptions";
import type { NetworkSpec } from "../core/network/network";
import type { IndexWriter } from "./indexWriter";
import type { Address } from "./kernelModule";
import { paddedToPanel, type NumberFormat } from "./panelMatrix";

/** Of a layer, in numbers from the start of the block; null where it has none. G gates, H' units in whole panels. */
export interface PackedLstm {
  /** [(G - 1)·H'], of i (unless coupled), f and o. */
  readonly peepholes: number | null;
  /** [(2 G + 1)·H'], of the products with the input, of those with the state, and of the cell state. */
  readonly gains: number | null;
  /** [H'], of the cell state. */
  readonly cellBias: number | null;
}

/** Null for an lstm without options, and for other cells. */
export function packLstm(spec: NetworkSpec, format: NumberFormat, take: (size: number) => number): PackedLstm | null {
  if (!hasLstmOptions(spec)) return null;
  const { peephole, layerNorm } = lstmOptions(spec);
  const hidden = paddedToPanel(spec.hiddenSize, format);
  const gates = gateCount(spec.cell);
  return {
    peepholes: peephole ? take((gates - 1) * hidden) : null,
    gains: layerNorm ? take((2 * gates + 1) * hidden) : null,
    cellBias: layerNorm && spec.bias ? take(hidden) : null,
  };
}

function hasLstmOptions({ cell }: NetworkSpec): boolean {
  return isLstm(cell) && cell !== "lstm";
}

/** The places of a layer's own tensors, in the order of the layout; see lstmTensors. */
export function addLstmIndices({ cell, hiddenSize: H }: NetworkSpec, packed: PackedLstm, writer: IndexWriter): void {
  const gates = gateCount(cell);
  writer.vector(packed.peepholes, (gates - 1) * H);
  writer.vector(packed.gains, (2 * gates + 1) * H);
  writer.vector(packed.cellBias, H);
}

/** The fields of the kernel's plan that an lstm with options has, 0 where the layer has not what they say. */
export function planLstm(
  packed: PackedLstm | null,
  { bytes }: NumberFormat,
  {
    parameters,
    gradients,
    zeros,
    unusedBias,
  }: Readonly<Record<"parameters" | "gradients" | "zeros" | "unusedBias", Address>>,
) {
  const { peepholes, gains, cellBias } = packed ?? { peepholes: null, gains: null, cellBias: null };
  const at = (block: Address, numbers: number | null, none: Address): Address =>
    numbers === null ? none : block + numbers * bytes;
  return {
    peepholes: at(parameters, peepholes, 0),
    dPeepholes: at(gradients, peepholes, 0),
    gains: at(parameters, gains, 0),
    dGains: at(gradients, gains, 0),
    cellBias: at(parameters, cellBias, zeros),
    dCellBias: at(gradients, cellBias, unusedBias),
  };
}

/**
 * What is kept of the gates, and their gradients, in groups of H' columns and panels beside them; see
 * src/kernel/assembly/lstmVariantLayer.ts.
 */
export function lstmGroups(spec: NetworkSpec) {
  const gates = gateCount(spec.cell);
  if (!lstmOptions(spec).layerNorm) return { kept: 4, keptPanels: 0, gradients: 4, gradientPanels: 0 };
  return { kept: 4 + 2 * gates + 1, keptPanels: 3, gradients: 4 + gates, gradientPanels: 2 };
}
