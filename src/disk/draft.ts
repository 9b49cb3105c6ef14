/**
 * Drafts: files that are written beside another one and then take its name, so that a reader or a crash finds the old
 * or the new one. Something may have been put at the name of a draft, such as a link to a file of somebody else: a
 * draft is always a new file, and only what a killed process has left there, a regular file, is deleted for it.
 */
import { lstatSync, rmSync } from "node:fs";
import { lstat, open, rm, type FileHandle } from "node:fs/promises";
import { IrregularFileError } from "./regularFile";

/** Makes a new file, and follows no link: O_CREAT and O_EXCL. */
export const NEW_FILE = "wx+";

/** Whoever opened it closes it. @throws IrregularFileError, or the system's error */
export async function createDraft(path: string): Promise<FileHandle> {
  const found = await lstat(path).catch(absent);
  if (found?.isFile() === false) throw new IrregularFileError();
  if (found !== null) await rm(path, { force: true });
  return open(path, NEW_FILE);
}

/** Makes room for a draft, for threads that may wait for the disk. @throws IrregularFileError, or the system's error */
export function removeFormerDraftSync(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile() === false) throw new IrregularFileError();
  if (found !== undefined) rmSync(path, { force: true });
}

function absent(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  return null;
}
