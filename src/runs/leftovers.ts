import { lstat, rm } from "node:fs/promises";
import { join } from "node:path";
import { isRegularFile } from "../disk/regularFile";
import { SILENT_AFTER_MS } from "./lease";
import type { OtherWriters } from "./otherWriters";
import { temporaryFileOf } from "./runFileNames";

interface KnownRuns {
  /** The file of the run; there may be none. */
  pathOf(id: string): string;
  /** It is of this window and under way. */
  isLive(id: string): boolean;
  /** It has no end yet. */
  isUnfinished(id: string): boolean;
}

/**
 * Deletes what processes have left in a folder that were killed: drafts, and leases of runs that have ended or are
 * gone. Regular files only, with names that a store makes, and none whose writer may live.
 */
export async function removeLeftovers(
  folder: string,
  names: readonly string[],
  runs: KnownRuns,
  writers: OtherWriters,
): Promise<void> {
  for (const name of names) {
    const path = join(folder, name);
    if (await isLeftover(name, path, runs, writers)) await rm(path, { force: true }).catch(() => undefined);
  }
}

async function isLeftover(name: string, path: string, runs: KnownRuns, writers: OtherWriters): Promise<boolean> {
  const found = temporaryFileOf(name);
  if (found === null) return false;
  const { kind, id } = found;
  if (kind === "process's draft") return isAbandoned(path, writers);
  if (runs.isLive(id) || !(await isRegularFile(path))) return false;
  const writer = await writers.look(runs.pathOf(id));
  if (writer !== null && writer.state !== "gone") return false;
  return kind === "writer's draft" || (writer?.lease != null && !runs.isUnfinished(id));
}

/** Written in one go: who has left it unchanged for so long is gone. */
async function isAbandoned(path: string, writers: OtherWriters): Promise<boolean> {
  const found = await lstat(path, { bigint: true }).catch(() => null);
  if (found === null || !found.isFile()) return false;
  return writers.unchangedMs(path, `${found.ino} ${found.size} ${found.mtimeNs}`) >= SILENT_AFTER_MS;
}
