import { COLUMN, OPTIONAL_COLUMN, vectorColumn, type ColumnSpec, type TraceRecorder } from "../../shared/trace/trace";
import { GATES, hasComplexState, POLAR_PARTS, unseenParts } from "../../shared/trace/cells";
import { layerWidth, sizeOf } from "../../shared/trace/networkSpec";
import type { Network } from "../network/network";

/** Above this many parameters a trace keeps no column of them. */
const MAX_TRACED_PARAMETERS = 64;
/**
 * Numbers in a row for states, gates and their gradients of the inspected sequence; the first units of each layer, at
 * least one.
 */
const MAX_TRACED_NUMBERS = 16384;

/** From this many numbers on a row is read straight into its column, for which a view has to be made. */
const LONG_ROW = 256;

export interface TracedMetrics {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly clippedNorm: number;
  readonly updateRatio: number;
  readonly learningRate: number;
  readonly validationLoss: number;
  readonly accuracy: number;
  readonly exactAccuracy: number;
  readonly clipCosine: number;
}

/** The same while a step fills them in. */
export type WritableMetrics = { -readonly [K in keyof TracedMetrics]: TracedMetrics[K] };

/** Which of the optional columns the run has. */
export type OptionalColumns = Readonly<Record<keyof typeof OPTIONAL_COLUMN, boolean>>;

export interface TraceSources {
  /** The network that trains. */
  readonly network: Network;
  readonly timeSteps: number;
  /** The network whose last forward and backward hold the inspected sequence, and its row there; may be `network`. */
  readonly inspector: Network;
  readonly inspectedRow: number;
  /** Steps of it that are data: after them, there is nothing to show. */
  readonly inspectedSteps: number;
  /** The length of each sequence in the batch; null where all are as long. */
  readonly lengths: (() => Uint32Array) | null;
}

export interface TraceWriter {
  readonly columns: readonly ColumnSpec[];
  /**
   * Writes one row out of the last forward and backward of the networks; returns its index.
   * @param outputs of the inspector
   */
  writeRow(recorder: TraceRecorder, iteration: number, metrics: TracedMetrics, outputs: Float64Array): number;
  /** The update comes after the row, so its ratio is written later. */
  writeUpdateRatio(recorder: TraceRecorder, row: number, updateRatio: number): void;
}

/** Fills `values`, one row of a column. */
type Read = (values: Float64Array, outputs: Float64Array) => void;

interface VectorColumn {
  readonly name: string;
  readonly shape: readonly number[];
  readonly read: Read;
}

/** @param most numbers of a row for the inspected sequence */
export function createTraceWriter(
  sources: TraceSources,
  optional: OptionalColumns,
  most = MAX_TRACED_NUMBERS,
): TraceWriter {
  const scalars = Object.values(COLUMN) as (keyof TracedMetrics | "iteration")[];
  for (const [key, name] of Object.entries(OPTIONAL_COLUMN))
    if (optional[key as keyof OptionalColumns]) scalars.push(name);
  const updateRatioColumn = scalars.indexOf(COLUMN.updateRatio);
  const vectorColumns = listVectors(sources, most);
  const vectors = vectorColumns.map(({ shape, read }) => ({ read, values: new Float64Array(sizeOf(shape)) }));
  return {
    columns: [
      ...scalars.map((name) => ({ name, length: 1, shape: [1] })),
      ...vectorColumns.map(({ name, shape }) => ({ name, length: sizeOf(shape), shape })),
    ],

    writeRow(recorder, iteration, metrics, outputs) {
      const row = recorder.nextRow();
      const into = recorder.columns;
      for (let i = 0; i < scalars.length; i++) {
        into[i]![row] = scalarOf(scalars[i]!, iteration, metrics);
      }
      for (let i = 0; i < vectors.length; i++) {
        const { read, values } = vectors[i]!;
        const column = into[scalars.length + i]!;
        if (values.length >= LONG_ROW) {
          read(column.subarray(row * values.length, (row + 1) * values.length), outputs);
          continue;
        }
        read(values, outputs);
        // A loop and not set(): rows are short, and a call into the runtime costs more than the copy.
        const start = row * values.length;
        for (let j = 0; j < values.length; j++) column[start + j] = values[j]!;
      }
      return row;
    },

    writeUpdateRatio(recorder, row, updateRatio) {
      recorder.columns[updateRatioColumn]![row] = updateRatio;
    },
  };
}

/** By a switch and not by `metrics[name]`, which would make an object of each number. */
function scalarOf(name: keyof TracedMetrics | "iteration", iteration: number, metrics: TracedMetrics): number {
  switch (name) {
    case "iteration":
      return iteration;
    case "loss":
      return metrics.loss;
    case "gradientNorm":
      return metrics.gradientNorm;
    case "clippedNorm":
      return metrics.clippedNorm;
    case "updateRatio":
      return metrics.updateRatio;
    case "learningRate":
      return metrics.learningRate;
    case "validationLoss":
      return metrics.validationLoss;
    case "accuracy":
      return metrics.accuracy;
    case "exactAccuracy":
      return metrics.exactAccuracy;
    case "clipCosine":
      return metrics.clipCosine;
  }
}

