import { describe, expect, test } from "vitest";
import { sweepStatusText } from "../../../src/sweeps/sweepStatusText";
import type { SweepInfo } from "../../../src/shared/wire/sweep";
import { bestRow } from "../../../src/shared/wire/trialColumns";
import { resultOf, trialsOf } from "../sweepPlan/support";

const INFO: SweepInfo = { parameters: [], seeds: 60, trials: 1200, goal: null };

describe("a sweep in the status bar", () => {
  test("says how far it is, and the best result so far by the metric that ranks its runs", () => {
    const results = trialsOf(resultOf({ index: 0, loss: 0.5 }), resultOf({ index: 1, loss: 0.031234 }));
    expect(sweepStatusText("running", INFO, results)).toBe("$(run-all) Sweep 2/1,200 · best 0.0312");
    expect(sweepStatusText("done", INFO, results)).toMatch(/^\$\(pass\) Sweep/);
    const goal = { metric: "accuracy", value: 0.9 } as const;
    const scored = trialsOf(
      resultOf({ index: 0, accuracy: 0.4, loss: 0 }),
      resultOf({ index: 1, accuracy: 0.75, loss: 1 }),
    );
    expect(sweepStatusText("running", { ...INFO, goal }, scored)).toContain("best 75%");
    expect(bestRow(scored, "accuracy")).toBe(1);
  });

  test("names no best run while none has ended well", () => {
    const results = trialsOf(resultOf({ status: "diverged", loss: 1 }), resultOf({ index: 1, loss: Infinity }));
    expect(sweepStatusText("stopped", INFO, results)).toBe("$(debug-stop) Sweep 2/1,200");
    expect(bestRow(results, "loss")).toBe(-1);
    expect(bestRow(trialsOf(), "loss")).toBe(-1);
  });
});
