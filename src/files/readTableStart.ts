import { trainingRowsOf } from "../config/facts/seriesPlan";
import { withTargetKind } from "../config/facts/taskTraits";
import type { Experiment } from "../config/schema/schema";
import { recognizedColumns, checkTableStart, type TableStart } from "../tables/tableStart";
import { readDataStart } from "./readExperimentFiles";

/** From so many bytes a table is recognized while an experiment is edited. */
const MAX_BYTES = 65_536;

/** The names of the columns of a table; null when the file does not serve, or its header does not end in time. */
export async function readTableColumns(folder: string | null, file: string): Promise<readonly string[] | null> {
  try {
    const { bytes, whole } = await readDataStart(folder, file, MAX_BYTES);
    return recognizedColumns(bytes, whole);
  } catch {
    return null;
  }
}

/** The same, and what is wrong with the first rows of the table that an experiment would read. */
export async function readTableStart(folder: string | null, experiment: Experiment): Promise<TableStart | null> {
  const task = withTargetKind(experiment);
  if (task.kind !== "csv") return null;
  const { share } = experiment.training.validation;
  try {
    const { bytes, whole } = await readDataStart(folder, task.file, MAX_BYTES);
    return checkTableStart(bytes, whole, task, (series) => trainingRowsOf(series, task, share));
  } catch {
    return null;
  }
}
