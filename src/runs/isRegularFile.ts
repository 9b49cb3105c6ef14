import { lstat } from "node:fs/promises";

/** Whether a regular file is at the path: no folder, link, pipe or device. */
export async function isRegularFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
