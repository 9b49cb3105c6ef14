import type { CellKind, NetworkSpec } from "../core/network/network";
import { gateCount } from "../shared/trace/networkSpec";
import type { Address } from "./kernelModule";
import { packParameters, type PackedParameters } from "./packedParameters";
import { paddedToPanel, panelStride, ROW_BYTES, type PanelMatrix } from "./panelMatrix";

/** The fields of the kernel's LayerPlan (src/kernel/assembly/layerPlan.ts), all u32, in its order. */
const PLAN_FIELDS = [
  "batch",
  "timeSteps",
  "hiddenPanels",
  "activation",
  "truncate",
  "zeroStart",
  "x",
  "xStride",
  "xQuads",
  "states",
  "cells",
  "tanhCells",
  "statesStride",
  "gates",
  "gatesStride",
  "weights",
  "bias",
  "dStates",
  "dCells",
  "dCellsStride",
  "dGates",
  "dGatesStride",
  "chunkSteps",
  "hiddenTransposed",
  "inputTransposed",
  "dInput",
  "dInputStride",
  "dWeights",
  "dInputBias",
  "dHiddenBias",
] as const;
export type LayerPlan = Record<(typeof PLAN_FIELDS)[number], number>;

/** What lives as long as the network: parameters, moments, and what is derived from the parameters once a step. */
export interface ParameterMemory {
  readonly packed: PackedParameters;
  /** Blocks of packed.count float32. */
  readonly parameters: Address;
  readonly firstMoment: Address;
  readonly secondMoment: Address;
  /** One block for each thread; the first collects. */
  readonly gradients: readonly Address[];
  /** Two float64: what an update reports. */
  readonly norms: Address;
  /** For each layer the start of its gates, and its transposed weights; inputTransposed is 0 for layer 0. */
  readonly layers: readonly {
    readonly bias: Address;
    readonly hiddenTransposed: Address;
    readonly inputTransposed: Address;
  }[];
  readonly readout: { readonly bias: Address; readonly transposed: Address } | null;
  /** Takes the bias gradients of a network without bias, one for each thread. */
  readonly unusedBias: readonly Address[];
  readonly end: Address;
}

/** What one thread works in: its sequences of the batch. */
export interface SliceMemory {
  /** Of all shares together. */
  readonly wholeBatch: number;
  readonly firstSequence: number;
  readonly batch: number;
  readonly timeSteps: number;
  readonly input: PanelMatrix;
  readonly layers: readonly LayerMemory[];
  /** [outputRows, O]; null where the last state is the output. */
  readonly outputs: PanelMatrix | null;
  readonly outputGradients: PanelMatrix;
  /** Rows of the last layer's states that are read out, from this row of `states` on. */
  readonly firstOutputRow: number;
  readonly outputRows: number;
  /** [T + 1] float64. */
  readonly stateNorms: Address;
  readonly start: Address;
  readonly end: Address;
}

export interface LayerMemory {
  readonly planAddress: Address;
  readonly plan: LayerPlan;
  readonly states: PanelMatrix;
  readonly cells: PanelMatrix;
  readonly gates: PanelMatrix;
  readonly stateGradients: PanelMatrix;
  /** Dropout of this layer's output, only where there is a next layer and spec.dropout > 0; rows t·B + b. */
  readonly dropout: {
    readonly mask: PanelMatrix;
    readonly output: PanelMatrix;
    readonly outputGradient: PanelMatrix;
  } | null;
}

/** Rows of gate gradients that are turned into weight gradients at a time: 4 kB a panel for the first-level cache, all panels for the second. From 64 to 512 the speed is the same within 2 %. */
const CHUNK_ROWS = 128;
/** The first page part is left to the compiler's own data. */
const FIRST_FREE = 4096;
const ACTIVATION = { linear: 0, tanh: 1, relu: 2 } as const;
/** Groups of H columns: gates kept of the forward pass, and gate gradients. */
const GATE_GROUPS: Record<CellKind, number> = { linear: 0, rnn: 0, lstm: 4, gru: 4 };
const GRADIENT_GROUPS: Record<CellKind, number> = { linear: 1, rnn: 1, lstm: 4, gru: 4 };

