import type { Experiment } from "../schema/schema";
import { countData } from "./dataCounts";
import type { ExperimentFiles } from "./dataFiles";
import { datasetShape } from "./datasetShape";
import { estimateMemory, type TrainingPlace } from "./memoryEstimate";
import { withTargetKind } from "./taskTraits";

/** Bytes that an experiment takes at its peak; 0 where its data do not serve, so that it will not be trained. */
export function trainingBytes(
  experiment: Experiment,
  files: ExperimentFiles | undefined,
  place: TrainingPlace,
): number {
  const task = withTargetKind(experiment);
  const { share } = experiment.training.validation;
  const shape = datasetShape(task, share, countData(task, files?.data ?? null));
  // Also of an experiment that is none: its thread says so.
  return shape == null ? 0 : estimateMemory({ ...experiment, task }, shape, place) + weightsBytes(files);
}

/** The window and the thread each have the file. */
function weightsBytes(files: ExperimentFiles | undefined): number {
  return 2 * (files?.weights?.byteLength ?? 0);
}

/** Its numbers are half as long in the file, and are joined, copied and sent to the window. Measured. */
const READING_FACTOR = 5;

/** Bytes that reading a recorded run takes at its peak. @param fileBytes of its file */
export function readingBytes(fileBytes: number): number {
  return READING_FACTOR * fileBytes;
}
