import type { BigIntStats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { forEachAtOnce } from "../lib/forEachAtOnce";
import { RUN_EXTENSION, runFileName, runIdOf } from "./runFileNames";

/** Run files that are listed; beyond that the folder is no longer a list that anybody reads. */
const MAX_FILES = 5000;
/** Names that are looked at to find the most recent ones. */
const MAX_NAMES = 50_000;
/** Files that are read at the same time: the disk is waited for once, not once per file. */
export const READ_AT_ONCE = 32;

/** A file that may be of a run, by its name. */
interface FoundFile {
  readonly id: string;
  readonly stats: BigIntStats;
}

export interface RunFolder {
  /** All names in the folder. */
  readonly names: ReadonlySet<string>;
  /** The most recently written first. */
  readonly files: readonly FoundFile[];
  /** Names that end like that of a run file and cannot be one's. */
  readonly misnamed: readonly string[];
  /** Run files that are left out because there are too many; the oldest. */
  readonly beyond: number;
}

/** What is in the folder; nothing where it cannot be read. No file is opened. */
export async function readRunFolder(folder: string): Promise<RunFolder> {
  const names = await readdir(folder).catch(() => []);
  const ids = names.flatMap((name) => runIdOf(name) ?? []);
  const files: FoundFile[] = [];
  await forEachAtOnce(ids.slice(0, MAX_NAMES), READ_AT_ONCE, async (id) => {
    const stats = await lstat(join(folder, runFileName(id)), { bigint: true }).catch(() => null);
    if (stats !== null) files.push({ id, stats });
  });
  if (files.length > MAX_FILES) files.sort((a, b) => Number(b.stats.mtimeNs - a.stats.mtimeNs));
  return {
    names: new Set(names),
    files: files.slice(0, MAX_FILES),
    misnamed: names.filter((name) => name.endsWith(RUN_EXTENSION) && !name.startsWith(".") && runIdOf(name) === null),
    beyond: Math.max(0, files.length - MAX_FILES) + Math.max(0, ids.length - MAX_NAMES),
  };
}

/** Changes when the file does, or what may be done with it. */
export function versionOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}
