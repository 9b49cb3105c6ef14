import type { CellKind, NetworkSpec } from "../core/network/network";
import { gateCount, hasComplexState, hasRecurrentWeights, isDiagonalCell, type StatePart } from "../shared/trace/cells";
import {
  DIAGONAL_PLAN_BYTES,
  placeDiagonal,
  planDiagonal,
  writeDiagonalPlan,
  type DerivedDiagonal,
  type DiagonalPlan,
} from "./diagonalPlan";
import type { Address } from "./kernelModule";
import { directionsOf, isBackwardLayer, slstmOptions } from "../shared/trace/networkSpec";
import { packParameters, type PackedParameters } from "./packedParameters";
import {
  FORMATS,
  paddedToPanel,
  panelStride,
  ROW_BYTES,
  type FloatType,
  type NumberFormat,
  type PanelMatrix,
} from "./panelMatrix";

/** The fields of the kernel's LayerPlan (src/kernel/assembly/layerPlan.ts), all u32, in its order. */
const PLAN_FIELDS = [
  "batch",
  "timeSteps",
  "hiddenPanels",
  "lastColumns",
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
  "form",
  "alphas",
  "noise",
  "dLeak",
  "normalizers",
  "stabilizers",
  "dWeightLogs",
] as const;
export type LayerPlan = Record<(typeof PLAN_FIELDS)[number], number>;
const PLAN_BYTES = 4 * PLAN_FIELDS.length;

/** What lives as long as the network: parameters, moments, and what is derived from the parameters once a step. */
export interface ParameterMemory {
  readonly packed: PackedParameters;
  /** Blocks of packed.count numbers. */
  readonly parameters: Address;
  readonly firstMoment: Address;
  readonly secondMoment: Address;
  /** One block for each thread; the first collects. */
  readonly gradients: readonly Address[];
  /** Two float64: what an update reports. */
  readonly norms: Address;
  /** Where all that follows from the parameters begins, up to the end. */
  readonly derived: Address;
  /** For each layer the start of its gates, and its transposed weights; of those that read the data, none of inputs. */
  readonly layers: readonly {
    readonly bias: Address;
    readonly hiddenTransposed: Address;
    readonly inputTransposed: Address;
    /** Of a leaky layer; else 0. */
    readonly alphas: Address;
    /** Of lru and rglru, which have no other of these. */
    readonly diagonal: DerivedDiagonal | null;
  }[];
  readonly readout: { readonly bias: Address; readonly transposed: Address } | null;
  /** Takes the bias gradients of a network without bias, one for each thread. */
  readonly unusedBias: readonly Address[];
  /** One number: what the penalties multiply with. */
  readonly factor: Address;
  /** SCRATCH_NUMBERS of float64 for whatever is read in parts, and as many as a panel has columns. */
  readonly scratch: Address;
  readonly end: Address;
}

/** See {@link ParameterMemory.scratch}. */
export const SCRATCH_NUMBERS = 2048;

/** What one thread works in: its sequences of the batch. */
export interface SliceMemory extends SliceSize {
  readonly input: PanelMatrix;
  /** [B] u32: steps of each sequence; 0 where nothing depends on them, as with one direction. */
  readonly lengths: Address;
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
  readonly diagonalPlan: DiagonalPlan | null;
  readonly states: PanelMatrix;
  readonly gates: PanelMatrix;
  readonly stateGradients: PanelMatrix;
  /**
   * What the layers at this height put out, with the initial states, and its gradients: of one direction the states; of
   * two the forward states, and to their right the backward ones in the order of the sequence.
   */
  readonly joined: PanelMatrix;
  readonly joinedGradients: PanelMatrix;
  /** Of a layer that reads backward. */
  readonly turned: TurnedInput | null;
  /** What the way back begins with as zeros, beside the gradients of the states. */
  readonly cellGradients: PanelMatrix;
  /** The state that is carried from step to step, in the order of STATE_PARTS. */
  readonly parts: readonly PartMemory[];
  /**
   * Dropout of what is put out at this height, for its last layer, only where there is a next one and spec.dropout > 0;
   * rows t·B + b.
   */
  readonly dropout: {
    readonly mask: PanelMatrix;
    readonly output: PanelMatrix;
    readonly outputGradient: PanelMatrix;
  } | null;
  /** What is added to the sums of a leaky layer, only where its spec has noise; rows t·B + b. */
  readonly noise: PanelMatrix | null;
}

