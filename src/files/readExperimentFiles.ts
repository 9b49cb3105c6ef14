/**
 * The files that an experiment names: data and weights.
 *
 * An experiment may come from anywhere, so a name is relative and leads, links followed, to a regular file of bounded
 * size inside the experiment's own folder.
 */
import { isUtf8 } from "node:buffer";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Experiment } from "../config/schema/schema";
import { ExperimentError } from "../config/facts/experimentError";
import {
  MAX_ARRAY_BYTES,
  MAX_TABLE_BYTES,
  MAX_TABLE_FILES_BYTES,
  MAX_TEXT_BYTES,
  MAX_WEIGHTS_BYTES,
  type ExperimentFiles,
  type TableFile,
} from "../config/facts/dataFiles";
import { identityOf, readFrom, sizeWithin } from "../disk/regularFile";
import { hasFiles, type TableTask } from "../tables/taskTable";
import { notUtf8, readNamed, withFile, type NamedFile } from "./namedFile";
import { arrayFileNames, readArrayFiles, type ArrayFileName } from "./readArrayFiles";
import { listTables, readTableFiles, type TablePattern } from "./readTableFiles";

interface NamedFiles {
  /** Of text and csv. */
  readonly data: NamedFile | null;
  /** Of a csv task with several files. */
  readonly tables: TablePattern | null;
  readonly arrays: readonly NamedFile[];
  readonly weights: NamedFile | null;
}

function filesOf({ task, model }: Experiment): NamedFiles {
  const tables = task.kind === "csv" && hasFiles(task) ? tablePattern(task) : null;
  return {
    data:
      "file" in task && task.kind !== "arrays" && tables === null
        ? { name: task.file, path: ["task", "file"], maxBytes: task.kind === "csv" ? MAX_TABLE_BYTES : MAX_TEXT_BYTES }
        : null,
    tables,
    arrays: task.kind === "arrays" ? arrayFileNames(task).map(namedArrays) : [],
    weights:
      model.init.file === ""
        ? null
        : { name: model.init.file, path: ["model", "init", "file"], maxBytes: MAX_WEIGHTS_BYTES },
  };
}

function namedTables(name: string, key: "files" | "labels"): NamedFile {
  return { name, path: ["task", key], maxBytes: MAX_TABLE_FILES_BYTES };
}

export function tablePattern({ files = "", labels = "" }: Pick<TableTask, "files" | "labels">): TablePattern {
  return { tables: namedTables(files, "files"), labels: labels === "" ? null : namedTables(labels, "labels") };
}

function namedArrays({ key, name }: ArrayFileName): NamedFile {
  return { name, path: ["task", key], maxBytes: MAX_ARRAY_BYTES };
}

/** Whether it needs more than its own text. */
export function namesFiles(experiment: Experiment): boolean {
  const { data, tables, arrays, weights } = filesOf(experiment);
  return data !== null || tables !== null || arrays.length > 0 || weights !== null;
}

/** Each of them, those of a pattern one by one. @throws ExperimentError when a pattern means none */
export async function listExperimentFiles(folder: string | null, experiment: Experiment): Promise<NamedFile[]> {
  const { data, tables, arrays, weights } = filesOf(experiment);
  const named = [data, tables?.labels ?? null, ...arrays, weights].filter((file) => file !== null);
  return tables === null ? named : [...named, ...(await listTables(folder, tables))];
}

/**
 * Whether the files are there and may be read, without reading them.
 * @param folder of the experiment; null when it is not on a disk
 * @returns a reason for each that may not
 */
export async function checkExperimentFiles(folder: string | null, experiment: Experiment): Promise<ExperimentError[]> {
  const { data, tables, arrays, weights } = filesOf(experiment);
  const errors: ExperimentError[] = [];
  const collect = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ExperimentError)) throw error;
      errors.push(error);
    }
  };
  const check = (file: NamedFile): Promise<unknown> =>
    withFile(folder, file, async ({ stats }) => sizeWithin(stats, file.maxBytes));
  for (const file of [data, tables?.labels ?? null, ...arrays, weights])
    if (file !== null) await collect(() => check(file));
  // Thousands of files are opened when they are read; the first one shows most of what may be wrong.
  if (tables !== null)
    await collect(async () => {
      const [first] = await listTables(folder, tables);
      await check(first!);
    });
  return errors;
}

/**
 * A single table of more than a few bytes is not read: whoever trains opens it by its path.
 * @param folder of the experiment; null when it is not on a disk
 * @throws ExperimentError when a file is not there, may not be read, or is no UTF-8 text where a text is needed
 */
export async function readExperimentFiles(folder: string | null, experiment: Experiment): Promise<ExperimentFiles> {
  const { task } = experiment;
  const { data, tables, weights } = filesOf(experiment);
  const spread = tables === null ? null : await readTableFiles(folder, tables);
  const arrays =
    task.kind === "arrays" ? await readArrayFiles(task, (file, use) => withFile(folder, namedArrays(file), use)) : null;
  return {
    data: data === null ? (spread ?? arrays) : await (task.kind === "csv" ? readTable : readText)(folder, data),
    weights: weights === null ? null : await readNamed(folder, weights),
  };
}

/**
 * The first bytes of the data file that an experiment would read.
 * @returns them, whether they are all of it, and how many bytes it has
 * @throws ExperimentError when it is not there or may not be read
 */
export function readDataStart(
  folder: string | null,
  name: string,
  maxBytes: number,
): Promise<{ readonly bytes: Uint8Array; readonly whole: boolean; readonly size: number }> {
  return withFile(folder, { name, path: ["task", "file"], maxBytes: MAX_TABLE_BYTES }, async ({ handle, stats }) => {
    const bytes = await readFrom(handle, 0, Math.min(sizeWithin(stats, MAX_TABLE_BYTES), maxBytes));
    return { bytes, whole: stats.size <= BigInt(bytes.length), size: Number(stats.size) };
  });
}

/** Smaller tables are held: counting and sending their bytes costs a thread no more than milliseconds. */
const HELD_BYTES = 2 ** 19;

/** A table as bytes, which no string has to hold, or by its path. */
async function readTable(folder: string | null, file: NamedFile): Promise<Uint8Array | TableFile> {
  return withFile(folder, file, async ({ handle, stats }) => {
    const size = sizeWithin(stats, file.maxBytes);
    if (size <= HELD_BYTES) return utf8(file, await readFrom(handle, 0, size));
    return {
      path: await realpath(join(folder ?? "", file.name)),
      name: file.name,
      identity: identityOf(stats),
      size,
      modified: String(stats.mtimeNs),
      counts: null,
    };
  });
}

async function readText(folder: string | null, file: NamedFile): Promise<string> {
  return new TextDecoder("utf-8").decode(utf8(file, await readNamed(folder, file)));
}

function utf8(file: NamedFile, bytes: Uint8Array): Uint8Array {
  if (!isUtf8(bytes)) throw notUtf8(file);
  return bytes;
}
