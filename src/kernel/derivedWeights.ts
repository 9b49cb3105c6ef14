import type { NetworkSpec } from "../core/network/network";
import { gateCount } from "../shared/trace/networkSpec";
import type { Kernel } from "./kernelModule";
import type { ParameterMemory } from "./networkMemory";
import { paddedToPanel } from "./panelMatrix";

/**
 * What the gates start from: the sum of both biases. A GRU keeps those of its n gate apart, as the reset gate stands
 * between them.
 */
export function combineBiases(kernel: Kernel, spec: NetworkSpec, memory: ParameterMemory, floats: Float32Array): void {
  if (!spec.bias) return;
  const hidden = paddedToPanel(spec.hiddenSize);
  const summed = spec.cell === "gru" ? 2 * hidden : gateCount(spec.cell) * hidden;
  memory.packed.layers.forEach(({ inputBias, hiddenBias }, l) => {
    const input = memory.parameters + inputBias! * 4;
    const state = memory.parameters + hiddenBias! * 4;
    const { bias } = memory.layers[l]!;
    kernel.addValues(input, state, bias, summed);
    if (spec.cell !== "gru") return;
    copy(floats, input + summed * 4, bias + summed * 4, hidden);
    copy(floats, state + summed * 4, bias + (summed + hidden) * 4, hidden);
  });
  if (memory.readout !== null && memory.packed.readout !== null) {
    copy(
      floats,
      memory.parameters + memory.packed.readout.bias! * 4,
      memory.readout.bias,
      paddedToPanel(spec.outputSize),
    );
  }
}

/** The transposed weights of the backward pass. A GRU's input weights come in the order n, r, z, see gruLayer.ts. */
export function transposeAll(kernel: Kernel, spec: NetworkSpec, memory: ParameterMemory): void {
  const hiddenPanels = paddedToPanel(spec.hiddenSize) / 8;
  const gatePanels = gateCount(spec.cell) * hiddenPanels;
  const outPanel = gatePanels * 256;
  memory.packed.layers.forEach(({ weights, xQuads, weightPanel }, l) => {
    const source = memory.parameters + weights * 4;
    const { hiddenTransposed, inputTransposed } = memory.layers[l]!;
    kernel.transposeWeights(source + xQuads * 128, weightPanel, gatePanels, hiddenPanels, hiddenTransposed, outPanel);
    if (l === 0) return;
    const first = spec.cell === "gru" ? hiddenPanels : 0;
    kernel.transposeWeights(
      source,
      weightPanel,
      gatePanels - first,
      hiddenPanels,
      inputTransposed + first * 256,
      outPanel,
    );
    if (first > 0)
      kernel.transposeWeights(
        source + (gatePanels - first) * weightPanel,
        weightPanel,
        first,
        hiddenPanels,
        inputTransposed,
        outPanel,
      );
  });
  if (memory.readout !== null && memory.packed.readout !== null) {
    const outputPanels = paddedToPanel(spec.outputSize) / 8;
    kernel.transposeWeights(
      memory.parameters + memory.packed.readout.weights * 4,
      hiddenPanels * 256,
      outputPanels,
      hiddenPanels,
      memory.readout.transposed,
      outputPanels * 256,
    );
  }
}

/** The hidden biases' gradients, where they equal those of the input biases: everywhere but in the n gate of a GRU. */
export function copyBiasGradients(spec: NetworkSpec, memory: ParameterMemory, floats: Float32Array): void {
  if (!spec.bias) return;
  const gradients = memory.gradients[0]!;
  const equal = (spec.cell === "gru" ? 2 : gateCount(spec.cell)) * paddedToPanel(spec.hiddenSize);
  for (const { inputBias, hiddenBias } of memory.packed.layers)
    copy(floats, gradients + inputBias! * 4, gradients + hiddenBias! * 4, equal);
}

function copy(floats: Float32Array, from: number, to: number, count: number): void {
  floats.copyWithin(to >> 2, from >> 2, (from >> 2) + count);
}
