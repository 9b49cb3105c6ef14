/** What somebody names to be predicted: a table, or for a run on several files one of them, a folder, or a pattern. */
import { existsSync, statSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { isUtf8 } from "node:buffer";
import { basename, dirname, join, posix, relative, resolve, sep } from "node:path";
import * as l10n from "@vscode/l10n";
import { MAX_TABLE_FILES, MAX_TABLE_FILES_BYTES } from "../config/facts/dataFiles";
import { leadsOut } from "../disk/confinedFile";
import { FileTooLargeError, readRegularFileSync } from "../disk/regularFile";
import { describeValue } from "../lib/outsideText";
import type { ByteSource } from "../tables/byteSource";
import type { NamedTable, TableFiles } from "../tables/tableFiles";
import { hasFiles, type TableTask } from "../tables/taskTable";
import { hasWildcard, listMatches, NoMatchError } from "./listMatches";
import { describeUnreadable, NOT_UTF8, UnusableFileError } from "./namedFile";
import { openTableAt } from "./openTable";
import { tablePattern } from "./readExperimentFiles";
import { describeTooLarge, listTables } from "./readTableFiles";

export interface PredictedData {
  readonly data: ByteSource | TableFiles;
  /** Of several files, where each of them is. */
  readonly paths: ReadonlyMap<string, string>;
}

/**
 * @param path as somebody has typed it, wherever it leads
 * @param task of the training
 * @param folder of the experiment; null when it is not on a disk
 * @throws Error in words, see describeUnreadable
 */
export async function openPredicted(
  path: string,
  task: Pick<TableTask, "files" | "labels">,
  folder: string | null,
): Promise<PredictedData> {
  if (!hasFiles(task)) return { data: openTableAt(resolve(path)), paths: new Map() };
  const { within, names } = await namesOf(path, task.files ?? "");
  const home = folder === null ? null : await realpath(folder);
  const nameOf = (one: string): string => nameIn(home !== null && !leadsOut(home, one) ? home : within, one);
  const named = names
    .map((name) => join(within, name))
    .map((one): FoundFile => ({ name: nameOf(one), path: one }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const own = posix.basename(task.labels ?? "");
  const wanted = named.filter((one) => basename(one.path) !== own);
  if (wanted.length === 0) throw new UnusableFileError(l10n.t("only the table of labels matches"));
  const labels = (await ownLabels(wanted, task, home)) ?? labelsBeside(within, own, nameOf);
  let left = MAX_TABLE_FILES_BYTES;
  const read = (one: FoundFile): NamedTable => {
    const table = readOne(one, left);
    left -= table.bytes.length;
    return table;
  };
  const data = { tables: wanted.map(read), labels: labels === null ? null : read(labels) };
  return { data, paths: new Map([...wanted, ...(labels === null ? [] : [labels])].map((one) => [one.name, one.path])) };
}

interface FoundFile {
  readonly name: string;
  readonly path: string;
}

/** @param pattern of training */
async function namesOf(
  path: string,
  pattern: string,
): Promise<{ readonly within: string; readonly names: readonly string[] }> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isDirectory())
    return { within: await realpath(dirname(path)), names: [basename(path)] };
  const [base, rest] = found === undefined ? divide(path.split(sep).join("/")) : [path, withinFolder(pattern)];
  const within = await realpath(base);
  try {
    return { within, names: await listMatches(within, rest, MAX_TABLE_FILES) };
  } catch (error) {
    if (!(error instanceof NoMatchError)) throw error;
    throw new UnusableFileError(l10n.t("no file in {0} matches {1}", describeValue(base), describeValue(rest)), {
      cause: error,
    });
  }
}

/** Before the first part with a wildcard, and from it on. */
function divide(pattern: string): readonly [folder: string, rest: string] {
  const parts = pattern.split("/");
  const first = parts.findIndex(hasWildcard);
  const at = first < 0 ? parts.length - 1 : first;
  const folder = parts.slice(0, at).join("/");
  return [folder === "" && pattern.startsWith("/") ? "/" : folder === "" ? "." : folder, parts.slice(at).join("/")];
}

/** "*.csv" of "recordings/*.csv": the files of another folder that are named as those of training. */
function withinFolder(pattern: string): string {
  const [, rest] = divide(pattern);
  return hasWildcard(rest) ? rest : `*${posix.extname(rest)}`;
}

function nameIn(folder: string, path: string): string {
  return relative(folder, path).split(sep).join("/");
}

/** The table of the experiment, where the files are its own. */
async function ownLabels(
  files: readonly FoundFile[],
  task: Pick<TableTask, "files" | "labels">,
  home: string | null,
): Promise<FoundFile | null> {
  const { labels = "" } = task;
  if (labels === "" || home === null) return null;
  // Where its own files are gone, others may be predicted.
  const own = await listTables(home, tablePattern(task)).catch(() => []);
  const isOwn = own.length === files.length && own.every(({ name }, index) => name === files[index]!.name);
  const path = join(home, labels);
  return isOwn && !leadsOut(home, path) && existsSync(path) ? { name: labels, path: await realpath(path) } : null;
}

/** @param name of the table of training */
function labelsBeside(folder: string, name: string, nameOf: (path: string) => string): FoundFile | null {
  const path = join(folder, name);
  return name !== "" && existsSync(path) ? { name: nameOf(path), path } : null;
}

function readOne({ name, path }: FoundFile, left: number): NamedTable {
  try {
    const bytes = readRegularFileSync(path, left);
    if (!isUtf8(bytes)) throw new UnusableFileError(NOT_UTF8());
    return { name, bytes };
  } catch (error) {
    const reason = error instanceof FileTooLargeError ? describeTooLarge(MAX_TABLE_FILES_BYTES) : null;
    throw new UnusableFileError(reason ?? `${describeValue(name)}: ${describeUnreadable(error)}`, { cause: error });
  }
}
