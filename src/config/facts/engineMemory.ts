/** Bytes of one network, counted before it is made: as the engines lay it out, without pages that are never touched. */
import {
  type CellKind,
  gateCount,
  hasRecurrentBias,
  hasRecurrentWeights,
  initialStateNames,
  isDiagonalCell,
} from "../../shared/trace/cells";
import { lstmOptions } from "../../shared/trace/lstmOptions";
import {
  directionsOf,
  outputWidth,
  parameterCountOf,
  parameterLayout,
  stateSize,
  type NetworkSpec,
} from "../../shared/trace/networkSpec";
import { diagonalParameters, diagonalTransposed, projectsInput } from "./diagonalMemory";
import { padded } from "./panels";

/** What a network is used for. */
export interface NetworkUse {
  /** Sequences at once, and steps of each. */
  readonly batch: number;
  readonly timeSteps: number;
  /** Whether it computes gradients, too. */
  readonly backward: boolean;
  /** Whether it has an optimizer that remembers something of each parameter. */
  readonly moments: boolean;
  /** Threads that may share a batch. */
  readonly threads: number;
}

/** Outputs of a network for a batch. */
export function outputCount({ readout, outputSize }: NetworkSpec, batch: number, timeSteps: number): number {
  return batch * (readout === "every" ? timeSteps : 1) * outputSize;
}

/**
 * The reference, in float64: parameters, gradients, change of an update, moments; for each step what the way back
 * needs.
 */
export function referenceNetworkBytes(spec: NetworkSpec, use: NetworkUse): number {
  const { cell, hiddenSize: H, numLayers: L, ctrnn } = spec;
  const { batch: B, timeSteps: T, backward, moments } = use;
  const parameters = parameterCountOf(parameterLayout(spec));
  const copies = 1 + (backward ? 1 : 0) + (moments ? 3 : 0);
  const states = B * (T + 1) * H;
  const gates = B * T * gateCount(cell) * H;
  // Of ctrnn-current the output beside the state; the drive of a leaky unit, and its noise.
  const outputs = cell === "ctrnn-current" ? states : 0;
  const kept =
    B * (T + 1) * (stateSize(spec) / L) +
    outputs +
    (cell === "gru" || ctrnn !== undefined ? 2 : 1) * gates +
    (cell === "minlstm" ? 2 : cell === "slstm" ? 1 : 0) * B * T * H;
  // The normalized products with the weights, and the scale of each.
  const normalized = lstmOptions(spec).layerNorm ? 2 * (gates + B * T) : 0;
  const noise = ctrnn !== undefined && ctrnn.noise > 0 ? gates : 0;
  // Of lru, the output beside a state that is not it; what an input is projected to.
  const own = cell === "lru" ? states + gates : 0;
  const projected = isDiagonalCell(cell) && projectsInput(spec, 0) ? B * T * H : 0;
  const D = directionsOf(spec);
  const W = outputWidth(spec);
  const heights = L / D;
  const inputs = B * T * D * (spec.inputSize + (heights - 1) * W);
  // The gradient on its way down, of two directions in both orders.
  const between = heights > 1 ? B * T * W * ((spec.dropout > 0 ? heights - 1 : 0) + (backward ? D : 0)) : 0;
  // With two directions what is read out, beside the states of each.
  const joined = D === 2 ? B * (T + 1) * W * (backward ? 2 : 1) : 0;
  const numbers =
    copies * parameters +
    (L * (kept + own + normalized) + projected) * (backward ? 2 : 1) +
    L * noise +
    inputs +
    between +
    joined +
    outputCount(spec, B, T);
  return 8 * numbers;
}

/** Groups of H columns that the kernel keeps of a pass, and those of the gradients of gates. */
const KEPT_GATES: Readonly<Partial<Record<CellKind, number>>> = {
  linear: 0,
  rnn: 0,
  lstm: 4,
  gru: 4,
  ctrnn: 1,
  "ctrnn-current": 1,
  mingru: 2,
  minlstm: 5,
  lru: 2,
  rglru: 4,
  slstm: 5,
};
const GRADIENT_GATES: Readonly<Partial<Record<CellKind, number>>> = {
  linear: 1,
  rnn: 1,
  lstm: 4,
  gru: 4,
  ctrnn: 1,
  "ctrnn-current": 1,
  mingru: 2,
  minlstm: 3,
  lru: 2,
  rglru: 2,
  slstm: 4,
};
/** Matrices of states and their gradients where they are not two. */
const STATES_OF: Readonly<Partial<Record<CellKind, number>>> = { lstm: 4, "ctrnn-current": 3, lru: 6, slstm: 5 };
/** Bytes of a row of a panel. */
const ROW_BYTES = 32;
/** As in src/kernel/networkMemory.ts: rows of gate gradients at a time, and what is worth several threads. */
const CHUNK_ROWS = 128;
const WORTH_SHARING = 500_000;
const WORTH_OF_MORE = 1_000_000;
const LEAST_ROWS = 4;
/** Numbers of float64 for whatever is read in parts. */
const SCRATCH_NUMBERS = 2048;

/**
 * The kernel, see placeParameters and placeShares in src/kernel/networkMemory.ts: matrices in panels of 32 bytes a row,
 * which are eight float32 or four float64, a share of the batch for each thread; and outside of its memory the places
 * of the parameters, and outputs.
 */
