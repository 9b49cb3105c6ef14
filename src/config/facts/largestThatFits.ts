import type { DataCounts } from "./dataCounts";
import { datasetShape } from "./datasetShape";
import { estimateMemory } from "./memoryEstimate";
import { memoryLimit } from "./memoryLimit";
import { numericBranch, schemaAt, type JsonPath } from "../schema/jsonSchema";
import { experimentSchema } from "../schema/fileSchema";
import type { Experiment } from "../schema/schema";

export interface FittingValue {
  readonly path: readonly string[];
  readonly key: string;
  readonly value: number;
  /** Whether it is the smallest that fits, and the present one is smaller. */
  readonly isRaised: boolean;
}

/** Where a smaller number may help, besides the one that the problem names. */
const SIZES: readonly (readonly string[])[] = [
  ["training", "batchSize"],
  ["task", "sequences"],
  ["task", "length"],
  ["task", "bits"],
  ["task", "delay"],
  ["model", "hiddenSize"],
];

/**
 * Values that bring an experiment under the memory limit, each by itself, in two digits: first the one at `path`, then
 * a batch, then others, and last a stride, which gives fewer windows. None for the data of a file whose `counts` are
 * not known.
 */
export function largestThatFits(
  experiment: Experiment,
  path: JsonPath,
  counts: DataCounts | null = null,
): FittingValue[] {
  const paths = [path.map(String), ...SIZES.filter((other) => other.join(".") !== path.join("."))];
  const reduced = paths.flatMap((candidate) => {
    const value = fit(experiment, candidate, counts);
    return value === null ? [] : [{ path: candidate, key: candidate.join("."), value, isRaised: false }];
  });
  const stride = fitStride(experiment, counts);
  return stride === null
    ? reduced
    : [...reduced, { path: STRIDE, key: STRIDE.join("."), value: stride, isRaised: true }];
}

/** Of values that save nearly as much as the one that saves most, the first in {@link SIZES}. */
const NEARLY = 0.9;

/**
 * The value that the memory depends on most: at its smallest, the experiment takes the least. A batch of all sequences
 * is not named, since their number decides.
 */
export function costliestSize(experiment: Experiment, counts: DataCounts | null): readonly string[] {
  const present = bytesOf(experiment, counts);
  const isFull = experiment.training.batchSize === "full" && "sequences" in experiment.task;
  const savings = SIZES.slice(isFull ? 1 : 0).flatMap((path) => {
    const range = rangeOf(experiment, path, counts);
    if (range === null) return [];
    return [{ path, bytes: present - bytesOf(withNumber(experiment, path, range.least), counts) }];
  });
  const most = Math.max(...savings.map(({ bytes }) => bytes));
  return savings.find(({ bytes }) => bytes >= NEARLY * most)?.path ?? ["task"];
}

/** From the least value that is allowed to the present one; null where there is no such number. */
function rangeOf(
  experiment: Experiment,
  path: readonly string[],
  counts: DataCounts | null,
): { readonly least: number; readonly present: number } | null {
  const current = path.reduce<unknown>(
    (at, key) => (at as Readonly<Record<string, unknown>> | undefined)?.[key],
    experiment,
  );
  const shape = datasetShape(experiment.task, experiment.training.validation.share, counts);
  const present = current === "full" ? (shape?.trainingSequences ?? 0) : current;
  if (typeof present !== "number") return null;
  const least = Math.max(1, numericBranch(schemaAt(experimentSchema, path, experiment))?.minimum ?? 1);
  return present > least ? { least, present } : null;
}

/** Infinity where the data of the task are not known. */
function bytesOf(experiment: Experiment, counts: DataCounts | null): number {
  const data = datasetShape(experiment.task, experiment.training.validation.share, counts);
  return data === null ? Infinity : estimateMemory(experiment, data, memoryLimit().place);
}

function fit(experiment: Experiment, path: readonly string[], counts: DataCounts | null): number | null {
  const range = rangeOf(experiment, path, counts);
  if (range === null) return null;
  const { bytes: limit } = memoryLimit();
  const fits = (value: number): boolean => bytesOf(withNumber(experiment, path, value), counts) <= limit;
  const { least } = range;
  let low = least;
  let high = range.present;
  if (!fits(low)) return null;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  const rounded = twoDigitsDown(low);
  return rounded >= least ? rounded : low;
}

const STRIDE: readonly string[] = ["task", "stride"];

/** The smallest stride that fits; null where none does, and for tasks without windows. */
function fitStride(experiment: Experiment, counts: DataCounts | null): number | null {
  const { task } = experiment;
  if (task.kind !== "csv" || task.length === "series" || counts === null) return null;
  const { bytes: limit } = memoryLimit();
  const fits = (stride: number): boolean => bytesOf(withNumber(experiment, STRIDE, stride), counts) <= limit;
  let low = task.stride;
  let high = Math.min(counts.rows, numericBranch(schemaAt(experimentSchema, STRIDE, experiment))?.maximum ?? Infinity);
  if (high <= low || !fits(high)) return null;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) high = middle;
    else low = middle;
  }
  const rounded = twoDigitsUp(high);
  return fits(rounded) ? rounded : high;
}

function withNumber(experiment: Experiment, [section = "", ...rest]: readonly string[], value: number): Experiment {
  const key = rest[0] ?? "";
  return {
    ...experiment,
    [section]: { ...(experiment as unknown as Readonly<Record<string, object>>)[section], [key]: value },
  };
}

function twoDigitsDown(value: number): number {
  const unit = secondDigit(value);
  return Math.floor(value / unit) * unit;
}

function twoDigitsUp(value: number): number {
  const unit = secondDigit(value);
  return Math.ceil(value / unit) * unit;
}

function secondDigit(value: number): number {
  return 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
}
