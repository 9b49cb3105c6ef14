import type { Experiment, TaskConfig } from "../schema/schema";
import type { DatasetShape } from "./datasetShape";
import { kernelNetworkBytes, outputCount, referenceNetworkBytes, type NetworkUse } from "./engineMemory";
import { cellKindOf, lstmOptionsOf } from "./cellKind";
import { backendOf } from "./engineChoice";
import { isBidirectional, layerCount } from "./directions";
import { ctrnnSpec, isRnnNonlinearity } from "./leakyModel";
import { hasLengths, isGenerated, resolveBias, resolveReadout, taskTraits } from "./taskTraits";
import { isTrialTask } from "./trialTasks";
import { GATES, isMinimalCell, unseenParts } from "../../shared/trace/cells";
import { parameterCountOf, parameterLayout, type NetworkSpec } from "../../shared/trace/networkSpec";
import { askedNames, hasFileLabels, targetsOf } from "../../tables/taskTable";

/** @param isPadded whether its sequences have different lengths, where only the data file says so */
export function networkSpec(
  experiment: Experiment,
  inputSize: number,
  outputSize: number,
  isPadded = hasLengths(experiment.task),
): NetworkSpec {
  const { model, training } = experiment;
  const lstm = lstmOptionsOf(model);
  return {
    cell: cellKindOf(model),
    nonlinearity: isRnnNonlinearity(model.nonlinearity) ? model.nonlinearity : "tanh",
    inputSize,
    hiddenSize: model.hiddenSize,
    numLayers: layerCount(model),
    ...(isBidirectional(model) ? { directions: 2 as const } : {}),
    ...(isBidirectional(model) && resolveReadout(experiment) === "last" ? { readsEnds: true as const } : {}),
    bias: resolveBias(model),
    dropout: model.numLayers > 1 ? model.dropout : 0,
    readout: networkReadout(experiment, isPadded),
    outputSize,
    truncate: training.truncate > 0 ? training.truncate : null,
    ...(isMinimalCell(model.cell) ? { variant: model.variant } : {}),
    ...(model.learnedInitialState ? { learnedInitialState: true } : {}),
    ...(model.cell === "rglru" ? { heads: model.heads } : {}),
    ...(model.cell === "ctrnn" ? { ctrnn: ctrnnSpec(experiment) } : {}),
    ...(model.cell === "slstm" ? { slstm: { heads: model.heads, forgetGate: model.forgetGate } } : {}),
    ...(lstm === null ? {} : { lstm }),
  };
}

/** Sequences of different lengths end at different steps: the network answers at all of them, and one counts. */
function networkReadout(experiment: Experiment, isPadded: boolean): NetworkSpec["readout"] {
  const readout = resolveReadout(experiment);
  return readout === "last" && isPadded ? "every" : readout;
}

/** Where an experiment is trained, as far as its memory depends on it. */
export interface TrainingPlace {
  /** Threads that may share a batch. */
  readonly threads: number;
  /** A window keeps the trace and answers questions. */
  readonly isShown: boolean;
  /** Checkpoints are written to a file. */
  readonly isRecorded: boolean;
}

export const IN_WINDOW: TrainingPlace = { threads: 2, isShown: true, isRecorded: true };
/** One of several that are compared: a trial of a sweep or of a fix, a lane of a race. */
export const IN_TRIAL: TrainingPlace = { threads: 1, isShown: false, isRecorded: false };

/** Bytes by what they are for. */
export type MemoryParts = Readonly<
  Record<"thread" | "data" | "batch" | "training" | "side" | "copies" | "trace", number>
>;