export function kernelNetworkBytes(floats: "float32" | "float64", spec: NetworkSpec, use: NetworkUse): number {
  const { batch, timeSteps, backward, moments } = use;
  const bytes = floats === "float32" ? 4 : 8;
  const columns = ROW_BYTES / bytes;
  const packed = packedCount(spec, columns);
  const parts = partsOf(packed, batch, timeSteps, use.threads);
  const blocks = 1 + (backward ? parts : 0) + (moments ? 2 : 0);
  const slices = parts * sliceBytes(spec, columns, batch / parts, timeSteps);
  const parameters = parameterCountOf(parameterLayout(spec));
  return (
    bytes * blocks * packed +
    (backward ? bytes * transposedCount(spec, columns) : 0) +
    slices +
    8 * (SCRATCH_NUMBERS + columns) +
    4 * parameters +
    8 * outputCount(spec, batch, timeSteps)
  );
}

function partsOf(parameters: number, batch: number, timeSteps: number, threads: number): number {
  const work = batch * timeSteps * parameters * 3;
  const parts = work < WORTH_SHARING ? 1 : Math.max(2, Math.floor(work / WORTH_OF_MORE));
  return Math.max(1, Math.min(threads, parts, Math.floor(batch / LEAST_ROWS)));
}

/** @param C columns of a panel */
function packedCount(spec: NetworkSpec, C: number): number {
  const hidden = padded(spec.hiddenSize, C);
  const rows = gateCount(spec.cell) * hidden;
  const outputs = padded(spec.outputSize, C);
  const D = directionsOf(spec);
  let count = spec.readout === "state" ? 0 : outputs * D * hidden + (spec.bias ? outputs : 0);
  for (let l = 0; l < spec.numLayers; l++) {
    if (isDiagonalCell(spec.cell)) {
      count += diagonalParameters(spec, l, C);
    } else {
      const input = l < D ? 4 * Math.ceil(spec.inputSize / 4) : D * hidden;
      const biases = spec.bias ? (hasRecurrentBias(spec.cell) ? 2 : 1) : 0;
      count += rows * (input + (hasRecurrentWeights(spec.cell) ? hidden : 0) + biases);
      if (spec.ctrnn?.learnedTau === true) count += hidden;
    }
    if (spec.learnedInitialState === true) count += initialStateNames(spec.cell).length * hidden;
  }
  return count;
}

/** Weights turned around for the way back: of the states, and above the first layer of the inputs. */
function transposedCount(spec: NetworkSpec, C: number): number {
  const { cell, hiddenSize, numLayers, readout, outputSize } = spec;
  const hidden = padded(hiddenSize, C);
  const D = directionsOf(spec);
  const perLayer = hidden * gateCount(cell) * hidden;
  const matrices = (hasRecurrentWeights(cell) ? numLayers : 0) + D * (numLayers - D);
  const layers = isDiagonalCell(cell) ? diagonalTransposed(spec, C) : matrices * perLayer;
  return layers + (readout === "state" ? 0 : padded(outputSize, C) * D * hidden);
}

/** What one thread works in. */
function sliceBytes(spec: NetworkSpec, C: number, B: number, T: number): number {
  const { cell, hiddenSize: H, numLayers, dropout, readout, ctrnn } = spec;
  const matrix = (rows: number, columns: number): number =>
    ROW_BYTES * (padded(columns, C) / C) * rowsInMemory(rows, B);
  const states = matrix((T + 1) * B, H);
  const chunk = Math.min(T, Math.max(1, Math.floor(CHUNK_ROWS / B))) * B;
  const perLayer =
    (STATES_OF[cell] ?? 2) * states +
    matrix(T * B, KEPT_GATES[cell]! * padded(H, C)) +
    (cell === "lstm" || cell === "gru" || ctrnn !== undefined ? matrix(B, H) : 0) +
    (ctrnn !== undefined && ctrnn.noise > 0 ? matrix(T * B, H) : 0) +
    (cell === "slstm" ? 2 * matrix(B, H) : 0) +
    matrix(chunk, GRADIENT_GATES[cell]! * padded(H, C));
  const projected = isDiagonalCell(cell) && projectsInput(spec, 0) ? matrix(T * B, H) + matrix(chunk, H) : 0;
  const D = directionsOf(spec);
  const heights = numLayers / D;
  const width = D * padded(H, C);
  const between = dropout > 0 ? 3 * (heights - 1) * matrix(T * B, width) : 0;
  // The states of a backward layer and their gradients in the order of the sequence, and what it reads in its own.
  const turned = D === 1 ? 0 : 2 * heights * states + 2 * (heights - 1) * matrix(T * B, width);
  const outputs = matrix(readout === "every" ? T * B : B, spec.outputSize);
  const layers = numLayers * perLayer + projected + between + turned;
  return D * matrix(T * B, spec.inputSize) + layers + (readout === "state" ? 1 : 2) * outputs;
}

/** As panelStride in src/kernel/panelMatrix.ts. */
function rowsInMemory(rows: number, block: number): number {
  return rows <= 128 ? rows : rows + ((((block - rows) % 128) + 128) % 128);
}
