/** The files in the folder of an experiment that it could name. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** A folder may be anything; nobody looks through more names. */
const MAX_ENTRIES = 2_000;
const DEEPEST = 3;
const SKIPPED: ReadonlySet<string> = new Set(["node_modules", "__pycache__"]);

/**
 * Names relative to `folder`, with forward slashes, as an experiment writes them. Links are not followed and hidden
 * folders not entered. Sorted; none where the folder cannot be read.
 * @param pattern what the name of a file has to match
 */
export async function listFiles(folder: string, pattern: RegExp): Promise<string[]> {
  const names: string[] = [];
  let seen = 0;
  // Breadth first: what is near is found before the bound.
  let level = [""];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const next: string[] = [];
    for (const below of level) {
      for (const entry of await readdir(join(folder, below), { withFileTypes: true }).catch(() => [])) {
        if (++seen > MAX_ENTRIES) return names.sort();
        if (entry.isFile() && pattern.test(entry.name)) names.push(below + entry.name);
        else if (entry.isDirectory() && !entry.name.startsWith(".") && !SKIPPED.has(entry.name))
          next.push(`${below}${entry.name}/`);
      }
    }
    level = next;
  }
  return names.sort();
}

/** Patterns for those that lie together and end alike, where there are several: "recordings/*.csv". */
export function patternsOf(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) {
    const pattern = name.replace(/[^/]*(?=\.[^./]+$)/, "*");
    if (pattern !== name) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 1).map(([pattern]) => pattern);
}
