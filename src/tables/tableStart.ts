/** What the first part of a table says, while an experiment is edited. */
import { memorySource, type ByteSource } from "./byteSource";
import { AUTO_KEYS, type TableKeys } from "./dialect";
import { recognizeTable } from "./recognize";
import { readTable } from "./readTable";
import { takeSample } from "./sample";
import { TableError, type TableProblem } from "./tableProblem";
import { askedNames, hasFiles, readTaskTable, requestsOf, type TableTask, type TrainingRows } from "./taskTable";

/** A file, and the names of the columns that it has. */
export interface FileColumns {
  readonly file: string;
  readonly columns: readonly string[];
}

export interface TableStart {
  /** Names of the columns; null when the header is cut off, or there is none. */
  readonly columns: readonly string[] | null;
  readonly problems: readonly TableProblem[];
}

/** Of a table of which nothing is known; null when its header is cut off, or there is none. */
export function recognizedColumns(bytes: Uint8Array, isWhole: boolean): readonly string[] | null {
  return namesIn(startOf(bytes, isWhole), isWhole, AUTO_KEYS, []);
}

/**
 * @param isWhole whether the bytes are all of the file: else its last line is left out, and nothing is said of the
 * rows for training and for validation
 */
export function checkTableStart(
  bytes: Uint8Array,
  isWhole: boolean,
  task: TableTask,
  trainingRows: TrainingRows = (all) => all,
): TableStart {
  const source = startOf(bytes, isWhole);
  const columns = namesIn(source, isWhole, task, askedNames(task));
  // Names that are not there have problems of their own, with the nearest names.
  if (columns === null || askedNames(task).some((name) => !columns.includes(name))) return { columns, problems: [] };
  try {
    // Of several files, the first one alone says nothing of that.
    const whole = isWhole && !hasFiles(task) ? readWhole(source, task, trainingRows) : null;
    return { columns, problems: whole ?? readTable(source, task, requestsOf(task), isWhole).report.problems };
  } catch (error) {
    if (error instanceof TableError) return { columns, problems: error.problems };
    throw error;
  }
}

/** Also of its labels; null where no sequences can be made of the table, which shows when the experiment runs. */
function readWhole(source: ByteSource, task: TableTask, trainingRows: TrainingRows): readonly TableProblem[] | null {
  try {
    return readTaskTable(source, task, trainingRows).report.problems;
  } catch (error) {
    if (error instanceof TableError) return null;
    throw error;
  }
}

function namesIn(
  source: ByteSource,
  isWhole: boolean,
  keys: TableKeys,
  asked: readonly string[],
): readonly string[] | null {
  const { names, written } = recognizeTable(takeSample(source, isWhole), keys, asked);
  // Of several columns of one name, the name alone is the first one.
  return names.length === 0 ? null : [...names, ...new Set(written.filter((name) => !names.includes(name)))];
}

function startOf(bytes: Uint8Array, isWhole: boolean): ByteSource {
  if (isWhole) return memorySource(bytes);
  const end = Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d)) + 1;
  return memorySource(bytes.subarray(0, end));
}