/** What a layer that reads backward reads, in its order, and where the gradients of that are added; rows t·B + b. */
interface TurnedInput {
  readonly input: PanelMatrix;
  /** None at the first height. */
  readonly gradients: PanelMatrix;
}

interface PartMemory {
  readonly part: StatePart;
  /** [(T+1)·B, H] */
  readonly values: PanelMatrix;
  /** Its first B rows are the gradient of the initial state. */
  readonly gradients: PanelMatrix;
  /** 1, or -1 where the kernel keeps it with the other sign. */
  readonly sign: 1 | -1;
}

/**
 * Rows of gate gradients that are turned into weight gradients at a time: 4 kB a panel for the first-level cache, all
 * panels for the second. From 64 to 512 the speed is the same within 2 %.
 */
const CHUNK_ROWS = 128;
/** The first page part is left to the compiler's own data. */
const FIRST_FREE = 4096;
const ACTIVATION = {
  linear: 0,
  tanh: 1,
  relu: 2,
  plain: 0,
  "log-space": 1,
  softplus: 3,
  retanh: 4,
  power: 5,
} as const;
const FORM = { rate: 0, current: 1, "leak-inside": 2 } as const;
const FORGET_GATE = { sigmoid: 0, exponential: 1 } as const;
/** Rows of a tile of products, which the gates of a cell without recurrent weights have at least (minLayer.ts). */
const TILE_ROWS = 4;
/** Groups of H columns: gates kept of the forward pass, and gate gradients. */
const GATE_GROUPS: Partial<Record<CellKind, number>> = {
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
const GRADIENT_GROUPS: Partial<Record<CellKind, number>> = {
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

/** Hands out addresses one after the other, on cache lines. */
interface Placer {
  take(bytes: number): Address;
  matrix(rows: number, columns: number, block: number): PanelMatrix;
  end(): Address;
}

function createPlacer(start: Address, format: NumberFormat): Placer {
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
      const panels = Math.ceil(columns / format.columns);
      return { address: take(panels * stride), stride, panels };
    },
    end: () => next,
  };
}

export function placeParameters(spec: NetworkSpec, floats: FloatType, threads: number): ParameterMemory {
  const format = FORMATS[floats];
  const packed = packParameters(spec, format);
  const placer = createPlacer(FIRST_FREE, format);
  const take = (numbers: number): Address => placer.take(numbers * format.bytes);
  const block = () => take(packed.count);
  const perThread = (make: () => Address): Address[] => Array.from({ length: threads }, make);
  const hidden = paddedToPanel(spec.hiddenSize, format);
  const columns = gateCount(spec.cell) * hidden;
  const outputs = paddedToPanel(spec.outputSize, format);
  const directions = directionsOf(spec);
  return {
    norms: placer.take(16),
    packed,
    parameters: block(),
    firstMoment: block(),
    secondMoment: block(),
    gradients: perThread(block),
    unusedBias: perThread(() => take(Math.max(columns, outputs))),
    derived: placer.end(),
    layers: packed.layers.map(({ diagonal }, l) => ({
      bias: take(columns + hidden),
      hiddenTransposed: hasRecurrentWeights(spec.cell) ? take(hidden * columns) : 0,
      inputTransposed: l < directions || diagonal !== null ? 0 : take(directions * hidden * columns),
      alphas: spec.ctrnn === undefined ? 0 : take(hidden),
      diagonal: diagonal === null ? null : placeDiagonal(spec, format, diagonal, take),
    })),
    readout: packed.readout === null ? null : { bias: take(outputs), transposed: take(outputs * directions * hidden) },
    factor: take(1),
    scratch: placer.take((SCRATCH_NUMBERS + format.columns) * 8),
    end: placer.end(),
  };
}