/** Bytes that an experiment takes at its peak, beside what the program takes while nothing is trained. */
export function estimateMemory(experiment: Experiment, data: DatasetShape, place: TrainingPlace): number {
  return Object.values(memoryParts(experiment, data, place)).reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * Bytes that experiments on the same data take together, in one thread: a table that is read from its file is there
 * once.
 */
export function estimateTogether(experiments: readonly Experiment[], data: DatasetShape, place: TrainingPlace): number {
  const sum = experiments.reduce((bytes, experiment) => bytes + estimateMemory(experiment, data, place), 0);
  const [first] = experiments;
  if (first?.task.kind !== "csv" || data.counts?.textBytes !== 0) return sum;
  return sum - (experiments.length - 1) * tableBytes(first.task, data.counts);
}

/** Code and objects of a thread that trains, and garbage that waits for its collection. Measured. */
const THREAD_BYTES = 34e6;
/** Beside the sequences that training sees, questions are asked with so many at once at most. */
const QUESTION_BATCH = 32;
const QUESTION_WORK = 1e8;

export function memoryParts(experiment: Experiment, data: DatasetShape, place: TrainingPlace): MemoryParts {
  const { timeSteps, trainingSequences, sequences } = data;
  const { batchSize, optimizer } = experiment.training;
  const spec = networkSpec(experiment, data.inputSize, data.outputSize, data.isPadded);
  const parameters = parameterCountOf(parameterLayout(spec));
  const backend = backendOf(experiment);
  const network = (use: Partial<NetworkUse>): number => {
    const whole = { batch: 1, timeSteps, backward: true, moments: false, threads: 1, ...use } as const;
    return backend === "reference" ? referenceNetworkBytes(spec, whole) : kernelNetworkBytes(backend, spec, whole);
  };
  const batch = batchSize === "full" ? trainingSequences : Math.min(batchSize, trainingSequences);
  const heldOut = Math.min(batch, sequences - trainingSequences);
  const question = Math.min(QUESTION_BATCH, Math.max(4, Math.floor(QUESTION_WORK / (timeSteps * parameters))));
  const moments = backend !== "reference" || optimizer.kind !== "sgd";
  return {
    thread: THREAD_BYTES,
    data: dataBytes(experiment, data, spec),
    batch: batchBytes(experiment, data, spec, batch) + batchBytes(experiment, data, spec, heldOut),
    training: network({ batch, moments, threads: place.threads }),
    side:
      (batchSize === "full" ? 0 : network({})) +
      (heldOut > 0 ? network({ batch: heldOut, backward: false }) : 0) +
      (place.isShown ? network({ batch: Math.min(question, sequences), backward: false }) : 0),
    copies: copiesBytes(experiment, parameters, heldOut > 0, place),
    trace: place.isShown ? traceBytes(experiment, spec, data, parameters) : 0,
  };
}

/** Numbers of a target at one output step. */
function targetWidth({ task }: Experiment, { outputSize }: NetworkSpec): number {
  return taskTraits(task).losses[0] === "cross-entropy" ? 1 : outputSize;
}

/** Sequences that are compared for equal inputs at most, see src/core/analysis/dataFacts.ts, and the notes on each. */
const MOST_COMPARED = 100_000;
const COMPARED_BYTES = 600;

/** Sequences that are drawn are kept; windows of a series are numbers of its rows. A thread has the file too. */
function dataBytes(experiment: Experiment, { sequences, timeSteps, counts }: DatasetShape, spec: NetworkSpec): number {
  const { task, training } = experiment;
  const order = training.batchSize === "full" ? 0 : 4 * sequences;
  const compared = sequences > MOST_COMPARED ? 0 : COMPARED_BYTES * sequences;
  if (!isGenerated(task) && task.kind !== "arrays") {
    const symbolBytes = spec.inputSize <= 2 ** 8 ? 1 : spec.inputSize <= 2 ** 16 ? 2 : 4;
    const stored = task.kind === "csv" ? tableBytes(task, counts) : symbolBytes * (counts?.rows ?? 0);
    return stored + 2 * (counts?.textBytes ?? 0) + order + compared;
  }
  const isOneHot = task.kind === "copy" || task.kind === "temporal-order";
  const inputs = timeSteps * (isOneHot ? 1 : spec.inputSize);
  const targets = (spec.readout === "every" ? timeSteps : 1) * targetWidth(experiment, spec);
  // Of arrays, the files as well.
  // Of trials, also which steps count.
  const counted = isTrialTask(task) ? sequences * timeSteps : 0;
  return 8 * sequences * (inputs + targets) + counted + 2 * (counts?.textBytes ?? 0) + order + compared;
}

type CsvTask = Extract<TaskConfig, { readonly kind: "csv" }>;

/** Columns of numbers that are kept, those of a table of labels by the rows of its files. */
export function tableColumns(task: CsvTask, counts: DatasetShape["counts"]): number {
  return Math.max(askedNames(task).length, counts?.inputs ?? 0) + (hasFileLabels(task) ? targetsOf(task).length : 0);
}

/** The columns of a table, and those of the file that they are made of while it is read. */
export function tableBytes(task: CsvTask, counts: DatasetShape["counts"]): number {
  return 8 * (counts?.rows ?? 0) * tableColumns(task, counts);
}

/** Inputs, targets and gradients of the outputs. */
function batchBytes(
  experiment: Experiment,
  { timeSteps, inputSize }: DatasetShape,
  spec: NetworkSpec,
  batch: number,
): number {
  const outputs = outputCount(spec, batch, timeSteps);
  const targets = (outputs / spec.outputSize) * targetWidth(experiment, spec);
  return 8 * (batch * timeSteps * inputSize + targets + outputs);
}

/** Copies of parameters that a run keeps of itself, as the engine has them. */
const HISTORY_BYTES = 2 ** 26;
const MOST_FRAMES = 2000;
/** Models as small have their parameters in the trace. */
const TRACED_PARAMETERS = 64;

/** Scratch space and the best parameters; where it is shown its history; a checkpoint on its way to the file. */
function copiesBytes(
  experiment: Experiment,
  parameters: number,
  validates: boolean,
  { isShown, isRecorded }: TrainingPlace,
): number {
  const one = 8 * parameters;
  const isFloat32 = backendOf(experiment) === "float32";
  const frame = isFloat32 ? one / 2 : one;
  const hasFrames = parameters > TRACED_PARAMETERS && 2 * frame <= HISTORY_BYTES;
  const frames = hasFrames ? Math.min(HISTORY_BYTES, Math.min(MOST_FRAMES, tracedRows(experiment)) * frame) : 0;
  const saved = 3 + (validates ? 1 : 0);
  // Each of them as a copy in 64-bit floats, as its bytes, and within a frame of the file. Where the bytes are those of
  // 32-bit floats, part of it is collected before the rest is made. Measured.
  const checkpoint = saved * (one + (isFloat32 ? 2.5 : 3) * frame);
  return one + (validates ? one : 0) + (isShown ? frames + 2 * one : 0) + (isRecorded ? checkpoint : 0);
}

/** Where epochs are counted, there may be any number. */
function tracedRows({ training, trace }: Experiment): number {
  return training.epochs > 0 ? Infinity : training.iterations / trace.every + 1;
}

/** Bounds of the rows that a session keeps, see runCapacity in src/shared/trace/traceBuffer.ts. */
const TRACE_ROWS = 20_000;
const TRACE_BYTES = 2 ** 25;
/** Copies of rows on their way at most. Measured. */
const ROW_COPIES_BYTES = 20e6;
/** Numbers of a row for states and gates, see src/core/training/traceWriter.ts. */
const TRACED_NUMBERS = 16_384;
const SCALARS = 10;

/** The rows in the window and on their way there. */
function traceBytes(
  experiment: Experiment,
  spec: NetworkSpec,
  { timeSteps: T }: DatasetShape,
  parameters: number,
): number {
  const { hiddenSize: H, numLayers: L, cell } = spec;
  const perUnit = (2 + unseenParts(cell).length) * (T + 1) + GATES[cell].length * T;
  const units = Math.max(1, Math.min(H, Math.floor(TRACED_NUMBERS / (perUnit * L))));
  const row =
    8 *
    (SCALARS +
      (parameters <= TRACED_PARAMETERS ? parameters : 0) +
      L * (T + 1 + perUnit * units) +
      outputCount(spec, 1, T));
  const kept = Math.min(TRACE_BYTES, Math.min(TRACE_ROWS, tracedRows(experiment)) * row);
  // A layer with more units than are traced is read whole first.
  const read = units < H ? 8 * L * perUnit * H : 0;
  // Rows wait for their report and for the file, and cross to the window as copies, which are collected later.
  return 2 * kept + Math.min(3 * kept, ROW_COPIES_BYTES) + read;
}
