import { isAbsolute, join, resolve } from "node:path";
import { leadsOut } from "../disk/confinedFile";

/**
 * The table that an experiment names, where it is in the experiment's folder. A run file may be somebody else's and
 * name whatever it wants: what is elsewhere is not offered to be read.
 * @returns its path; null where it is outside
 */
export function ownTablePath(folder: string, file: string): string | null {
  const path = join(folder, file);
  return isAbsolute(file) || leadsOut(folder, path) || resolve(path) === resolve(folder) ? null : path;
}
