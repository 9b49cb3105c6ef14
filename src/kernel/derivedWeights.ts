import type { NetworkSpec } from "../core/network/network";
import { gateCount, hasRecurrentBias, hasRecurrentWeights, isDiagonalCell } from "../shared/trace/cells";
import { directionsOf } from "../shared/trace/networkSpec";
import { deriveFactors, transposeDiagonal } from "./diagonalWeights";
import type { Kernel } from "./kernelModule";
import type { ParameterMemory } from "./networkMemory";
import { paddedToPanel, placeIn, ROW_BYTES, type Floats } from "./panelMatrix";

/** What the forward pass computes with: factors of units, and where the gates start from. */
export function deriveForward(kernel: Kernel, spec: NetworkSpec, memory: ParameterMemory, floats: Floats): void {
  if (isDiagonalCell(spec.cell)) deriveFactors(spec, memory, floats);
  else combineBiases(kernel, spec, memory, floats);
  copyReadoutBias(spec, memory, floats);
}

/**
 * What the gates start from: the sum of both biases. A GRU keeps those of its n gate apart, as the reset gate stands
 * between them.
 */
function combineBiases(kernel: Kernel, spec: NetworkSpec, memory: ParameterMemory, floats: Floats): void {
  if (!spec.bias) return;
  const { format } = memory.packed;
  const { bytes } = format;
  const hidden = paddedToPanel(spec.hiddenSize, format);
  const summed = spec.cell === "gru" ? 2 * hidden : gateCount(spec.cell) * hidden;
  memory.packed.layers.forEach(({ inputBias, hiddenBias }, l) => {
    const input = memory.parameters + inputBias! * bytes;
    const { bias } = memory.layers[l]!;
    if (hiddenBias === null) return copy(floats, input, bias, summed);
    const state = memory.parameters + hiddenBias * bytes;
    kernel.addValues(input, state, bias, summed);
    if (spec.cell !== "gru") return;
    copy(floats, input + summed * bytes, bias + summed * bytes, hidden);
    copy(floats, state + summed * bytes, bias + (summed + hidden) * bytes, hidden);
  });
}

function copyReadoutBias(spec: NetworkSpec, { readout, packed, parameters }: ParameterMemory, floats: Floats): void {
  if (readout === null || packed.readout === null || packed.readout.bias === null) return;
  const { format } = packed;
  copy(floats, parameters + packed.readout.bias * format.bytes, readout.bias, paddedToPanel(spec.outputSize, format));
}

/** The transposed weights of the backward pass. */
export function transposeAll(kernel: Kernel, spec: NetworkSpec, memory: ParameterMemory): void {
  if (isDiagonalCell(spec.cell)) transposeDiagonal(kernel, spec, memory);
  else transposeLayers(kernel, spec, memory);
  const { packed, readout } = memory;
  if (readout === null || packed.readout === null) return;
  const { bytes, columns } = packed.format;
  const outputPanels = paddedToPanel(spec.outputSize, packed.format) / columns;
  const statePanels = (directionsOf(spec) * paddedToPanel(spec.hiddenSize, packed.format)) / columns;
  const square = columns * ROW_BYTES;
  kernel.transposeWeights(
    memory.parameters + packed.readout.weights * bytes,
    statePanels * square,
    outputPanels,
    statePanels,
    readout.transposed,
    outputPanels * square,
  );
}

/** Those of the layers. A GRU's input weights come in the order n, r, z, see gruLayer.ts. */
function transposeLayers(kernel: Kernel, spec: NetworkSpec, memory: ParameterMemory): void {
  const { format } = memory.packed;
  const { bytes, columns } = format;
  /** Bytes of as many rows of a panel as it has columns. */
  const square = columns * ROW_BYTES;
  const hiddenPanels = paddedToPanel(spec.hiddenSize, format) / columns;
  const gatePanels = gateCount(spec.cell) * hiddenPanels;
  const outPanel = gatePanels * square;
  memory.packed.layers.forEach(({ weights, xQuads, weightPanel }, l) => {
    const source = memory.parameters + weights * bytes;
    const { hiddenTransposed, inputTransposed } = memory.layers[l]!;
    if (hasRecurrentWeights(spec.cell))
      kernel.transposeWeights(
        source + xQuads * 4 * ROW_BYTES,
        weightPanel,
        gatePanels,
        hiddenPanels,
        hiddenTransposed,
        outPanel,
      );
    if (l < directionsOf(spec)) return;
    const inputPanels = directionsOf(spec) * hiddenPanels;
    const first = spec.cell === "gru" ? hiddenPanels : 0;
    kernel.transposeWeights(
      source,
      weightPanel,
      gatePanels - first,
      inputPanels,
      inputTransposed + first * square,
      outPanel,
    );
    if (first > 0)
      kernel.transposeWeights(
        source + (gatePanels - first) * weightPanel,
        weightPanel,
        first,
        inputPanels,
        inputTransposed,
        outPanel,
      );
  });
}

/** The hidden biases' gradients, where they equal those of the input biases: everywhere but in the n gate of a GRU. */
export function copyBiasGradients(spec: NetworkSpec, memory: ParameterMemory, floats: Floats): void {
  if (!spec.bias || !hasRecurrentBias(spec.cell)) return;
  const gradients = memory.gradients[0]!;
  const { format } = memory.packed;
  const { bytes } = format;
  const equal = (spec.cell === "gru" ? 2 : gateCount(spec.cell)) * paddedToPanel(spec.hiddenSize, format);
  for (const { inputBias, hiddenBias } of memory.packed.layers)
    copy(floats, gradients + inputBias! * bytes, gradients + hiddenBias! * bytes, equal);
}

function copy(floats: Floats, from: number, to: number, count: number): void {
  const start = placeIn(floats, from);
  floats.copyWithin(placeIn(floats, to), start, start + count);
}