/**
 * Bytes the float32 engine needs to train `spec` on batches of `batch` sequences of `timeSteps` steps. About, in numbers of 4 bytes,
 * for P parameters and, per layer, N = batch·timeSteps·hiddenSize:
 * 5 P + N·(2 for rnn, 6 for gru, 8 for lstm), more with dropout, and sizes rounded up to whole panels of eight.
 */
export function estimateMemory(spec: NetworkSpec, batch: number, timeSteps: number, threads = 1): number {
  const parameters = placeParameters(spec, threads);
  return placeShares(spec, parameters, batch, timeSteps).at(-1)?.end ?? parameters.end;
}

/** Hands out addresses one after the other, on cache lines. */
function createPlacer(start: Address): {
  take(bytes: number): Address;
  matrix(rows: number, columns: number, block: number): PanelMatrix;
  end(): Address;
} {
  let next = start;
  const take = (bytes: number): Address => {
    const address = next;
    next += Math.ceil(bytes / 64) * 64;
    return address;
  };
  return {
    take,
    matrix(rows, columns, block) {
      const stride = panelStride(rows, block);
      const panels = Math.ceil(columns / 8);
      return { address: take(panels * stride), stride, panels };
    },
    end: () => next,
  };
}

export function placeParameters(spec: NetworkSpec, threads: number): ParameterMemory {
  const packed = packParameters(spec);
  const { take, end } = createPlacer(FIRST_FREE);
  const block = () => take(packed.count * 4);
  const perThread = (make: () => Address): Address[] => Array.from({ length: threads }, make);
  const hidden = paddedToPanel(spec.hiddenSize);
  const columns = gateCount(spec.cell) * hidden;
  const outputs = paddedToPanel(spec.outputSize);
  return {
    norms: take(16),
    packed,
    parameters: block(),
    firstMoment: block(),
    secondMoment: block(),
    gradients: perThread(block),
    unusedBias: perThread(() => take(Math.max(columns, outputs) * 4)),
    layers: packed.layers.map((_, l) => ({
      bias: take((columns + hidden) * 4),
      hiddenTransposed: take(hidden * columns * 4),
      inputTransposed: l === 0 ? 0 : take(hidden * columns * 4),
    })),
    readout: packed.readout === null ? null : { bias: take(outputs * 4), transposed: take(outputs * hidden * 4) },
    end: end(),
  };
}

/** Below this much arithmetic a step is over before a second thread has woken up; multiply-adds of the whole step. */
const WORTH_SHARING = 500_000;

function isWorth(parameters: number, batch: number, timeSteps: number): boolean {
  return batch >= 8 && batch * timeSteps * parameters * 3 >= WORTH_SHARING;
}

/** Whether batches of this size are split where there are two threads; else a helper would have nothing to do. */
export function isWorthSharing(spec: NetworkSpec, batch: number, timeSteps: number): boolean {
  return isWorth(packParameters(spec).count, batch, timeSteps);
}

/**
 * The parts of the batch, one for each thread, or one part where it is too small to gain from two. Depends on nothing but the arguments,
 * so that every thread finds the same.
 */
export function placeShares(
  spec: NetworkSpec,
  parameters: ParameterMemory,
  batch: number,
  timeSteps: number,
): SliceMemory[] {
  const threads = isWorth(parameters.packed.count, batch, timeSteps) ? parameters.gradients.length : 1;
  const shares: SliceMemory[] = [];
  let start = parameters.end;
  let firstSequence = 0;
  for (let thread = 0; thread < threads; thread++) {
    // Even numbers of rows, as the kernel's tiles like them; the last part takes what is left.
    const size = thread === threads - 1 ? batch - firstSequence : 2 * Math.ceil(batch / threads / 2);
    const share = placeSlice(spec, parameters, thread, batch, firstSequence, size, timeSteps, start);
    shares.push(share);
    start = share.end;
    firstSequence += size;
  }
  return shares;
}

