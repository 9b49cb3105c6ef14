/**
 * The files that an experiment names: data and weights.
 *
 * An experiment may come from anywhere, so a name is relative and leads, links followed, to a regular file of bounded
 * size inside the experiment's own folder.
 */
import { isUtf8 } from "node:buffer";
import { realpath } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import * as l10n from "@vscode/l10n";
import { describeError, describeValue } from "../lib/outsideText";
import type { Experiment } from "../config/schema/schema";
import { ExperimentError } from "../config/facts/experimentError";
import {
  MAX_ARRAY_BYTES,
  MAX_TABLE_BYTES,
  MAX_TEXT_BYTES,
  MAX_WEIGHTS_BYTES,
  type ExperimentFiles,
  type TableFile,
} from "../config/facts/dataFiles";
import { openConfinedFile, OutsideFolderError } from "../disk/confinedFile";
import {
  FileTooLargeError,
  identityOf,
  IrregularFileError,
  readFrom,
  sizeWithin,
  type RegularFile,
} from "../disk/regularFile";
import { arrayFileNames, readArrayFiles, type ArrayFileName } from "./readArrayFiles";
import { ZipError } from "./zipMembers";

interface NamedFile {
  readonly name: string;
  /** Where the experiment names it. */
  readonly path: readonly string[];
  readonly maxBytes: number;
}

interface NamedFiles {
  /** Of text and csv. */
  readonly data: NamedFile | null;
  readonly arrays: readonly NamedFile[];
  readonly weights: NamedFile | null;
}

function filesOf({ task, model }: Experiment): NamedFiles {
  return {
    data:
      "file" in task && task.kind !== "arrays"
        ? { name: task.file, path: ["task", "file"], maxBytes: task.kind === "csv" ? MAX_TABLE_BYTES : MAX_TEXT_BYTES }
        : null,
    arrays: task.kind === "arrays" ? arrayFileNames(task).map(namedArrays) : [],
    weights:
      model.init.file === ""
        ? null
        : { name: model.init.file, path: ["model", "init", "file"], maxBytes: MAX_WEIGHTS_BYTES },
  };
}

function namedArrays({ key, name }: ArrayFileName): NamedFile {
  return { name, path: ["task", key], maxBytes: MAX_ARRAY_BYTES };
}

/** Whether it needs more than its own text. */
export function namesFiles(experiment: Experiment): boolean {
  const { data, arrays, weights } = filesOf(experiment);
  return data !== null || arrays.length > 0 || weights !== null;
}

/**
 * Whether the files are there and may be read, without reading them.
 * @param folder of the experiment; null when it is not on a disk
 * @returns a reason for each that may not
 */
export async function checkExperimentFiles(folder: string | null, experiment: Experiment): Promise<ExperimentError[]> {
  const { data, arrays, weights } = filesOf(experiment);
  const errors: ExperimentError[] = [];
  for (const file of [data, ...arrays, weights]) {
    try {
      if (file !== null) await withFile(folder, file, async ({ stats }) => sizeWithin(stats, file.maxBytes));
    } catch (error) {
      if (!(error instanceof ExperimentError)) throw error;
      errors.push(error);
    }
  }
  return errors;
}

/**
 * A table of more than a few bytes is not read: whoever trains opens it by its path.
 * @param folder of the experiment; null when it is not on a disk
 * @throws ExperimentError when a file is not there, may not be read, or is no UTF-8 text where a text is needed
 */
export async function readExperimentFiles(folder: string | null, experiment: Experiment): Promise<ExperimentFiles> {
  const { task } = experiment;
  const { data, weights } = filesOf(experiment);
  const arrays =
    task.kind === "arrays" ? await readArrayFiles(task, (file, use) => withFile(folder, namedArrays(file), use)) : null;
  return {
    data: data === null ? arrays : await (task.kind === "csv" ? readTable(folder, data) : readText(folder, data)),
    weights: weights === null ? null : await read(folder, weights),
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
  return new TextDecoder("utf-8").decode(utf8(file, await read(folder, file)));
}

function read(folder: string | null, file: NamedFile): Promise<Uint8Array> {
  return withFile(folder, file, ({ handle, stats }) => readFrom(handle, 0, sizeWithin(stats, file.maxBytes)));
}

/** Opens the file once; what was opened is checked, and is what `use` reads. */
async function withFile<T>(
  folder: string | null,
  file: NamedFile,
  use: (opened: RegularFile) => Promise<T>,
): Promise<T> {
  if (folder === null)
    throw refusal(
      file,
      l10n.t("the experiment has no local folder. Save the experiment to a folder on this computer first"),
    );
  if (isAbsolute(file.name)) throw refusal(file, l10n.t("use a path relative to the folder of the experiment"));
  try {
    const opened = await openConfinedFile(folder, file.name);
    try {
      return await use(opened);
    } finally {
      await opened.handle.close();
    }
  } catch (error) {
    if (error instanceof ExperimentError) throw error;
    throw refusal(file, describeUnreadable(error));
  }
}

/** The contents of a file do not serve; in words for a person, without a full stop. */
export class UnusableFileError extends Error {}

export const NOT_UTF8 = (): string => l10n.t("the file is not UTF-8 text. Save it as UTF-8");

/** Without a full stop. */
export function describeUnreadable(error: unknown): string {
  if (error instanceof UnusableFileError) return error.message;
  if (error instanceof OutsideFolderError)
    return l10n.t("the file is outside the folder of the experiment. Copy it into that folder");
  if (error instanceof ZipError) return error.message;
  if (error instanceof IrregularFileError) return l10n.t("it is not a file");
  if (error instanceof FileTooLargeError)
    return l10n.t(
      "the file has {0} bytes; the maximum is {1}",
      error.bytes.toLocaleString("en-US"),
      error.maxBytes.toLocaleString("en-US"),
    );
  const code = error instanceof Error && "code" in error ? String(error.code) : describeError(error);
  return code === "ENOENT"
    ? l10n.t("the file does not exist. The path is relative to the folder of the experiment")
    : l10n.t("it cannot be read ({0})", code);
}

function utf8(file: NamedFile, bytes: Uint8Array): Uint8Array {
  if (!isUtf8(bytes)) throw refusal(file, NOT_UTF8());
  return bytes;
}

function refusal({ name, path }: NamedFile, reason: string): ExperimentError {
  return new ExperimentError("unreadable-file", path, `${path.join(".")} ${describeValue(name)}: ${reason}.`);
}
