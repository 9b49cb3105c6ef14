import { GATES, parameterLayout } from "../core/layout";
import type { Network, NetworkSpec } from "../core/network";
import { combineBiases, copyBiasGradients, transposeAll } from "./derivedWeights";
import { bestKernelVariant, instantiateKernel, type KernelVariant } from "./kernelModule";
import { placeParameters, placeShares, type ShareMemory } from "./networkMemory";
import { packedIndices } from "./packedParameters";
import { readSequence, ROW_BYTES, writeSequence, type PanelMatrix } from "./panelMatrix";
import { clearStateGradients, runBackward, runForward, writePlans } from "./shareRunner";
import { createWasmOptimizer } from "./wasmOptimizer";
import { PAGE_BYTES, wasm } from "./webAssembly";

/** Bytes one network may take; 32-bit addresses end at twice that. */
export const MEMORY_LIMIT = 2 ** 31;

export interface WasmNetworkOptions {
  /** Default: the fastest this machine can run. */
  readonly variant?: KernelVariant;
  /** The largest batch and length to come, so that the memory is taken once. Larger ones still work. */
  readonly capacity?: { readonly batch: number; readonly timeSteps: number };
}

/**
 * The float32 engine: WebAssembly SIMD on memory laid out for it.
 * @throws RangeError where a batch needs more than MEMORY_LIMIT; ask estimateMemory first
 */
