import { constants, lstat, open } from "node:fs/promises";

/** A pipe is not waited for, and a link is not followed. Windows has neither flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** Whether the path is a regular file: no folder, link, pipe or device. */
export async function isRegularFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

/** The text of a regular file of at most `maxBytes`; null for anything else, or what cannot be read. */
export async function readSmallFile(path: string, maxBytes: number): Promise<string | null> {
  const file = await open(path, FLAGS).catch(() => null);
  if (file === null) return null;
  try {
    const stats = await file.stat();
    return stats.isFile() && stats.size <= maxBytes ? await file.readFile("utf8") : null;
  } catch {
    return null;
  } finally {
    await file.close();
  }
}
