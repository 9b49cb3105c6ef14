/** Finds a shorter sequence that still fails, by leaving out parts of it. */

/**
 * Delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28, 2002),
 * complements only: halves, quarters, … are left out as long as what remains fails.
 * @param fails tries a sequence, which is slow
 * @param mayGoOn asked before each try
 * @returns `items` itself when nothing could be left out in time
 */
export async function shrink<T>(
  items: readonly T[],
  fails: (some: readonly T[]) => Promise<boolean>,
  mayGoOn: () => boolean,
): Promise<readonly T[]> {
  let shortest = items;
  for (let parts = 2; shortest.length > 1 && parts <= shortest.length;) {
    const size = Math.ceil(shortest.length / parts);
    let found = false;
    for (let start = 0; start < shortest.length && !found; start += size) {
      if (!mayGoOn()) return shortest;
      const rest = [...shortest.slice(0, start), ...shortest.slice(start + size)];
      if (rest.length > 0 && (await fails(rest))) {
        shortest = rest;
        found = true;
      }
    }
    if (found) parts = Math.max(2, parts - 1);
    else if (parts === shortest.length) break;
    else parts = Math.min(shortest.length, parts * 2);
  }
  return shortest;
}
