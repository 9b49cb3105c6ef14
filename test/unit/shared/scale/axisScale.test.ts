import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fromUnit,
  linearAxis,
  logAxis,
  symlog,
  symlogAxis,
  symlogInverse,
  ticksOf,
  toUnit,
  type AxisSpec,
} from "../../../../src/shared/scale/axisScale";
import { extentOf, typicalExtent } from "../../../../src/shared/scale/extent";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 });
const threshold = fc.integer({ min: -30, max: 30 }).map((k) => 10 ** k);

describe("symlog", () => {
  it("is undone by its inverse, for both signs and over 600 decades", () => {
    fc.assert(
      fc.property(finite, threshold, (value, c) => {
        const back = symlogInverse(symlog(value, c), c);
        expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-9 * Math.abs(value) + 1e-290);
      }),
    );
  });

  it("is odd, grows, and gives every decade beyond the threshold the same height", () => {
    expect(symlog(-50, 1)).toBe(-symlog(50, 1));
    expect(symlog(1, 1)).toBe(1);
    expect(symlog(10, 1)).toBeCloseTo(2, 12);
    expect(symlog(1000, 1)).toBeCloseTo(4, 12);
    expect(symlog(0, 1)).toBe(0);
    expect(symlog(0.5, 1)).toBe(0.5);
    fc.assert(fc.property(finite, finite, threshold, (a, b, c) => (a < b ? symlog(a, c) <= symlog(b, c) : true)));
  });
});

describe("an axis", () => {
  const specs: readonly AxisSpec[] = [
    { kind: "linear", min: -3, max: 7 },
    { kind: "log", min: 1e-6, max: 1e9 },
    { kind: "symlog", min: -1e4, max: 1e6, threshold: 1e-3 },
  ];

  it("puts its ends at 0 and 1, and finds the value under a place again", () => {
    for (const spec of specs) {
      expect(toUnit(spec, spec.min)).toBeCloseTo(0, 12);
      expect(toUnit(spec, spec.max)).toBeCloseTo(1, 12);
      for (const unit of [0.1, 0.5, 0.93]) expect(toUnit(spec, fromUnit(spec, unit))).toBeCloseTo(unit, 12);
    }
  });

  it("has ticks that ascend, lie inside, and are not many more than asked for, whatever the values", () => {
    const values = fc.array(fc.double({ noNaN: true }), { maxLength: 30 });
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 12 }), (numbers, count) => {
        for (const axis of [linearAxis(extentOf(numbers)), logAxis(extentOf(numbers)), symlogAxis(extentOf(numbers))]) {
          expect(axis.min).toBeLessThan(axis.max);
          expect(Number.isFinite(axis.min) && Number.isFinite(axis.max)).toBe(true);
          const ticks = ticksOf(axis, count);
          expect(ticks.length).toBeLessThanOrEqual(2 * count + 3);
          const slack = 1e-9 * Math.max(Math.abs(axis.min), Math.abs(axis.max));
          for (const [i, tick] of ticks.entries()) {
            expect(tick).toBeGreaterThanOrEqual(axis.min - slack);
            expect(tick).toBeLessThanOrEqual(axis.max + slack);
            if (i > 0) expect(tick).toBeGreaterThan(ticks[i - 1] as number);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("counts in whole numbers where it shows iterations", () => {
    expect(ticksOf({ kind: "linear", min: 0, max: 3, whole: true }, 10)).toEqual([0, 1, 2, 3]);
    expect(ticksOf({ kind: "linear", min: 0, max: 500, whole: true }, 5)).toEqual([0, 100, 200, 300, 400, 500]);
  });

  it("shows zero and both signs of a gradient on whole decades", () => {
    const axis = symlogAxis(extentOf([-4000, 0.02, 3]));
    expect(axis).toEqual({ kind: "symlog", min: -10_000, max: 10, threshold: 0.01 });
    expect(ticksOf(axis, 5)).toContain(0);
  });

  it("starts at zero when a gradient has one sign", () => {
    expect(symlogAxis(extentOf([2, 70]))).toEqual({ kind: "symlog", min: 0, max: 100, threshold: 1 });
    expect(symlogAxis(extentOf([-2, -70])).max).toBe(0);
  });
});

describe("the typical extent", () => {
  it("leaves an explosion at the end out, and what came before fills the axis", () => {
    const losses = [...Array.from({ length: 300 }, (_, i) => 10 / (i + 1)), 1e40, 1e120, Infinity, NaN];
    const extent = typicalExtent(losses, 0, losses.length);
    expect(extent?.max).toBeLessThan(1e20);
    expect(extent?.min).toBeCloseTo(10 / 300, 10);
  });

  it("keeps everything where nothing is far off", () => {
    expect(typicalExtent([1, 2, 5, 80], 0, 4)).toMatchObject({ min: 1 });
    expect(typicalExtent([1, 2, 5, 80], 0, 4)?.max).toBeCloseTo(80, 9);
  });

  it("is null without a finite value other than zero", () => {
    expect(typicalExtent([NaN, Infinity, 0], 0, 3)).toBeNull();
    expect(extentOf([NaN, Infinity])).toBeNull();
  });
});
