// @ts-check
/** Tests that were not run, counted by why. A title ends with "(not run: WHY)", where WHY says how to get it run. */

const REASON = /\(not run: (.*)\)$/;

/**
 * @param {readonly (readonly string[])[]} tests the titles of each skipped test: those of its groups, then its own
 * @returns {string[]} a line for each reason: how many tests, and why
 */
export function describeSkipped(tests) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const titles of tests) {
    const reason = titles.flatMap((title) => REASON.exec(title)?.[1] ?? []).at(-1);
    const line = reason ?? `no reason given: ${titles.join(" ")}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => `${count} skipped: ${reason}`);
}