/** Below this much arithmetic a step is over before a second thread has woken up; multiply-adds of the whole step. */
const WORTH_SHARING = 500_000;
/** Multiply-adds of each part where there are more than two, which have to be woken one after the other. */
const WORTH_OF_MORE = 1_000_000;
/** Sequences of a part at least. */
const LEAST_ROWS = 4;

function partsOf(parameters: number, batch: number, timeSteps: number, threads: number): number {
  const work = batch * timeSteps * parameters * 3;
  const parts = work < WORTH_SHARING ? 1 : Math.max(2, Math.floor(work / WORTH_OF_MORE));
  return Math.max(1, Math.min(threads, parts, Math.floor(batch / LEAST_ROWS)));
}

/** How many parts batches of this size have where there are so many threads; more would have nothing to do. */
export function shareCount(
  spec: NetworkSpec,
  floats: FloatType,
  batch: number,
  timeSteps: number,
  threads: number,
): number {
  return partsOf(packParameters(spec, FORMATS[floats]).count, batch, timeSteps, threads);
}

/**
 * The parts of the batch, one for each thread, or fewer where it is too small to gain from so many. Depends on nothing
 * but the arguments, so that every thread finds the same.
 *
 * With the parameters, in numbers, about 5 P + N (2 for rnn, 3 for ctrnn, 4 for mingru, 6 for gru and rglru, 7 for
 * minlstm, 8 for lstm and lru, 10 for slstm) for P parameters and, per layer, N = batch times time steps times hidden
 * size; more with dropout, and sizes rounded up to panels. With two directions, each layer has N more, and above the
 * first height 3 N more.
 */
export function placeShares(
  spec: NetworkSpec,
  parameters: ParameterMemory,
  batch: number,
  timeSteps: number,
): SliceMemory[] {
  const parts = partsOf(parameters.packed.count, batch, timeSteps, parameters.gradients.length);
  const shares: SliceMemory[] = [];
  let start = parameters.end;
  for (let part = 0; part < parts; part++) {
    const firstSequence = firstOfPart(part, parts, batch);
    const own = firstOfPart(part + 1, parts, batch) - firstSequence;
    const size = { wholeBatch: batch, firstSequence, batch: own, timeSteps };
    const share = placeSlice(spec, parameters, part, size, start);
    shares.push(share);
    start = share.end;
  }
  return shares;
}

/** Even numbers of sequences, as the kernel's tiles like them; the last part takes what is left. */
function firstOfPart(part: number, parts: number, batch: number): number {
  return part === parts ? batch : 2 * Math.ceil((part * batch) / parts / 2);
}

interface SliceSize {
  /** Of all slices together. */
  readonly wholeBatch: number;
  readonly firstSequence: number;
  readonly batch: number;
  readonly timeSteps: number;
}

function placeSlice(
  spec: NetworkSpec,
  parameters: ParameterMemory,
  thread: number,
  size: SliceSize,
  start: Address,
): SliceMemory {
  const { batch: B, timeSteps: T } = size;
  const { packed } = parameters;
  const placer = createPlacer(start, packed.format);
  const input = placer.matrix(T * B, spec.inputSize, B);
  const lengths = spec.directions === 2 ? placer.take(4 * B) : 0;
  const layers: LayerMemory[] = [];
  for (let l = 0; l < spec.numLayers; l++)
    layers.push(placeLayer(spec, parameters, thread, l, size, input, layers, placer));
  const outputRows = spec.readout === "every" ? T * B : B;
  return {
    ...size,
    input,
    lengths,
    layers,
    start,
    outputs: packed.readout === null ? null : placer.matrix(outputRows, spec.outputSize, B),
    outputGradients: placer.matrix(outputRows, spec.outputSize, B),
    firstOutputRow: spec.readout === "every" ? B : T * B,
    outputRows,
    stateNorms: placer.take((T + 1) * 8),
    end: placer.end(),
  };
}

