import type { Experiment } from "../schema/schema";
import { countData } from "./dataCounts";
import type { ExperimentFiles } from "./dataFiles";
import { datasetShape } from "./datasetShape";
import { estimateMemory, type TrainingPlace } from "./memoryEstimate";

/** Bytes that an experiment takes at its peak; 0 where its data do not serve, so that it will not be trained. */
export function trainingBytes(
  experiment: Experiment,
  files: ExperimentFiles | undefined,
  place: TrainingPlace,
): number {
  const { task, training } = experiment;
  const shape = datasetShape(task, training.validation.share, countData(task, files?.data ?? null));
  // Also of an experiment that is none: its thread says so.
  return shape == null ? 0 : estimateMemory(experiment, shape, place);
}
