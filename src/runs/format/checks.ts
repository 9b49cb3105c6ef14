/** What a run file says, checked once where it comes in: a file may be damaged, from another version, or made by somebody else. */
import type { Experiment } from "../../config/schema/schema";
import type { Checkpoint, RandomState } from "../../core/numerics/checkpoint";
import { RULES, type Finding } from "../../shared/wire/findings";
import {
  COLUMN,
  TRACE_VERSION,
  type ColumnSpec,
  type LossSurface,
  type ParameterInfo,
  type RunPhase,
  type RunStatus,
  type TraceHeader,
} from "../../shared/trace/trace";
import type { NumberArray, Payload } from "./payload";
import type { RunEvent, RunMeta, RunProgress } from "./runContents";

/** Above what the trainer writes: a row of all columns, and the numbers in an array of the header. */
const MAX_NUMBERS_PER_ROW = 4_000_000;
const MAX_COLUMNS = 10_000;
const RANDOM_WORDS = 624;
const PHASES: readonly RunPhase[] = ["idle", "starting", "running", "paused", "done", "stopped", "diverged", "failed"];

type Fields = Readonly<Record<string, unknown>>;

export function readMeta(value: unknown): RunMeta | null {
  if (!isFields(value)) return null;
  const {
    runId,
    uri,
    fileName,
    name,
    startedAt,
    configText,
    config,
    configHash,
    seed,
    engine,
    threads,
    versions,
    writer,
    resumedFrom,
    files,
  } = value;
  if (
    !isText(runId) ||
    !isText(uri) ||
    !isText(fileName) ||
    !isText(name) ||
    !isText(configText) ||
    !isText(configHash)
  )
    return null;
  if (
    !isNumber(startedAt) ||
    !isNumber(seed) ||
    (engine !== "float64" && engine !== "float32") ||
    (threads !== 1 && threads !== 2)
  )
    return null;
  if (!looksLikeExperiment(config) || !isFields(versions) || !isFields(writer) || !isFields(files)) return null;
  const { process, machine } = writer;
  if (!isNumber(process) || !isText(machine) || !(resumedFrom === null || isText(resumedFrom))) return null;
  return {
    runId,
    uri,
    fileName,
    name,
    startedAt,
    configText,
    config,
    configHash,
    seed,
    engine,
    threads,
    resumedFrom,
    versions: Object.fromEntries(
      Object.entries(versions).filter((entry): entry is [string, string] => isText(entry[1])),
    ),
    writer: { process, machine },
    files: {
      data: isNumber(files["data"]) ? files["data"] : null,
      weights: isNumber(files["weights"]) ? files["weights"] : null,
    },
  };
}

/** Enough for what is shown of it. Who trains it reads the text anew. */
function looksLikeExperiment(value: unknown): value is Experiment {
  return (
    isFields(value) &&
    isFields(value["task"]) &&
    isFields(value["model"]) &&
    isFields(value["training"]) &&
    isFields(value["training"]["optimizer"]) &&
    isFields(value["trace"])
  );
}

export function readHeader(value: unknown): TraceHeader | null {
  if (!isFields(value) || value["version"] !== TRACE_VERSION) return null;
  const {
    runId,
    name,
    configHash,
    engine,
    iterations,
    timeSteps,
    cell,
    hiddenSize,
    numLayers,
    parameters,
    columns,
    inspected,
    clip,
  } = value;
  const right =
    isText(runId) &&
    isText(name) &&
    isText(configHash) &&
    isText(cell) &&
    (engine === "float64" || engine === "float32") &&
    [iterations, timeSteps, hiddenSize, numLayers].every(isCount) &&
    isList(parameters, isParameter) &&
    areColumns(columns) &&
    isFields(inspected) &&
    isCount(inspected["sequence"]) &&
    isCount(inspected["inputSize"]) &&
    isNumbers(inspected["input"]) &&
    isNumbers(inspected["target"]) &&
    (clip === null || (isFields(clip) && (isNumber(clip["norm"]) || isNumber(clip["value"]))));
  return right ? (value as unknown as TraceHeader) : null;
}

function areColumns(value: unknown): value is readonly ColumnSpec[] {
  if (!isList(value, isColumn) || value.length > MAX_COLUMNS) return false;
  const names = new Set(value.map(({ name }) => name));
  return (
    names.size === value.length &&
    Object.values(COLUMN).every((name) => value.some((column) => column.name === name && column.length === 1)) &&
    value.reduce((sum, { length }) => sum + length, 0) <= MAX_NUMBERS_PER_ROW
  );
}

function isColumn(value: unknown): value is ColumnSpec {
  return (
    isFields(value) &&
    isText(value["name"]) &&
    isCount(value["length"]) &&
    isList(value["shape"], isCount) &&
    value["shape"].reduce((product, axis) => product * axis, 1) === value["length"]
  );
}