const NO_MATRIX: PanelMatrix = { address: 0, stride: 0, panels: 0 };

/** What a layer keeps of a pass, at the addresses that its plan says. */
interface LayerMatrices {
  /** With room for the other direction, where this one is the first of two. */
  readonly states: PanelMatrix;
  readonly cells: PanelMatrix;
  readonly tanhCells: PanelMatrix;
  readonly gates: PanelMatrix;
  /** As the states. */
  readonly stateGradients: PanelMatrix;
  readonly dCells: PanelMatrix;
  readonly gateGradients: PanelMatrix;
  /** slstm. */
  readonly normalizers: PanelMatrix;
  readonly stabilizers: PanelMatrix;
  readonly dWeightLogs: PanelMatrix;
  /** lru and rglru with a projected input: that, and its gradients in one chunk. */
  readonly u: PanelMatrix;
  readonly du: PanelMatrix;
}

function placeMatrices(
  { cell, hiddenSize, ctrnn }: NetworkSpec,
  format: NumberFormat,
  { batch: B, timeSteps: T }: SliceSize,
  { projects, directions }: { readonly projects: boolean; readonly directions: 1 | 2 },
  { matrix }: Placer,
): LayerMatrices {
  const padded = paddedToPanel(hiddenSize, format);
  const rows = hasRecurrentWeights(cell) ? T * B : Math.max(T * B, TILE_ROWS);
  const chunk = stepsPerChunk(B, T) * B;
  // Read-outs of a complex state have room for a tile, too.
  const stateRows = isDiagonalCell(cell) ? B + rows : (T + 1) * B;
  const isComplex = hasComplexState(cell);
  const statesIf = (isThere: boolean): PanelMatrix => (isThere ? matrix(stateRows, hiddenSize, B) : NO_MATRIX);
  return {
    states: matrix(stateRows, directions * padded, B),
    cells: hasCells(cell) || isComplex ? matrix(stateRows, isComplex ? 2 * padded : hiddenSize, B) : NO_MATRIX,
    tanhCells: statesIf(cell === "lstm"),
    normalizers: statesIf(cell === "slstm"),
    stabilizers: statesIf(cell === "slstm"),
    dWeightLogs: cell === "slstm" ? matrix(B, hiddenSize, B) : NO_MATRIX,
    gates: matrix(rows, GATE_GROUPS[cell]! * padded, B),
    stateGradients: matrix(stateRows, directions * padded, B),
    dCells: isComplex
      ? matrix(stateRows, 2 * padded, B)
      : hasCells(cell) || cell === "gru" || ctrnn !== undefined
        ? matrix(B, hiddenSize, B)
        : NO_MATRIX,
    gateGradients: matrix(chunk, GRADIENT_GROUPS[cell]! * padded, B),
    u: projects ? matrix(rows, hiddenSize, B) : NO_MATRIX,
    du: projects ? matrix(chunk, hiddenSize, B) : NO_MATRIX,
  };
}

/** The cells with a state that is not what they put out. */
function hasCells(cell: CellKind): boolean {
  return cell === "lstm" || cell === "ctrnn-current" || cell === "slstm";
}

/** Where the parts of a layer's state are. */
function partsOfState(cell: CellKind, matrices: LayerMatrices): PartMemory[] {
  const { states, stateGradients, cells, dCells, normalizers, stabilizers, dWeightLogs } = matrices;
  const hidden: PartMemory = { part: "h", values: states, gradients: stateGradients, sign: 1 };
  if (cell === "ctrnn-current") return [{ part: "v", values: cells, gradients: stateGradients, sign: 1 }];
  if (cell === "slstm")
    return [
      hidden,
      { part: "c", values: cells, gradients: dCells, sign: 1 },
      { part: "n", values: normalizers, gradients: dWeightLogs, sign: 1 },
      { part: "m", values: stabilizers, gradients: dWeightLogs, sign: 1 },
    ];
  if (cell === "lstm") return [hidden, { part: "c", values: cells, gradients: dCells, sign: 1 }];
  if (!hasComplexState(cell)) return [hidden];
  return [
    { part: "re", values: halfOf(cells, 0), gradients: halfOf(dCells, 0), sign: 1 },
    { part: "im", values: halfOf(cells, 1), gradients: halfOf(dCells, 1), sign: -1 },
  ];
}

