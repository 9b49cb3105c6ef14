import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smoothCurve } from "../../../../webview/chart/smoothing";

/** The mean of the values so far, each weighted by w to the power of its age: what the recursion is to come to. */
function weightedMeans(values: readonly number[], weight: number): number[] {
  return values.map((_, i) => {
    const weights = values.slice(0, i + 1).map((_value, k) => weight ** (i - k));
    const total = weights.reduce((sum, value) => sum + value, 0);
    return values.slice(0, i + 1).reduce((sum, value, k) => sum + (weights[k]! * value) / total, 0);
  });
}

describe("a smoothed curve", () => {
  it("is TensorBoard's: a moving average that does not start at zero", () => {
    // By hand, for w = 0.6: 0.4 * 1 / 0.4; (0.6 * 0.4 + 0.4 * 3) / 0.64; (0.6 * 1.44 + 0.4 * 2) / 0.784.
    const smoothed = smoothCurve([1, 3, 2], 0.6);
    for (const [i, value] of [1, 2.25, 1.664 / 0.784].entries()) expect(smoothed[i]).toBeCloseTo(value, 12);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (values, weight) => {
          const expected = weightedMeans(values, weight);
          for (const [i, value] of smoothCurve(values, weight).entries()) expect(value).toBeCloseTo(expected[i]!, 6);
        },
      ),
    );
  });

  it("is the curve itself without a weight, and where nothing changes", () => {
    expect([...smoothCurve([3, 1, 2], 0)]).toEqual([3, 1, 2]);
    for (const value of smoothCurve(new Float64Array(500).fill(0.1), 0.99)) expect(value).toBeCloseTo(0.1, 12);
  });

  it("keeps what is not finite in its place, and goes on after it as if it had not been there", () => {
    expect([...smoothCurve([1, NaN, Infinity, 3], 0.6)]).toEqual([1, NaN, Infinity, smoothCurve([1, 3], 0.6)[1]]);
  });

  it("counts a point as often as the iterations that it stands for", () => {
    const one = smoothCurve([4, 4, 4, 1, 1], 0.9);
    const bucket = smoothCurve([4, 1], 0.9, (point) => (point === 0 ? 3 : 2));
    expect(bucket[0]).toBeCloseTo(one[2]!, 12);
    expect(bucket[1]).toBeCloseTo(one[4]!, 12);
  });
});
