import { constants, type BigIntStats } from "node:fs";
import { lstat, open, readlink, realpath, type FileHandle } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { IrregularFileError, openRegularFile, type RegularFile } from "./regularFile";

/** The path leads out of its folder. */
export class OutsideFolderError extends Error {}

/** So often another program may exchange the file while it is opened. */
const ATTEMPTS = 8;

/**
 * Opens a regular file inside a folder. Links on the way are followed as long as they stay inside. What was opened is
 * compared with what the path leads to, so that no exchange in between leads out.
 * @param path relative to the folder
 * @throws OutsideFolderError, IrregularFileError, or the system's error
 */
export async function openConfinedFile(folder: string, path: string): Promise<RegularFile> {
  const root = await realpath(folder);
  const rootHandle = await openFolder(root);
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return await openOnce(root, rootHandle, path);
      } catch (error) {
        if (!(error instanceof IrregularFileError) || attempt === ATTEMPTS) throw error;
      }
    }
  } finally {
    await rootHandle?.close();
  }
}

async function openOnce(root: string, rootHandle: FileHandle | null, path: string): Promise<RegularFile> {
  const file = await openRegularFile(await resolveInside(root, path));
  try {
    const [folder, place] = [await placeOf(rootHandle), await placeOf(file.handle)];
    const isInside =
      folder !== null && place !== null ? !leadsOut(folder, place) : await isFileAt(root, path, file.stats);
    if (!isInside) throw new IrregularFileError();
    return file;
  } catch (error) {
    await file.handle.close();
    throw error;
  }
}

/**
 * Where the path leads with all links followed.
 * @param root without links
 * @throws OutsideFolderError, or the system's error
 */
export async function resolveInside(root: string, path: string): Promise<string> {
  const target = await realpath(resolve(root, path));
  if (leadsOut(root, target)) throw new OutsideFolderError();
  return target;
}

/** Whether the path leads to a file inside that is the one with these stats. */
async function isFileAt(root: string, path: string, { ino, dev }: BigIntStats): Promise<boolean> {
  const found = await lstat(await resolveInside(root, path), { bigint: true });
  // On Windows, the number of the drive depends on how it was asked for.
  return found.ino === ino && (found.dev === dev || process.platform === "win32");
}

/**
 * Where an open file or folder lies, as Linux knows it, whatever was exchanged since; null where the system does not
 * say. Compared with the place of an open folder and not with a path, as a disk may ignore the case of names.
 */
async function placeOf(handle: FileHandle | null): Promise<string | null> {
  return handle === null ? null : readlink(`/proc/self/fd/${handle.fd}`).catch(() => null);
}

/** Null where the system opens no folders, or has no use for it. */
async function openFolder(path: string): Promise<FileHandle | null> {
  if (process.platform !== "linux") return null;
  return open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW).catch(() => null);
}

export function leadsOut(root: string, path: string): boolean {
  const inside = relative(root, path);
  return inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside);
}
