/** Appending to a journal that Optuna may be writing too. */
import { randomUUID } from "node:crypto";
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync } from "node:fs";
import { renameSync, symlinkSync, unlinkSync, writeFileSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { readJournal, type Journal } from "../formats/optunaJournal";

/** Optuna removes the lock of a writer that has held it for this long. */
const GRACE_MS = 30_000;
const LOOK_MS = 20;

export interface Appended {
  /** Where the last line went that its writer had not finished; null: there was none. */
  readonly tornPath: string | null;
}

/**
 * Appends lines in one write, under Optuna's own lock, and waits until they are on the disk. A last line that is not
 * whole is cut off first and kept beside: Optuna would glue the next one to it, and never read the file again.
 * @param linesFor from what the file holds by then
 * @throws Error when the file is no journal, cannot be written, or stays locked
 */
export async function appendToJournal(
  path: string,
  linesFor: (journal: Journal) => readonly string[],
): Promise<Appended> {
  const lock = `${path}.lock`;
  await takeLock(path, lock);
  try {
    const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    const journal = readJournal(bytes.toString("utf8"));
    const lines = linesFor(journal).join("");
    const whole = bytes.lastIndexOf(0x0a) + 1;
    const tornPath = whole < bytes.length ? `${path}.torn-${randomUUID().slice(0, 8)}` : null;
    if (tornPath !== null) writeFileSync(tornPath, bytes.subarray(whole));
    const file = openSync(path, "a");
    try {
      if (tornPath !== null) ftruncateSync(file, whole);
      writeSync(file, lines);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return { tornPath };
  } finally {
    releaseLock(lock);
  }
}

/** A symbolic link, as JournalFileSymlinkLock makes it. */
async function takeLock(path: string, lock: string): Promise<void> {
  const until = Date.now() + 2 * GRACE_MS;
  for (;;) {
    try {
      return symlinkSync(path, lock);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (Date.now() > until)
        throw new Error(`${lock} is held by another program. If none is writing, delete it and try again.`, {
          cause: error,
        });
      await sleep(LOOK_MS);
    }
  }
}

/** Renamed first: who takes it next may have it at once. */
function releaseLock(lock: string): void {
  const released = `${lock}${randomUUID()}.rename`;
  renameSync(lock, released);
  unlinkSync(released);
}
