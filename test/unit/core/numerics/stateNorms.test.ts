import { expect, it } from "vitest";
import { meanNorms } from "../../../../src/core/numerics/stateNorms";

it("the norm of a state gradient is right where its squares leave the range of float64", () => {
  for (const size of [5e-324, 1e-200, 1, 1e200]) {
    const norms = new Float64Array(2);
    // [B = 2, steps = 2, H = 4]: the second sequence has twice the gradient of the first.
    const values = Float64Array.from({ length: 16 }, (_, i) => (i < 8 ? size : 2 * size));
    meanNorms(values, 2, 2, 4, norms);
    for (const norm of norms) expect(norm / (3 * size)).toBeCloseTo(1, 12);
  }
});

it("what is not finite reaches the norm", () => {
  for (const value of [NaN, Infinity]) {
    const norms = new Float64Array(1);
    meanNorms(Float64Array.of(1, value), 1, 1, 2, norms);
    expect(norms[0]).toBe(value);
  }
});