/** @param inputs of the data; null where it reads the states below, `width` numbers a step */
function turnedInput(matrix: (columns: number) => PanelMatrix, inputs: number | null, width: number): TurnedInput {
  if (inputs !== null) return { input: matrix(inputs), gradients: NO_MATRIX };
  return { input: matrix(width), gradients: matrix(width) };
}

/**
 * The matrices of one direction, and those of all at its height.
 * @param forward the layer beside one that reads backward, else null
 */
function withHalves(
  matrices: LayerMatrices,
  forward: LayerMemory | null,
  directions: 1 | 2,
): LayerMatrices & Pick<LayerMemory, "joined" | "joinedGradients"> {
  const { states, stateGradients } = matrices;
  const { joined, joinedGradients } = forward ?? { joined: states, joinedGradients: stateGradients };
  if (directions === 1 || forward !== null) return { ...matrices, joined, joinedGradients };
  return { ...matrices, states: halfOf(states, 0), stateGradients: halfOf(stateGradients, 0), joined, joinedGradients };
}

/** The first half of a matrix's panels, or the second. */
export function halfOf({ address, stride, panels }: PanelMatrix, half: 0 | 1): PanelMatrix {
  return { address: address + half * (panels / 2) * stride, stride, panels: panels / 2 };
}

function stepsPerChunk(batch: number, timeSteps: number): number {
  return Math.min(timeSteps, Math.max(1, Math.floor(CHUNK_ROWS / batch)));
}

/** @param placed the layers before this one */
function placeLayer(
  spec: NetworkSpec,
  parameters: ParameterMemory,
  thread: number,
  l: number,
  size: SliceSize,
  input: PanelMatrix,
  placed: readonly LayerMemory[],
  placer: Placer,
): LayerMemory {
  const { batch: B, timeSteps: T } = size;
  const { format } = parameters.packed;
  const { diagonal } = parameters.packed.layers[l]!;
  const D = directionsOf(spec);
  const isBackward = isBackwardLayer(spec, l);
  const projects = diagonal?.projects === true;
  const matrices = withHalves(
    placeMatrices(spec, format, size, { projects, directions: isBackward ? 1 : D }, placer),
    isBackward ? placed[l - 1]! : null,
    D,
  );
  const { states, gates, stateGradients, joined, joinedGradients, dCells } = matrices;
  const between = (columns: number) => placer.matrix(T * B, columns, B);
  const width = D * paddedToPanel(spec.hiddenSize, format);
  const drops = (l + 1) % D === 0 && l < spec.numLayers - 1 && spec.dropout > 0;
  const dropout = drops ? { mask: between(width), output: between(width), outputGradient: between(width) } : null;
  const noise = spec.ctrnn !== undefined && spec.ctrnn.noise > 0 ? between(spec.hiddenSize) : null;
  const below = placed[Math.floor(l / D) * D - 1] ?? null;
  const turned = isBackward ? turnedInput(between, below === null ? spec.inputSize : null, width) : null;
  const x = turned?.input ?? (below === null ? input : withoutInitial(below.joined, B));
  const dInput = turned?.gradients ?? (below === null ? NO_MATRIX : withoutInitial(below.joinedGradients, B));
  const planAddress = placer.take(PLAN_BYTES + DIAGONAL_PLAN_BYTES);
  const weights = planParameters(spec, parameters, thread, l);
  const plan = planLayer(spec, size, matrices, { x, dInput }, weights);
  const addresses = {
    parameters: parameters.parameters,
    gradients: parameters.gradients[thread]!,
    zeros: parameters.layers[l]!.bias,
    unusedBias: parameters.unusedBias[thread]!,
  };
  return {
    states,
    gates,
    stateGradients,
    joined,
    joinedGradients,
    turned,
    cellGradients: dCells,
    parts: partsOfState(spec.cell, matrices),
    dropout,
    noise,
    planAddress,
    plan,
    diagonalPlan:
      diagonal === null
        ? null
        : planDiagonal(spec, format, diagonal, parameters.layers[l]!.diagonal!, addresses, matrices),
  };
}

