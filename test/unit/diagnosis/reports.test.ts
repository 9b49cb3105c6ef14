/** Runs that people met, and what the diagnosis says of them. */
import { describe, expect, test } from "vitest";
import { REPORTS } from "../../corpus/reports";
import { runSubject } from "../../corpus/runCase";

const numberIn = (value: unknown): number | null => (typeof value === "number" ? value : null);

describe("a run that somebody met", () => {
  test.each(REPORTS)("$name", ({ subject, first, never = [] }) => {
    const { findings } = runSubject(subject());
    const rules = findings.map(({ rule }) => rule);
    if (first === null) expect(findings.map(({ message }) => message)).toEqual([]);
    else expect(first, rules.join(", ")).toContain(rules[0]);
    for (const rule of never) expect(rules).not.toContain(rule);
    for (const { path, value } of findings.flatMap(({ fixes }) => fixes.flatMap(({ edits }) => edits)))
      if (path.at(-1) === "learningRate") {
        expect(numberIn(value)).toBeGreaterThanOrEqual(1e-6);
        expect(numberIn(value)).toBeLessThanOrEqual(1);
      }
  });
});
