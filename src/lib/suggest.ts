import { closest, distance } from "fastest-levenshtein";

/** The candidate nearest to `word`, when it is near enough to be a typing error. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0 || word.length > 100) return undefined;
  const nearest = closest(
    word.toLowerCase(),
    candidates.map((candidate) => candidate.toLowerCase()),
  );
  const candidate = candidates.find((name) => name.toLowerCase() === nearest);
  if (candidate === undefined) return undefined;
  return distance(word.toLowerCase(), nearest) <= Math.max(2, Math.floor(candidate.length / 3)) ? candidate : undefined;
}