function placeSlice(
  spec: NetworkSpec,
  parameters: ParameterMemory,
  thread: number,
  wholeBatch: number,
  firstSequence: number,
  B: number,
  T: number,
  start: Address,
): SliceMemory {
  const { cell, hiddenSize } = spec;
  const { packed } = parameters;
  const { take, matrix, end } = createPlacer(start);
  const gradients = parameters.gradients[thread]!;
  const unusedBias = parameters.unusedBias[thread]!;
  const hiddenPanels = paddedToPanel(hiddenSize) / 8;
  const chunkSteps = Math.min(T, Math.max(1, Math.floor(CHUNK_ROWS / B)));

  const input = matrix(T * B, spec.inputSize, B);
  const layers: LayerMemory[] = [];
  const none: PanelMatrix = { address: 0, stride: 0, panels: 0 };
  packed.layers.forEach((layer, l) => {
    const states = matrix((T + 1) * B, hiddenSize, B);
    const cells = cell === "lstm" ? matrix((T + 1) * B, hiddenSize, B) : none;
    const tanhCells = cell === "lstm" ? matrix((T + 1) * B, hiddenSize, B) : none;
    const gates = matrix(T * B, GATE_GROUPS[cell] * hiddenPanels * 8, B);
    const stateGradients = matrix((T + 1) * B, hiddenSize, B);
    const dCells = cell === "lstm" || cell === "gru" ? matrix(B, hiddenSize, B) : none;
    const gateGradients = matrix(chunkSteps * B, GRADIENT_GROUPS[cell] * hiddenPanels * 8, B);
    const between = l < spec.numLayers - 1 && spec.dropout > 0;
    const dropout = between
      ? {
          mask: matrix(T * B, hiddenSize, B),
          output: matrix(T * B, hiddenSize, B),
          outputGradient: matrix(T * B, hiddenSize, B),
        }
      : null;
    const below = layers[l - 1];
    const x = below === undefined ? input : outputOf(below.states, B);
    const dInput = below === undefined ? none : outputOf(below.stateGradients, B);
    layers.push({
      states,
      cells,
      gates,
      stateGradients,
      dropout,
      planAddress: take(PLAN_FIELDS.length * 4),
      plan: {
        batch: B,
        timeSteps: T,
        hiddenPanels,
        activation: cell === "rnn" ? ACTIVATION[spec.nonlinearity] : ACTIVATION.linear,
        truncate: spec.truncate ?? 0,
        zeroStart: 1,
        x: x.address,
        xStride: x.stride,
        xQuads: layer.xQuads,
        states: states.address,
        cells: cells.address,
        tanhCells: tanhCells.address,
        statesStride: states.stride,
        gates: gates.address,
        gatesStride: gates.stride,
        weights: parameters.parameters + layer.weights * 4,
        bias: parameters.layers[l]!.bias,
        dStates: stateGradients.address,
        dCells: dCells.address,
        dCellsStride: dCells.stride,
        dGates: gateGradients.address,
        dGatesStride: gateGradients.stride,
        chunkSteps,
        hiddenTransposed: parameters.layers[l]!.hiddenTransposed,
        inputTransposed: parameters.layers[l]!.inputTransposed,
        dInput: dInput.address,
        dInputStride: dInput.stride,
        dWeights: gradients + layer.weights * 4,
        dInputBias: layer.inputBias === null ? unusedBias : gradients + layer.inputBias * 4,
        dHiddenBias: layer.hiddenBias === null ? unusedBias : gradients + layer.hiddenBias * 4,
      },
    });
  });
  const outputRows = spec.readout === "every" ? T * B : B;
  return {
    wholeBatch,
    firstSequence,
    batch: B,
    timeSteps: T,
    input,
    layers,
    start,
    outputs: packed.readout === null ? null : matrix(outputRows, spec.outputSize, B),
    outputGradients: matrix(outputRows, spec.outputSize, B),
    firstOutputRow: spec.readout === "every" ? B : T * B,
    outputRows,
    stateNorms: take((T + 1) * 8),
    end: end(),
  };
}

/** States without the rows of the initial one: what the next layer sees. */
function outputOf(states: PanelMatrix, batch: number): PanelMatrix {
  return { ...states, address: states.address + batch * ROW_BYTES };
}

export function writePlan(words: Uint32Array, address: Address, plan: LayerPlan): void {
  PLAN_FIELDS.forEach((field, index) => (words[(address >> 2) + index] = plan[field]));
}
