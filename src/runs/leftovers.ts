import { lstat, rm } from "node:fs/promises";
import { join } from "node:path";
import { LEASE_EXTENSION, SILENT_AFTER_MS } from "./lease";
import type { OtherWriters } from "./otherWriters";
import { RUN_EXTENSION } from "./runFileNames";

/** Of a run file that its writer makes anew. */
const RUN_DRAFT = new RegExp(`^(.+)\\${RUN_EXTENSION}\\.draft$`);
/** Of notes, and of a run that has ended and is made smaller: with the number of a process in the name. */
const PROCESS_DRAFT = /^.+\.(?:rnnnotes\.json|rnnrun)\.\d+\.draft$/;
const LEASE = new RegExp(`^(.+)\\${LEASE_EXTENSION}$`);

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
 * gone. Nothing whose writer may live, and nothing under another name.
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
  if (PROCESS_DRAFT.test(name)) return isAbandoned(path, writers);
  const drafted = RUN_DRAFT.exec(name)?.[1];
  const leased = LEASE.exec(name)?.[1];
  const id = drafted ?? leased;
  if (id === undefined || runs.isLive(id) || !(await isFile(path))) return false;
  const writer = await writers.look(runs.pathOf(id));
  if (writer !== null && writer.state !== "gone") return false;
  return drafted !== undefined || (writer?.lease != null && !runs.isUnfinished(id));
}

/** Written in one go: who has left it unchanged for so long is gone. */
async function isAbandoned(path: string, writers: OtherWriters): Promise<boolean> {
  const found = await lstat(path, { bigint: true }).catch(() => null);
  if (found === null || !found.isFile()) return false;
  return writers.unchangedMs(path, `${found.ino} ${found.size} ${found.mtimeNs}`) >= SILENT_AFTER_MS;
}

async function isFile(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isFile() === true;
}