function isParameter(value: unknown): value is ParameterInfo {
  return isFields(value) && isText(value["name"]) && isList(value["shape"], isCount) && isCount(value["offset"]);
}

/** What a frame of status or end says. */
export function readProgress(value: unknown): RunProgress | null {
  if (!isFields(value)) return null;
  const { checkpoint, endedAt } = value;
  const status = readStatus(value["status"]);
  if (status === null || !(checkpoint === null || isCount(checkpoint)) || !(endedAt === null || isNumber(endedAt)))
    return null;
  return { status, checkpoint, endedAt };
}

function readStatus(value: unknown): RunStatus | null {
  if (!isFields(value)) return null;
  // Before there was advice, it was a part of the message.
  const { phase, iteration, iterations, loss, trainMs, stepsPerSecond, message, advice = null } = value;
  if (
    !PHASES.some((known) => known === phase) ||
    !isCount(iteration) ||
    !isCount(iterations) ||
    !isNumber(trainMs) ||
    !isNumber(stepsPerSecond)
  )
    return null;
  if (!(loss === null || isNumber(loss)) || !isTextOrNull(message) || !isTextOrNull(advice)) return null;
  return { phase: phase as RunPhase, iteration, iterations, loss, trainMs, stepsPerSecond, message, advice };
}

/** Whether it fits its network is for the trainer to find out; here, that each part is there and of its kind. */
export function readCheckpoint({ value, arrays }: Payload, header: TraceHeader | null): Checkpoint | null {
  if (!isFields(value) || header === null) return null;
  const { iteration, steps, batchPosition, batchRandom, dropoutRandom, scores } = value;
  if (!isCount(iteration) || !isCount(steps) || !isCount(batchPosition) || !isFields(scores)) return null;
  const { loss, validationLoss, accuracy, exactAccuracy } = scores;
  const parameters = floats(arrays.get("parameters"));
  if (
    parameters === null ||
    !isNumber(loss) ||
    !isNumber(validationLoss) ||
    !isNumber(accuracy) ||
    !isNumber(exactAccuracy)
  )
    return null;
  return {
    iteration,
    parameters,
    optimizer: { steps, first: floats(arrays.get("first")), second: floats(arrays.get("second")) },
    batches: { position: batchPosition, random: readRandom(batchRandom, arrays.get("batches")) },
    dropout: readRandom(dropoutRandom, arrays.get("dropout")),
    carried: floats(arrays.get("carried")),
    scores: { loss, validationLoss, accuracy, exactAccuracy },
  };
}

function readRandom(position: unknown, words: NumberArray | undefined): RandomState | null {
  return words instanceof Uint32Array && words.length === RANDOM_WORDS && isCount(position) && position <= RANDOM_WORDS
    ? { words, position }
    : null;
}

function floats(values: NumberArray | undefined): Float64Array | null {
  return values instanceof Float64Array ? values : null;
}

export function readRunEvent(value: unknown): RunEvent | null {
  return isFields(value) && isText(value["kind"]) && isCount(value["iteration"])
    ? { kind: value["kind"], iteration: value["iteration"], detail: value["detail"] }
    : null;
}

export function readFindings(value: unknown): readonly Finding[] | null {
  return isList(value, isFinding) ? value : null;
}

function isFinding(value: unknown): value is Finding {
  if (!isFields(value)) return false;
  const { rule, severity, iteration, timeStep, numbers, message, configPath, fixes } = value;
  const isFix = (fix: unknown): boolean =>
    isFields(fix) &&
    isText(fix["title"]) &&
    isList(fix["edits"], (edit): edit is Fields => isFields(edit) && isList(edit["path"], isText));
  return (
    RULES.some((known) => known === rule) &&
    (severity === "warning" || severity === "information") &&
    isCount(iteration) &&
    (timeStep === null || isCount(timeStep)) &&
    isFields(numbers) &&
    isText(message) &&
    isList(configPath, isText) &&
    Array.isArray(fixes) &&
    fixes.every(isFix)
  );
}

export function readSurface({ value, arrays }: Payload): LossSurface | null {
  if (!isFields(value)) return null;
  const { runId, xParameter, yParameter, xRange, yRange, columns, rows } = value;
  const loss = floats(arrays.get("loss"));
  const isRange = (range: unknown): range is readonly [number, number] => isNumbers(range) && range.length === 2;
  if (
    !isText(runId) ||
    !isCount(xParameter) ||
    !isCount(yParameter) ||
    !isRange(xRange) ||
    !isRange(yRange) ||
    !isCount(columns) ||
    !isCount(rows) ||
    loss?.length !== rows * columns
  )
    return null;
  return { runId, xParameter, yParameter, xRange, yRange, columns, rows, loss: loss as Float64Array<ArrayBuffer> };
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);
const isNumber = (value: unknown): value is number => typeof value === "number";
const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const isList = <T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] =>
  Array.isArray(value) && value.every(isItem);
const isNumbers = (value: unknown): value is readonly number[] => isList(value, isNumber);
