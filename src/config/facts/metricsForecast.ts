import * as l10n from "@vscode/l10n";
import type { Experiment } from "../schema/schema";
import { datasetShape } from "./datasetShape";
import { hasValidationFile } from "./earlyStopping";
import { resolveReadout } from "./taskTraits";

/** Above this a run says before it starts how much it will write. */
export const LARGE_METRICS = 200e6;
const BYTES = 8;

export interface MetricsForecast {
  /** The value that decides. */
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * What the scalars of every iteration will take on the disk; null for less than {@link LARGE_METRICS}, and where the
 * number of iterations depends on a data file.
 */
export function forecastMetrics(experiment: Experiment): MetricsForecast | null {
  const { task, training } = experiment;
  const data = training.epochs > 0 ? datasetShape(task, training.validation.share) : null;
  if (training.epochs > 0 && data === null) return null;
  const { batchSize, accumulate } = training;
  const perEpoch =
    data === null || batchSize === "full" ? 1 : Math.max(1, Math.floor(data.trainingSequences / batchSize));
  const iterations = training.epochs > 0 ? Math.ceil((training.epochs * perEpoch) / accumulate) : training.iterations;
  const bytes = (iterations + 1) * countScalars(experiment) * BYTES;
  if (bytes <= LARGE_METRICS) return null;
  return {
    path: ["training", training.epochs > 0 ? "epochs" : "iterations"],
    message: l10n.t(
      "A saved run of this experiment will take about {0} MB: the loss and the other metrics of every iteration are recorded.",
      Math.round(bytes / 1e6).toLocaleString("en-US"),
    ),
  };
}

/** Iteration, loss, two norms and the update ratio, and those that not every run has. */
function countScalars(experiment: Experiment): number {
  const { task, training } = experiment;
  const { kind } = training.optimizer;
  const isValues =
    task.kind === "sine" ||
    (task.kind === "csv" && task.targetKind !== "bits" && task.targetKind !== "classes") ||
    (task.kind === "arrays" && task.targetKind === "values");
  const hasAccuracy = !isValues;
  return [
    kind !== "rprop" && kind !== "rprop-pytorch",
    training.validation.share > 0 || hasValidationFile(task),
    hasAccuracy,
    hasAccuracy && resolveReadout(experiment) === "every",
    training.clip !== null && "value" in training.clip,
  ].reduce((count, isRecorded) => count + (isRecorded ? 1 : 0), 5);
}
