import { describe, expect, test } from "vitest";
import { sweepStatusText } from "../../../src/sweeps/sweepStatusText";
import type { SweepInfo } from "../../../src/shared/wire/sweep";
import { bestTrial } from "../../../src/shared/wire/sweepSummary";
import { resultOf } from "../sweepPlan/support";

const INFO: SweepInfo = { parameters: [], seeds: 60, trials: 1200, goal: null };

describe("a sweep in the status bar", () => {
  test("says how far it is, and the best result so far by the metric that ranks its runs", () => {
    const results = [resultOf({ index: 0, loss: 0.5 }), resultOf({ index: 1, loss: 0.031234 })];
    expect(sweepStatusText("running", INFO, results)).toBe("$(run-all) Sweep 2/1,200 · best 0.0312");
    expect(sweepStatusText("done", INFO, results)).toMatch(/^\$\(pass\) Sweep/);
    const goal = { metric: "accuracy", value: 0.9 } as const;
    const scored = [resultOf({ index: 0, accuracy: 0.4, loss: 0 }), resultOf({ index: 1, accuracy: 0.75, loss: 1 })];
    expect(sweepStatusText("running", { ...INFO, goal }, scored)).toContain("best 75%");
    expect(bestTrial({ goal }, scored)?.index).toBe(1);
  });

  test("names no best run while none has ended well", () => {
    const results = [resultOf({ status: "diverged", loss: 1 }), resultOf({ index: 1, loss: Infinity })];
    expect(sweepStatusText("stopped", INFO, results)).toBe("$(debug-stop) Sweep 2/1,200");
    expect(bestTrial(INFO, results)).toBeNull();
    expect(bestTrial(INFO, [])).toBeNull();
  });
});
