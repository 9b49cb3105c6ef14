/** A short part of the corpus; `npm run corpus` trains all of it. */
import { describe, expect, test } from "vitest";
import { EXPECTED, SICK_KINDS } from "../../corpus/case";
import { makeCase } from "../../corpus/corpus";
import { holds, runSubject } from "../../corpus/runCase";

/** Numbers whose labels hold; of the healthy ones, of various tasks and cells. */
const HEALTHY = Array.from({ length: 24 }, (_, i) => 4 * i);
const MAX_TRIES = 24;

describe("the corpus", () => {
  test.each(SICK_KINDS)("of a case of %s, the cause is found first", (kind) => {
    for (let index = 0; index < MAX_TRIES; index++) {
      const one = makeCase(kind, "tuning", index);
      const outcome = runSubject(one);
      if (!holds(one, outcome)) continue;
      const rules = outcome.findings.map(({ rule }) => rule);
      const { first, effects } = EXPECTED[kind];
      expect(first, one.id).toContain(rules[0]);
      for (const rule of rules) expect([...first, ...effects], one.id).toContain(rule);
      return;
    }
    expect.fail(`no label of ${kind} holds`);
  });

  test.each(HEALTHY)("healthy run %s has no finding", (index) => {
    const one = makeCase("healthy", "tuning", index);
    const outcome = runSubject(one);
    if (holds(one, outcome)) expect(outcome.findings.map(({ message }) => message)).toEqual([]);
  });

  test("the same number makes the same case, and the halves have none in common", () => {
    expect(makeCase("healthy", "tuning", 3)).toEqual(makeCase("healthy", "tuning", 3));
    expect(makeCase("healthy", "tuning", 3).file.seed! % 2).toBe(0);
    expect(makeCase("healthy", "held-out", 3).file.seed! % 2).toBe(1);
  });
});
