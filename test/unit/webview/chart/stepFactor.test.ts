import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { factorPerStepBack } from "../../../../webview/chart/stepFactor";

/** dL/dh_t of a scalar linear cell: the last one times weight^(steps back). */
const backwards = (last: number, weight: number, timeSteps: number): number[] =>
  Array.from({ length: timeSteps + 1 }, (_, t) => last * weight ** (timeSteps - t));

describe("the factor per step back", () => {
  it("is the recurrent weight of a scalar linear cell, with its sign", () => {
    const weight = fc.oneof(
      fc.double({ min: 0.05, max: 3, noNaN: true }),
      fc.double({ min: -3, max: -0.05, noNaN: true }),
    );
    fc.assert(
      fc.property(weight, fc.constantFrom(-10.3, 2e-8, 1e6), fc.integer({ min: 1, max: 40 }), (w, last, timeSteps) => {
        expect(factorPerStepBack(backwards(last, w, timeSteps))?.factor).toBeCloseTo(w, 9);
      }),
    );
  });

  it("says what it means", () => {
    expect(factorPerStepBack(backwards(1, 0.42, 10))?.verdict).toBe("vanishes");
    expect(factorPerStepBack(backwards(1, 1.001, 10))?.verdict).toBe("steady");
    expect(factorPerStepBack(backwards(1, -1.9, 10))?.verdict).toBe("explodes");
  });

  it("leaves out what underflowed or overflowed, and needs two entries", () => {
    expect(factorPerStepBack([0, 0, 0.25, 0.5, 1])?.factor).toBeCloseTo(0.5, 12);
    expect(factorPerStepBack([NaN, Infinity, 4, 2, 1])?.factor).toBeCloseTo(2, 12);
    expect(factorPerStepBack([0, 0, 1])).toBeNull();
    expect(factorPerStepBack([])).toBeNull();
  });
});
