/**
 * One thread's part of a training step as a sequence of kernel calls. Runs in the training thread and in its helpers
 * alike.
 */
import type { NetworkSpec } from "../core/network/network";
import type { Address, Kernel } from "./kernelModule";
import { directionsOf } from "../shared/trace/networkSpec";
import { addTurnedGradients, joinStates, layerBelow, splitGradients, turnInput } from "./bothDirections";
import { writePlan, type LayerMemory, type ParameterMemory, type SliceMemory } from "./networkMemory";
import { ROW_BYTES, type PanelMatrix } from "./panelMatrix";

/** What the plans of a batch follow from, beside where everything lies. */
export interface PassOptions {
  /** Whether the layers' outputs go through the dropout masks. */
  readonly dropped: boolean;
  /** Whether noise is added. */
  readonly noisy: boolean;
  /** Whether the products with the initial states are all zero. */
  readonly zeroStart: boolean;
  /** Whether the backward pass leaves out the gradients of the weights. */
  readonly statesOnly: boolean;
}

/** Writes the layers' plans into the memory. */
export function writePlans(
  words: Uint32Array,
  spec: NetworkSpec,
  share: SliceMemory,
  { dropped, noisy, zeroStart, statesOnly }: PassOptions,
): void {
  const ofWeights = statesOnly ? { dWeights: 0, dLeak: 0 } : {};
  share.layers.forEach((layer, l) => {
    const dropout = dropped ? (layerBelow(spec, share, l)?.dropout ?? null) : null;
    const throughMask =
      dropout === null || layer.turned !== null
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
      noise: noisy && layer.noise !== null ? layer.noise.address : 0,
      zeroStart: zeroStart ? 1 : 0,
    });
  });
}

function layerForward(kernel: Kernel, spec: NetworkSpec, plan: Address): void {
  if (spec.cell === "lstm") kernel.lstmForward(plan);
  else if (spec.cell === "gru") kernel.gruForward(plan);
  else if (spec.ctrnn !== undefined) kernel.ctrnnForward(plan);
  else if (spec.cell === "mingru") kernel.mingruForward(plan);
  else if (spec.cell === "minlstm") kernel.minlstmForward(plan);
  else if (spec.cell === "lru") kernel.lruForward(plan);
  else if (spec.cell === "rglru") kernel.rglruForward(plan);
  else if (spec.cell === "slstm") kernel.slstmForward(plan);
  else kernel.rnnForward(plan);
}

function layerBackward(kernel: Kernel, spec: NetworkSpec, plan: Address): void {
  if (spec.cell === "lstm") kernel.lstmBackward(plan);
  else if (spec.cell === "gru") kernel.gruBackward(plan);
  else if (spec.ctrnn !== undefined) kernel.ctrnnBackward(plan);
  else if (spec.cell === "mingru") kernel.mingruBackward(plan);
  else if (spec.cell === "minlstm") kernel.minlstmBackward(plan);
  else if (spec.cell === "lru") kernel.lruBackward(plan);
  else if (spec.cell === "rglru") kernel.rglruBackward(plan);
  else if (spec.cell === "slstm") kernel.slstmBackward(plan);
  else kernel.rnnBackward(plan);
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
  for (const [l, layer] of share.layers.entries()) {
    turnInput(kernel, spec, share, l, dropped);
    layerForward(kernel, spec, layer.planAddress);
    joinStates(kernel, spec, share, l);
    if (dropped && layer.dropout !== null) {
      const { mask, output } = layer.dropout;
      eachPanel(share, mask, format.columns, (panel, count) =>
        kernel.multiplyValues(
          upward(layer.joined, share, panel),
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
    top.joined.address + share.firstOutputRow * ROW_BYTES,
    top.joined.stride,
    top.joined.panels,
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
  for (const layer of share.layers) {
    clearMatrix(kernel, layer.turned === null ? layer.joinedGradients : layer.stateGradients);
    if (spec.ctrnn !== undefined) addRateGradients(kernel, memory, share, layer);
  }
  const { packed, readout } = memory;
  const { bytes, columns } = packed.format;
  const { joined, joinedGradients } = share.layers.at(-1)!;
  const { outputGradients } = share;
  const first = share.firstOutputRow * ROW_BYTES;
  if (readout === null || packed.readout === null) {
    for (let panel = 0; panel < outputGradients.panels; panel++) {
      const target = joinedGradients.address + first + panel * joinedGradients.stride;
      kernel.addValues(
        outputGradients.address + panel * outputGradients.stride,
        target,
        target,
        share.outputRows * columns,
      );
    }
  } else {
    kernel.readoutBackward(
      joined.address + first,
      joined.stride,
      joined.panels,
      outputGradients.address,
      outputGradients.stride,
      outputGradients.panels,
      readout.transposed,
      joinedGradients.address + first,
      gradients === null ? 0 : gradients + packed.readout.weights * bytes,
      gradients === null || packed.readout.bias === null ? unusedBias : gradients + packed.readout.bias * bytes,
      share.outputRows,
    );
  }
  const D = directionsOf(spec);
  for (let l = share.layers.length - 1; l >= 0; l--) {
    const { cellGradients, planAddress } = share.layers[l]!;
    const below = layerBelow(spec, share, l);
    const dropout = dropped && below !== null ? below.dropout : null;
    if (dropout !== null && (l + 1) % D === 0) clearMatrix(kernel, dropout.outputGradient);
    clearMatrix(kernel, cellGradients);
    splitGradients(kernel, spec, share, l);
    layerBackward(kernel, spec, planAddress);
    addTurnedGradients(kernel, spec, share, l, dropped);
    if (dropout !== null && below !== null && l % D === 0)
      addThroughMask(kernel, share, below, dropout.mask, dropout.outputGradient, columns);
  }
}

/** What the penalty of the rates adds to their gradients, by the factor that lies in the memory. */
function addRateGradients(
  kernel: Kernel,
  { factor, packed }: ParameterMemory,
  share: SliceMemory,
  { states, stateGradients }: LayerMemory,
): void {
  eachPanel(share, states, packed.format.columns, (panel, count) =>
    kernel.addScaledValues(upward(stateGradients, share, panel), upward(states, share, panel), count, factor),
  );
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
    const target = upward(below.joinedGradients, share, panel);
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