export function createWasmNetwork(spec: NetworkSpec, options: WasmNetworkOptions = {}): Network {
  const { hiddenSize: H, numLayers: L, outputSize: O } = spec;
  const placed = placeParameters(spec, 1);
  const capacity = options.capacity === undefined ? placed.end : placeShares(spec, placed, options.capacity.batch, options.capacity.timeSteps).at(-1)!.end;
  checkSize(capacity);
  const memory = new wasm.Memory({ initial: pages(capacity), maximum: pages(MEMORY_LIMIT), shared: true });
  const kernel = instantiateKernel(options.variant ?? bestKernelVariant(), memory);
  let floats = new Float32Array(memory.buffer);

  const indices = packedIndices(spec, placed.packed);
  const { packed: { count }, parameters } = placed;
  const gradients = placed.gradients[0]!;
  const optimizer = createWasmOptimizer(kernel, placed, () => floats);
  const updateNorms = { update: 0, parameters: 0 };

  let shares: ShareMemory[] = [];
  let B = 0;
  let T = 0;
  let outputs = new Float64Array(0);
  let initial: Float64Array | null = null;
  /** Whether the rows of the initial states still have to be written. */
  let initialPending = true;
  let dropped = false;
  let planned = false;
  /** Whether biases and transposed weights follow the parameters. */
  let biasesCurrent = false;
  let transposedCurrent = false;

  /** Places the activations of this batch; what is padding in them is zeroed. */
  function place(batch: number, timeSteps: number): void {
    if (batch === B && timeSteps === T) return;
    const next = placeShares(spec, placed, batch, timeSteps);
    const { end } = next.at(-1)!;
    checkSize(end);
    if (end > floats.byteLength) {
      memory.grow(pages(end) - pages(floats.byteLength));
      floats = new Float32Array(memory.buffer);
    }
    B = batch;
    T = timeSteps;
    shares = next;
    floats.fill(0, placed.end >> 2, end >> 2);
    outputs = new Float64Array(B * (spec.readout === "every" ? T : 1) * O);
    initialPending = true;
    planned = false;
  }

  function parametersChanged(): void {
    biasesCurrent = false;
    transposedCurrent = false;
  }

  function writeInitialRows(): void {
    if (!initialPending) return;
    initialPending = false;
    const zeros = initial === null ? new Float64Array(H) : null;
    for (const share of shares) {
      share.layers.forEach(({ states, cells }, l) => {
        for (let b = 0; b < share.batch; b++) {
          const sequence = share.firstSequence + b;
          writeSequence(floats, states, b, 1, zeros ?? initial!, zeros === null ? (l * B + sequence) * H : 0, 1, H);
          if (spec.cell === "lstm") writeSequence(floats, cells, b, 1, zeros ?? initial!, zeros === null ? ((L + l) * B + sequence) * H : 0, 1, H);
        }
      });
    }
  }

  /** Calls back for each sequence of the batch asked for, in order. */
  function eachSequence(sequence: number | null, visit: (share: ShareMemory, row: number, index: number) => void): void {
    for (const share of shares) {
      for (let b = 0; b < share.batch; b++) {
        if (sequence === null) visit(share, b, share.firstSequence + b);
        else if (sequence === share.firstSequence + b) visit(share, b, 0);
      }
    }
  }

  function readRows(matrixOf: (share: ShareMemory) => PanelMatrix, steps: number, sequence: number | null, into: Float64Array): void {
    eachSequence(sequence, (share, row, index) => readSequence(floats, matrixOf(share), row, share.batch, into, index * steps * H, steps, H));
  }

  /** Where the outputs of the last layer are: the read-out, or its last state. */
  const outputMatrix = (share: ShareMemory): PanelMatrix => share.outputs ?? lastRows(share.layers.at(-1)!.states, share);
  const outputGradientMatrix = (share: ShareMemory): PanelMatrix => share.outputGradients ?? lastRows(share.layers.at(-1)!.stateGradients, share);
  const lastRows = (matrix: PanelMatrix, share: ShareMemory): PanelMatrix => ({ ...matrix, address: matrix.address + share.timeSteps * share.batch * ROW_BYTES });
  const outputSteps = () => (spec.readout === "every" ? T : 1);

  return {
    spec,
    layout: parameterLayout(spec),
    parameterCount: indices.length,

    readParameters: (into) => gather(floats, parameters, indices, into),
    writeParameters(from) {
      scatter(floats, parameters, indices, from);
      optimizer.reset();
      parametersChanged();
    },
    readGradients: (into) => gather(floats, gradients, indices, into),

    writeInitialState(from) {
      initial = from === null ? null : from.slice();
      initialPending = true;
    },
    readFinalState(into) {
      const parts = spec.cell === "lstm" ? (["states", "cells"] as const) : (["states"] as const);
      parts.forEach((part, p) => {
        for (let l = 0; l < L; l++) {
          eachSequence(null, (share, row, index) => {
            readSequence(floats, lastRows(share.layers[l]![part], share), row, 1, into, ((p * L + l) * B + index) * H, 1, H);
          });
        }
      });
    },

    forward(input, batch, timeSteps, dropout) {
      place(batch, timeSteps);
      if (initial !== null && initial.length !== (spec.cell === "lstm" ? 2 : 1) * L * B * H) {
        throw new RangeError(`the initial state holds ${initial.length} numbers, which does not fit a batch of ${B}`);
      }
      const drop = dropout !== null && spec.dropout > 0;
      if (!planned || drop !== dropped) {
        dropped = drop;
        planned = true;
        for (const share of shares) writePlans(new Uint32Array(memory.buffer), share, dropped);
      }
      writeInitialRows();
      const I = spec.inputSize;
      eachSequence(null, (share, row, index) => writeSequence(floats, share.input, row, share.batch, input, index * T * I, T, I));
      if (drop) {
        const kept = 1 / (1 - spec.dropout);
        const mask = new Float64Array(T * H);
        for (let l = 0; l < L - 1; l++) {
          eachSequence(null, (share, row) => {
            for (let i = 0; i < mask.length; i++) mask[i] = dropout.double() < spec.dropout ? 0 : kept;
            writeSequence(floats, share.layers[l]!.dropout!.mask, row, share.batch, mask, 0, T, H);
          });
        }
      }
      if (!biasesCurrent) combineBiases(kernel, spec, placed, floats);
      biasesCurrent = true;
      for (const share of shares) runForward(kernel, spec, placed, share, dropped);
      const steps = outputSteps();
      eachSequence(null, (share, row, index) => readSequence(floats, outputMatrix(share), row, share.batch, outputs, index * steps * O, steps, O));
      return outputs;
    },

    backward(outputGradient) {
      for (const share of shares) clearStateGradients(kernel, share);
      const steps = outputSteps();
      eachSequence(null, (share, row, index) => writeSequence(floats, outputGradientMatrix(share), row, share.batch, outputGradient, index * steps * O, steps, O));
      if (!transposedCurrent) transposeAll(kernel, spec, placed);
      transposedCurrent = true;
      shares.forEach((share, thread) => runBackward(kernel, spec, placed, placed.gradients[thread]!, placed.unusedBias[thread]!, share, dropped));
      copyBiasGradients(spec, placed, floats);
    },
    zeroGradients: () => kernel.clear(gradients, count * 4),

    gradientNorm: () => Math.sqrt(kernel.sumOfSquares(gradients, count)),
    scaleGradients: (factor) => kernel.scale(gradients, count, factor),
    clampGradients: (limit) => kernel.clampValues(gradients, count, limit),

    applyUpdate(update) {
      optimizer.apply(update);
      parametersChanged();
      const [change, before] = new Float64Array(memory.buffer, placed.norms, 2);
      updateNorms.update = Math.sqrt(change!);
      updateNorms.parameters = Math.sqrt(before!);
      return updateNorms;
    },

    readStates: (layer, sequence, into) => readRows((share) => share.layers[layer]!.states, T + 1, sequence, into),
    readStateGradients: (layer, sequence, into) => readRows((share) => share.layers[layer]!.stateGradients, T + 1, sequence, into),
    readCells: (layer, sequence, into) => readRows((share) => share.layers[layer]!.cells, T + 1, sequence, into),
    readGate(layer, gate, sequence, into) {
      const group = GATES[spec.cell].indexOf(gate);
      readRows((share) => {
        const { gates, plan } = share.layers[layer]!;
        return { ...gates, address: gates.address + group * plan.hiddenPanels * gates.stride };
      }, T, sequence, into);
    },
    readStateGradientNorms(layer, into) {
      into.fill(0, 0, T + 1);
      for (const share of shares) {
        const { stateGradients } = share.layers[layer]!;
        kernel.clear(share.stateNorms, (T + 1) * 8);
        kernel.addRowNorms(stateGradients.address, stateGradients.stride, stateGradients.panels, share.batch, T + 1, share.stateNorms);
        const norms = new Float64Array(memory.buffer, share.stateNorms, T + 1);
        for (let t = 0; t <= T; t++) into[t] = into[t]! + norms[t]! / B;
      }
    },
  };
}

function checkSize(bytes: number): void {
  if (bytes <= MEMORY_LIMIT) return;
  const mebibytes = (value: number) => Math.ceil(value / 2 ** 20).toLocaleString("en");
  throw new RangeError(`this network and batch need ${mebibytes(bytes)} MiB of memory, the limit is ${mebibytes(MEMORY_LIMIT)} MiB; lower the hidden size, the batch size or the sequence length`);
}

function pages(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES);
}

function gather(floats: Float32Array, address: number, indices: Int32Array, into: Float64Array): void {
  const start = address >> 2;
  for (let i = 0; i < indices.length; i++) into[i] = floats[start + indices[i]!]!;
}

function scatter(floats: Float32Array, address: number, indices: Int32Array, from: Float64Array): void {
  const start = address >> 2;
  for (let i = 0; i < indices.length; i++) floats[start + indices[i]!] = from[i]!;
}
