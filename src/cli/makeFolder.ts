import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

// Not mkdirSync's `recursive`: in Node 20 it never comes back where folders cannot be made at all, as in /proc.
export function makeFolder(folder: string): void {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return;
  if (stat === undefined && dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder);
}
