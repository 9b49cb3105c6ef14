import { describe, expect, it } from "vitest";
import type { TrialFigures } from "../../../src/fixes/fixTrial";
import { compareVerdicts, helps, isReliable, medianLoss, type FixVerdict } from "../../../src/fixes/judge";

const FIGURES: TrialFigures = {
  iterations: 10,
  finalLoss: 1,
  bestLoss: 1,
  validationLoss: null,
  judgedLoss: 1,
  trainMs: 1,
};
const verdict = (helped: readonly boolean[], loss = 1): FixVerdict => ({ figures: FIGURES, helped, medianLoss: loss });

/** The lowest that is simple has 1. */
const BASELINES = [
  { name: "best-constant", loss: 3 },
  { name: "last-value", loss: 1 },
  { name: "memoryless", loss: NaN },
  { name: "linear-window", loss: 1e-20 },
] as const;

describe("a fix helps", () => {
  it.each([
    [1, 0.79, true],
    [1, 0.81, false],
    [1, 1.5, false],
    [Infinity, 5, true],
    [NaN, 5, true],
    [NaN, NaN, false],
    [NaN, Infinity, false],
  ])("from %d to %d: %s", (runLoss, loss, expected) => {
    expect(helps(loss, { runLoss, baselines: [] })).toBe(expected);
  });

  it.each([
    ["a run above the baseline that ends on it", 5, 1, false],
    ["a run above the baseline that ends just below it", 5, 0.99, false],
    ["a run above the baseline that ends clearly below it", 5, 0.97, true],
    ["a diverged run that ends on the baseline", Infinity, 1, false],
    ["a run at the baseline that ends clearly below it", 0.99, 0.5, true],
    ["a run below the baseline that ends lower still", 0.9, 0.5, true],
  ])("or not, by the lowest baseline: %s", (_what, runLoss, loss, expected) => {
    expect(helps(loss, { runLoss, baselines: BASELINES })).toBe(expected);
  });
});

describe("a verdict over seeds", () => {
  it.each([
    [[true], true],
    [[false], false],
    [[true, false], true],
    [[true, true, false], true],
    [[true, false, false], false],
    [[false, true, true], false],
  ])("%s is reliable: %s", (helped, expected) => {
    expect(isReliable(verdict(helped))).toBe(expected);
  });

  it("is better when it fails at fewer seeds, then when its loss is lower", () => {
    const best = verdict([true, true, true], 2);
    const second = verdict([true, true, true], 3);
    const last = verdict([true, true, false], 1);
    expect([last, second, best].sort(compareVerdicts)).toEqual([best, second, last]);
  });

  it("has the middle loss; one that is not finite counts as the highest", () => {
    expect([medianLoss([3, 1, 2]), medianLoss([NaN, 1, 2]), medianLoss([1, Infinity]), medianLoss([])]).toEqual([
      2,
      2,
      1,
      NaN,
    ]);
  });
});