/** Where a layer's weights are, how many panels they take, and where one thread adds their gradients. */
function planParameters(spec: NetworkSpec, parameters: ParameterMemory, thread: number, l: number) {
  const { format, layers } = parameters.packed;
  const { weights, xQuads, inputBias, hiddenBias, leak, diagonal } = layers[l]!;
  const { bytes } = format;
  const { bias, hiddenTransposed, inputTransposed, alphas } = parameters.layers[l]!;
  const gradients = parameters.gradients[thread]!;
  const unusedBias = parameters.unusedBias[thread]!;
  return {
    hiddenPanels: paddedToPanel(spec.hiddenSize, format) / format.columns,
    lastColumns: ((spec.hiddenSize - 1) % format.columns) + 1,
    xQuads,
    weights: parameters.parameters + weights * bytes,
    bias: diagonal === null || inputBias === null ? bias : parameters.parameters + inputBias * bytes,
    hiddenTransposed,
    inputTransposed,
    dWeights: gradients + weights * bytes,
    dInputBias: inputBias === null ? unusedBias : gradients + inputBias * bytes,
    dHiddenBias: hiddenBias === null ? unusedBias : gradients + hiddenBias * bytes,
    alphas,
    dLeak: leak === null ? 0 : gradients + leak * bytes,
  };
}

function planLayer(
  spec: NetworkSpec,
  { batch, timeSteps }: SliceSize,
  matrices: LayerMatrices,
  { x, dInput }: { readonly x: PanelMatrix; readonly dInput: PanelMatrix },
  weights: ReturnType<typeof planParameters>,
): LayerPlan {
  const { states, cells, tanhCells, gates, stateGradients, dCells, gateGradients } = matrices;
  return {
    ...weights,
    batch,
    timeSteps,
    activation: activationOf(spec),
    form: FORM[spec.ctrnn?.form ?? "rate"],
    noise: 0,
    normalizers: matrices.normalizers.address,
    stabilizers: matrices.stabilizers.address,
    dWeightLogs: matrices.dWeightLogs.address,
    truncate: spec.truncate ?? 0,
    zeroStart: 1,
    x: x.address,
    xStride: x.stride,
    states: states.address,
    cells: cells.address,
    tanhCells: tanhCells.address,
    statesStride: states.stride,
    gates: gates.address,
    gatesStride: gates.stride,
    dStates: stateGradients.address,
    dCells: dCells.address,
    dCellsStride: dCells.stride,
    dGates: gateGradients.address,
    dGatesStride: gateGradients.stride,
    chunkSteps: stepsPerChunk(batch, timeSteps),
    dInput: dInput.address,
    dInputStride: dInput.stride,
  };
}

function activationOf(spec: NetworkSpec): number {
  const { cell, nonlinearity, variant, ctrnn } = spec;
  if (ctrnn !== undefined) return ACTIVATION[ctrnn.nonlinearity];
  if (cell === "slstm") return FORGET_GATE[slstmOptions(spec).forgetGate];
  if (cell === "rnn") return ACTIVATION[nonlinearity];
  return hasRecurrentWeights(cell) ? ACTIVATION.linear : ACTIVATION[variant ?? "plain"];
}

/** States without the rows of the initial one: what the next layer sees. */
export function withoutInitial(states: PanelMatrix, batch: number): PanelMatrix {
  return { ...states, address: states.address + batch * ROW_BYTES };
}

export function writePlan(words: Uint32Array, { planAddress, diagonalPlan }: LayerMemory, plan: LayerPlan): void {
  PLAN_FIELDS.forEach((field, index) => (words[(planAddress >> 2) + index] = plan[field]));
  if (diagonalPlan !== null) writeDiagonalPlan(words, planAddress + PLAN_BYTES, diagonalPlan);
}
