/**
 * One thread's part of a training step as a sequence of kernel calls. Runs in the training thread and in its helpers
 * alike.
 */
import type { NetworkSpec } from "../core/network/network";
import type { Address, Kernel } from "./kernelModule";
import { writePlan, type LayerMemory, type ParameterMemory, type SliceMemory } from "./networkMemory";
import { ROW_BYTES, type PanelMatrix } from "./panelMatrix";

/**
 * Writes the layers' plans into the memory.
 * @param dropped whether the layers' outputs go through the dropout masks
 * @param zeroStart whether the products with the initial states are all zero
 * @param statesOnly whether the backward pass leaves out the gradients of the weights
 */
export function writePlans(
  words: Uint32Array,
  share: SliceMemory,
  dropped: boolean,
  zeroStart: boolean,
  statesOnly: boolean,
): void {
  const ofWeights = statesOnly ? { dWeights: 0 } : {};
  share.layers.forEach((layer, l) => {
    const dropout = dropped && l > 0 ? share.layers[l - 1]!.dropout : null;
    const throughMask =
      dropout === null
        ? {}
        : {
            x: dropout.output.address,
            xStride: dropout.output.stride,
            dInput: dropout.outputGradient.address,
            dInputStride: dropout.outputGradient.stride,
          };
    writePlan(words, layer, {
      ...layer.plan,
      ...throughMask,
      ...ofWeights,
      zeroStart: zeroStart ? 1 : 0,
    });
  });
}

/** From the input and the initial states, already in the memory, to the outputs. */
export function runForward(
  kernel: Kernel,
  spec: NetworkSpec,
  memory: ParameterMemory,
  share: SliceMemory,
  dropped: boolean,
): void {
  const { format } = memory.packed;
  for (const layer of share.layers) {
    if (spec.cell === "lstm") kernel.lstmForward(layer.planAddress);
    else if (spec.cell === "gru") kernel.gruForward(layer.planAddress);
    else if (spec.cell === "mingru") kernel.mingruForward(layer.planAddress);
    else if (spec.cell === "minlstm") kernel.minlstmForward(layer.planAddress);
    else if (spec.cell === "lru") kernel.lruForward(layer.planAddress);
    else if (spec.cell === "rglru") kernel.rglruForward(layer.planAddress);
    else kernel.rnnForward(layer.planAddress);
    if (dropped && layer.dropout !== null) {
      const { mask, output } = layer.dropout;
      eachPanel(share, mask, format.columns, (panel, count) =>
        kernel.multiplyValues(
          upward(layer.states, share, panel),
          mask.address + panel * mask.stride,
          output.address + panel * output.stride,
          count,
        ),
      );
    }
  }
  if (memory.readout === null || memory.packed.readout === null || share.outputs === null) return;
  const top = share.layers.at(-1)!;
  const { outputs } = share;
  kernel.readoutForward(
    top.states.address + share.firstOutputRow * ROW_BYTES,
    top.states.stride,
    top.states.panels,
    memory.parameters + memory.packed.readout.weights * format.bytes,
    memory.readout.bias,
    outputs.address,
    outputs.stride,
    outputs.panels,
    share.outputRows,
  );
}

/**
 * From the gradients of the outputs, already in the memory, to those of states and parameters.
 * @param gradients are added to; null: only those of the states are wanted, as the plans have to say, too
 */
export function runBackward(
  kernel: Kernel,
  spec: NetworkSpec,
  memory: ParameterMemory,
  gradients: Address | null,
  unusedBias: Address,
  share: SliceMemory,
  dropped: boolean,
): void {
  for (const { stateGradients } of share.layers) clearMatrix(kernel, stateGradients);
  const { packed, readout } = memory;
  const { bytes, columns } = packed.format;
  const { states, stateGradients } = share.layers.at(-1)!;
  const { outputGradients } = share;
  const first = share.firstOutputRow * ROW_BYTES;
  if (readout === null || packed.readout === null) {
    for (let panel = 0; panel < outputGradients.panels; panel++) {
      const target = stateGradients.address + first + panel * stateGradients.stride;
      kernel.addValues(
        outputGradients.address + panel * outputGradients.stride,
        target,
        target,
        share.outputRows * columns,
      );
    }
  } else {
    kernel.readoutBackward(
      states.address + first,
      states.stride,
      states.panels,
      outputGradients.address,
      outputGradients.stride,
      outputGradients.panels,
      readout.transposed,
      stateGradients.address + first,
      gradients === null ? 0 : gradients + packed.readout.weights * bytes,
      gradients === null || packed.readout.bias === null ? unusedBias : gradients + packed.readout.bias * bytes,
      share.outputRows,
    );
  }
  for (let l = share.layers.length - 1; l >= 0; l--) {
    const { cellGradients, planAddress } = share.layers[l]!;
    const below = l > 0 ? share.layers[l - 1]! : null;
    const dropout = dropped && below !== null ? below.dropout : null;
    if (dropout !== null) clearMatrix(kernel, dropout.outputGradient);
    clearMatrix(kernel, cellGradients);
    if (spec.cell === "lstm") kernel.lstmBackward(planAddress);
    else if (spec.cell === "gru") kernel.gruBackward(planAddress);
    else if (spec.cell === "mingru") kernel.mingruBackward(planAddress);
    else if (spec.cell === "minlstm") kernel.minlstmBackward(planAddress);
    else if (spec.cell === "lru") kernel.lruBackward(planAddress);
    else if (spec.cell === "rglru") kernel.rglruBackward(planAddress);
    else kernel.rnnBackward(planAddress);
    if (dropout !== null && below !== null)
      addThroughMask(kernel, share, below, dropout.mask, dropout.outputGradient, columns);
  }
}

/** dL/dh of the layer below += dL/dx of this one, through the mask. */
function addThroughMask(
  kernel: Kernel,
  share: SliceMemory,
  below: LayerMemory,
  mask: PanelMatrix,
  gradient: PanelMatrix,
  columns: number,
): void {
  eachPanel(share, mask, columns, (panel, count) => {
    const values = gradient.address + panel * gradient.stride;
    const target = upward(below.stateGradients, share, panel);
    kernel.multiplyValues(values, mask.address + panel * mask.stride, values, count);
    kernel.addValues(target, values, target, count);
  });
}

/** `count`: numbers of one panel of so many columns over all time steps. */
function eachPanel(
  share: SliceMemory,
  matrix: PanelMatrix,
  columns: number,
  run: (panel: number, count: number) => void,
): void {
  for (let panel = 0; panel < matrix.panels; panel++) run(panel, share.timeSteps * share.batch * columns);
}

/** Where a panel of a layer's states begins after the initial state. */
function upward(states: PanelMatrix, share: SliceMemory, panel: number): Address {
  return states.address + panel * states.stride + share.batch * ROW_BYTES;
}

function clearMatrix(kernel: Kernel, matrix: PanelMatrix): void {
  kernel.clear(matrix.address, matrix.panels * matrix.stride);
}
