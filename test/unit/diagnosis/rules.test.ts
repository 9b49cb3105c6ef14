import { describe, expect, test } from "vitest";
import { CASES } from "./cases";
import { diagnose, findingIn, rulesOf, textOf } from "./support";

describe("the rules", () => {
  test.each(CASES)("$rule: finds $name, at the value that causes it", ({ rule, file, path }) => {
    const finding = findingIn(diagnose(textOf(file)), rule);
    expect(finding.configPath.join(".")).toBe(path);
    expect(finding.message.length).toBeGreaterThan(40);
    expect(Object.values(finding.numbers).length).toBeGreaterThan(0);
  });

  test.each(CASES)("$rule: does not find $name just under it", ({ rule, justUnder }) => {
    expect(rulesOf(diagnose(textOf(justUnder)))).not.toContain(rule);
  });

  test.each(CASES)("$rule: offers changes against $name", ({ rule, file, fixes }) => {
    const text = textOf(file);
    const finding = findingIn(diagnose(text), rule);
    expect(finding.fixes.map(({ title }) => title)).toEqual(fixes);
  });
});
