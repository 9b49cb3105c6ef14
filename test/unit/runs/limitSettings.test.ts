import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkLimit, KEEP_SETTING, MAX_SIZE_SETTING } from "../../../src/runs/limitSettings";

describe("checkLimit", () => {
  it.each([0, -1, -0.5, null, "all", "", "12", NaN, Infinity, -Infinity, 1.5, true, [], [5], {}, undefined])(
    "uses the default number of runs in place of %s, and says so",
    (value) => {
      const { value: used, problem } = checkLimit(KEEP_SETTING, value);
      expect(used).toBe(KEEP_SETTING.fallback);
      expect(problem).toContain("The setting rnnLab.runs.keep must be a whole number from 1; it is");
      expect(problem).toContain("The default is used: 200.");
    },
  );

  it.each([0, -1, 0.05, null, "5 GB", NaN, Infinity, [1]])("uses the default size in place of %s", (value) => {
    const { value: used, problem } = checkLimit(MAX_SIZE_SETTING, value);
    expect([used, problem === null]).toEqual([MAX_SIZE_SETTING.fallback, false]);
  });

  it("takes what makes sense as it is", () => {
    for (const value of [1, 200, 5000, 1e9]) expect(checkLimit(KEEP_SETTING, value)).toEqual({ value, problem: null });
    for (const value of [0.1, 0.5, 5, 1e4])
      expect(checkLimit(MAX_SIZE_SETTING, value)).toEqual({ value, problem: null });
  });

  it("stays short, whatever stands in the settings", () => {
    expect(checkLimit(KEEP_SETTING, "x".repeat(1e6)).problem?.length).toBeLessThan(250);
  });

  it("agrees with package.json", () => {
    const { contributes, capabilities } = JSON.parse(
      readFileSync(join(import.meta.dirname, "../../../package.json"), "utf8"),
    );
    for (const { key, fallback, minimum, isWhole } of [KEEP_SETTING, MAX_SIZE_SETTING]) {
      const properties = [contributes.configuration].flat().map(({ properties: each }) => each);
      expect(Object.assign({}, ...properties)[key]).toMatchObject({
        type: isWhole ? "integer" : "number",
        default: fallback,
        minimum,
      });
      expect(capabilities.untrustedWorkspaces.restrictedConfigurations).toContain(key);
    }
  });
});
