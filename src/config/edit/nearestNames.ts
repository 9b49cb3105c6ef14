import { distance } from "fastest-levenshtein";

/** The names, nearest to `wanted` first: by the file name without its folders, then by the whole. */
export function nearestNames(wanted: string, names: readonly string[]): string[] {
  const last = (name: string): string => name.slice(name.lastIndexOf("/") + 1).toLowerCase();
  return names
    .map((name) => ({
      name,
      far: distance(last(wanted), last(name)),
      farther: distance(wanted.toLowerCase(), name.toLowerCase()),
    }))
    .sort((a, b) => a.far - b.far || a.farther - b.farther)
    .map(({ name }) => name);
}
