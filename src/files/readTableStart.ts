import { trainingRowsOf } from "../config/facts/seriesPlan";
import { withTargetKind } from "../config/facts/taskTraits";
import type { Experiment } from "../config/schema/schema";
import { recognizedColumns, checkTableStart, type FileColumns } from "../tables/tableStart";
import type { TableProblem } from "../tables/tableProblem";
import { hasFiles, type TableTask } from "../tables/taskTable";
import { readDataStart, tablePattern } from "./readExperimentFiles";
import { listTables } from "./readTableFiles";

/** From so many bytes a table is recognized while an experiment is edited. */
const MAX_BYTES = 65_536;

/** What the start of the data says of an experiment. */
export interface DataStart {
  /** The table, or the first of several; null where its columns are not known. */
  readonly table: FileColumns | null;
  /** The table of their labels. */
  readonly labels: FileColumns | null;
  readonly problems: readonly TableProblem[];
}

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
export async function readTableStart(folder: string | null, experiment: Experiment): Promise<DataStart | null> {
  const task = withTargetKind(experiment);
  if (task.kind !== "csv") return null;
  const { share } = experiment.training.validation;
  const { labels: name } = task;
  const labelColumns = name === "" ? null : await readTableColumns(folder, name);
  const labels = labelColumns === null ? null : { file: name, columns: labelColumns };
  try {
    const file = hasFiles(task) ? await firstTable(folder, task) : task.file;
    const { bytes, whole } = await readDataStart(folder, file, MAX_BYTES);
    const { columns, problems } = checkTableStart(bytes, whole, task, (series) => trainingRowsOf(series, task, share));
    return { table: columns === null ? null : { file, columns }, labels, problems };
  } catch {
    return { table: null, labels, problems: [] };
  }
}

/** The first of several, by its name. @throws ExperimentError where there is none */
export async function firstTable(folder: string | null, task: Pick<TableTask, "files" | "labels">): Promise<string> {
  const [first] = await listTables(folder, tablePattern(task));
  return first!.name;
}
