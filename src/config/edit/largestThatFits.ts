import { MEMORY_LIMIT, datasetShape, estimateMemory } from "../facts/memoryEstimate";
import { schemaAt, type JsonPath } from "../schema/jsonSchema";
import { experimentSchema } from "../schema/fileSchema";
import type { Experiment } from "../schema/schema";

export interface FittingValue {
  readonly path: readonly string[];
  readonly key: string;
  readonly value: number;
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
 * a batch, then others. None for a file's data, whose size is not known before it is read.
 */
export function largestThatFits(experiment: Experiment, path: JsonPath): FittingValue[] {
  const paths = [path.map(String), ...SIZES.filter((other) => other.join(".") !== path.join("."))];
  return paths.flatMap((candidate) => {
    const value = fit(experiment, candidate);
    return value === null ? [] : [{ path: candidate, key: candidate.join("."), value }];
  });
}

function fit(experiment: Experiment, path: readonly string[]): number | null {
  const current = path.reduce<unknown>(
    (at, key) => (at as Readonly<Record<string, unknown>> | undefined)?.[key],
    experiment,
  );
  const sequences = datasetShape(experiment.task, experiment.training.validation.share)?.trainingSequences ?? 0;
  const most = current === "full" ? sequences : current;
  if (typeof most !== "number") return null;
  const least = schemaAt(experimentSchema, path, experiment)?.minimum ?? 1;
  const fits = (value: number): boolean => {
    const changed = withNumber(experiment, path, value);
    const data = datasetShape(changed.task, changed.training.validation.share);
    return data !== null && estimateMemory(changed, data) <= MEMORY_LIMIT;
  };
  let low = Math.max(1, least);
  let high = most;
  if (!(high > low) || !fits(low)) return null;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  const rounded = twoDigitsDown(low);
  return rounded >= least ? rounded : low;
}

function withNumber(experiment: Experiment, [section = "", ...rest]: readonly string[], value: number): Experiment {
  const key = rest[0] ?? "";
  return {
    ...experiment,
    [section]: { ...(experiment as unknown as Readonly<Record<string, object>>)[section], [key]: value },
  };
}

function twoDigitsDown(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.floor(value / unit) * unit;
}
