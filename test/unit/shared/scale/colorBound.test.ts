import fc from "fast-check";
import { expect, it } from "vitest";
import { colorBound } from "../../../../src/shared/scale/colorBound";

const ordinary = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i / count));

it("one outlier leaves the colors to the other weights, among many and among few", () => {
  for (const count of [20, 500, 20_000]) {
    const { bound, largest, isClipped } = colorBound([ordinary(count), [-7.01]]);
    expect(bound).toBeLessThanOrEqual(1);
    expect(bound).toBeGreaterThan(0.9);
    expect([largest, isClipped]).toEqual([7.01, true]);
  }
});

it("nothing is clipped where the largest is no outlier, nor among a handful", () => {
  expect(colorBound([ordinary(500)])).toMatchObject({ bound: 1, isClipped: false });
  expect(colorBound([[0.1, 0.1, 5]])).toEqual({ bound: 5, largest: 5, isClipped: false });
});

it("zeros and what is not finite do not count", () => {
  const sparse = new Float64Array(10_000);
  sparse.fill(1, 0, 40);
  expect(colorBound([sparse])).toMatchObject({ bound: 1, isClipped: false });
  expect(colorBound([[0, NaN, Infinity]])).toEqual({ bound: 1, largest: 0, isClipped: false });
});

it("is a positive number of two digits that no value passes unless it says so", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 })), (values) => {
      const { bound, largest, isClipped } = colorBound([values]);
      expect(bound > 0 && Number.isFinite(bound)).toBe(true);
      if (!isClipped) expect(bound).toBeGreaterThanOrEqual(largest);
      else expect(largest).toBeGreaterThan(bound);
    }),
  );
});
