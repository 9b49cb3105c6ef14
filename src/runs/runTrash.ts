import { randomUUID } from "node:crypto";
import { lstat, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isRegularFile } from "../disk/regularFile";
import { isExpired } from "./retention";
import { NOTES_EXTENSION, ownFileId, RUN_EXTENSION, runFileName } from "./runFileNames";
import { moveNotes, readNotes, type RunNotes } from "./runNotes";
import { readSummary, type RunSummary } from "./runSummary";

/** A run in the trash. */
export interface TrashedRun extends RunSummary {
  /** Of its files there, without extension. */
  readonly name: string;
  readonly notes: RunNotes;
  /** Milliseconds since 1970. */
  readonly trashedAt: number;
}

/**
 * The folder `trash/` in a folder of runs. Moves only regular files, overwrites none, and leaves alone what a store of
 * runs did not write.
 */
export class RunTrash {
  private readonly path: string;
  /** The last deletion, which can be undone: ids, and their names here. */
  latest: ReadonlyMap<string, string> = new Map();
  /** Of the runs there, when they were last measured. */
  bytes = 0;

  /**
   * @param now milliseconds since 1970
   * @param diskNow the same on the clock of the disk, which may be that of a server
   */
  constructor(
    private readonly folder: string,
    private readonly now: () => number,
    private readonly diskNow: (folder: string) => Promise<number> = readDiskClock,
  ) {
    this.path = join(folder, "trash");
  }

  /**
   * Moves a run there with its notes.
   * @returns the name that it has there; null when it is gone, or no regular file
   * @throws the system's error; then the run is where it was
   */
  async put(id: string): Promise<string | null> {
    const source = runPath(this.folder, id);
    if (!(await isRegularFile(source))) return null;
    await mkdir(this.path, { recursive: true });
    let name = id;
    for (let number = 2; await exists(runPath(this.path, name)); number++) name = `${id}-${number}`;
    try {
      await rename(source, runPath(this.path, name));
    } catch (error) {
      // Another window was faster.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
    await moveNotes({ folder: this.folder, id }, { folder: this.path, id: name }).catch(() => undefined);
    return name;
  }

  /**
   * Moves a run back.
   * @param id that it gets there
   * @returns whether it is there; not when it is gone from the trash, or another run has its name
   * @throws the system's error
   */
  async restore(name: string, id = name): Promise<boolean> {
    if (!(await isRegularFile(runPath(this.path, name))) || (await exists(runPath(this.folder, id)))) return false;
    await rename(runPath(this.path, name), runPath(this.folder, id));
    await moveNotes({ folder: this.path, id: name }, { folder: this.folder, id }).catch(() => undefined);
    return true;
  }

  /** What can be restored, the latest first. */
  async list(): Promise<readonly TrashedRun[]> {
    const runs: TrashedRun[] = [];
    for (const file of await this.files()) {
      if (!file.endsWith(RUN_EXTENSION)) continue;
      const name = file.slice(0, -RUN_EXTENSION.length);
      const path = join(this.path, file);
      const stats = await lstat(path).catch(() => null);
      const summary = stats?.isFile() === true ? await readSummary(path).catch(() => null) : null;
      if (stats === null || summary === null) continue;
      runs.push({ ...summary, name, notes: await readNotes(this.path, name), trashedAt: stats.ctimeMs });
    }
    return runs.sort((a, b) => b.trashedAt - a.trashedAt);
  }

  /** @returns whether {@link bytes} is another number than before */
  async measure(): Promise<boolean> {
    const before = this.bytes;
    let bytes = 0;
    for (const name of await this.files()) {
      if (ownFileId(name) === null) continue;
      const stats = await lstat(join(this.path, name)).catch(() => null);
      if (stats?.isFile() === true) bytes += stats.size;
    }
    this.bytes = bytes;
    return bytes !== before;
  }

  /** Deletes what has been there for its time. Both clocks must agree: one that jumps ahead deletes nothing. */
  async deleteExpired(): Promise<void> {
    const expired = await this.expired(this.now());
    if (expired.length === 0) return;
    const now = await this.diskNow(this.path);
    const again = new Set(await this.expired(now));
    for (const name of expired) if (again.has(name)) await rm(join(this.path, name), { force: true });
  }

  /** Deletes runs for good, with their notes. @param names those that the user was asked about */
  async delete(names: readonly string[]): Promise<void> {
    const paths = names.flatMap((name) => [runPath(this.path, name), join(this.path, `${name}${NOTES_EXTENSION}`)]);
    for (const path of paths) if (await isRegularFile(path)) await rm(path, { force: true });
  }

  private async expired(now: number): Promise<readonly string[]> {
    const expired: string[] = [];
    for (const name of await this.files()) {
      if (ownFileId(name) === null) continue;
      const stats = await lstat(join(this.path, name)).catch(() => null);
      if (stats !== null && isExpired({ name, isFile: stats.isFile(), ageMs: now - stats.ctimeMs })) expired.push(name);
    }
    return expired;
  }

  private async files(): Promise<readonly string[]> {
    return readdir(this.path).catch(() => []);
  }
}

function runPath(folder: string, name: string): string {
  return join(folder, runFileName(name));
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** @throws the system's error where nothing can be written */
async function readDiskClock(folder: string): Promise<number> {
  const path = join(folder, `${randomUUID()}.clock`);
  const file = await open(path, "wx");
  try {
    return (await file.stat()).ctimeMs;
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}