/** The columns that are read out of the networks, in the order of the trace. */
function listVectors(sources: TraceSources, most: number): VectorColumn[] {
  const { network, timeSteps: T, inspector, inspectedRow, inspectedSteps, lengths } = sources;
  const { spec, parameterCount } = network;
  const { hiddenSize: H, numLayers: L } = spec;
  const P = layerWidth(spec);
  const gates = GATES[spec.cell];
  const columns: VectorColumn[] = [];
  const add = (name: string, shape: readonly number[], read: Read) => columns.push({ name, shape, read });
  const addUnits = (name: string, steps: number, width: number, fill: Fill) =>
    columns.push(firstUnits(sources, most, name, steps, width, fill));

  if (parameterCount <= MAX_TRACED_PARAMETERS)
    add(vectorColumn.parameters, [parameterCount], (values) => network.readParameters(values));
  for (let l = 0; l < L; l++) {
    // The sizes of complex gradients have no sum.
    const sums = P === 1 && !hasComplexState(spec.cell) ? new Float64Array(T + 1) : null;
    add(vectorColumn.stateGradNorm(l), [T + 1], (values) => {
      network.readStateGradientNorms(l, values, sums);
      if (lengths !== null) meanOfPresent(values, lengths());
    });
    // Filled by the column before it.
    if (sums !== null) add(vectorColumn.stateGradSum(l), [T + 1], (values) => values.set(sums));
    addUnits(vectorColumn.state(l), T + 1, P, (into) => inspector.readStates(l, inspectedRow, into));
    addUnits(vectorColumn.stateGrad(l), T + 1, P, (into) => inspector.readStateGradients(l, inspectedRow, into));
    for (const gate of gates)
      addUnits(vectorColumn.gate(gate, l), T, H, (into) => inspector.readGate(l, gate, inspectedRow, into));
    if (hasComplexState(spec.cell))
      for (const part of POLAR_PARTS)
        addUnits(vectorColumn.part(part, l), T + 1, H, (into) => readPolar(sources, l, part, into));
    else
      for (const part of unseenParts(spec.cell))
        addUnits(vectorColumn.part(part, l), T + 1, H, (into) => inspector.readPart(l, part, inspectedRow, into));
  }
  const outputShape = spec.readout === "every" ? [T, spec.outputSize] : [spec.outputSize];
  const outputLength = sizeOf(outputShape);
  add(vectorColumn.output, outputShape, (values, outputs) => {
    for (let i = 0; i < outputLength; i++) values[i] = outputs[inspectedRow * outputLength + i]!;
    if (spec.readout === "every") values.fill(NaN, inspectedSteps * spec.outputSize);
  });
  return columns;
}

/**
 * From a mean over a batch to one over the sequences that have such a step; NaN where none has. The gradient of the
 * others is 0 there.
 */
function meanOfPresent(values: Float64Array, lengths: Uint32Array): void {
  for (let t = 0; t < values.length; t++) {
    let present = 0;
    for (const length of lengths) if (length >= t) present++;
    values[t] = present === 0 ? NaN : (values[t]! * lengths.length) / present;
  }
}

/** Of a complex state. @param into [T + 1, H] */
function readPolar(
  { inspector, inspectedRow }: TraceSources,
  layer: number,
  part: (typeof POLAR_PARTS)[number],
  into: Float64Array,
): void {
  const im = new Float64Array(into.length);
  inspector.readPart(layer, "re", inspectedRow, into);
  inspector.readPart(layer, "im", inspectedRow, im);
  for (let i = 0; i < into.length; i++)
    into[i] = part === "modulus" ? Math.hypot(into[i]!, im[i]!) : Math.atan2(im[i]!, into[i]!);
}

/** Fills [steps, width]. */
type Fill = (into: Float64Array) => void;

/** Of what `fill` reads the first units of each step, as many as a row may hold. */
function firstUnits(
  { network, timeSteps: T, inspectedSteps }: TraceSources,
  most: number,
  name: string,
  steps: number,
  width: number,
  fill: Fill,
): VectorColumn {
  const { cell, numLayers: L } = network.spec;
  const perLayer = (2 + unseenParts(cell).length) * (T + 1) + GATES[cell].length * T;
  const units = Math.max(1, Math.min(width, Math.floor(most / (perLayer * L))));
  /** Entries of the sequence, its initial state included where there is one. */
  const present = steps - T + inspectedSteps;
  if (units === width) {
    const read = (values: Float64Array): void => {
      fill(values);
      values.fill(NaN, present * width);
    };
    return { name, shape: [steps, width], read: present === steps ? fill : read };
  }
  const all = new Float64Array(steps * width);
  const read = (values: Float64Array): void => {
    fill(all);
    for (let t = 0; t < present; t++) for (let j = 0; j < units; j++) values[t * units + j] = all[t * width + j]!;
    values.fill(NaN, present * units);
  };
  return { name, shape: [steps, units], read };
}
