import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureGradient, roundedBefore } from "../../../../src/shared/trace/gradientCurve";
import { judgeGradient, smallestGradient } from "../../../../src/shared/trace/gradientLimits";

const FLOAT64 = { engine: "float64" } as const;
const FLOAT32 = { engine: "float32" } as const;

/** dL/dh_t of a scalar linear cell: the last one times weight^(steps back). */
const backwards = (last: number, weight: number, timeSteps: number): number[] =>
  Array.from({ length: timeSteps + 1 }, (_, t) => last * weight ** (timeSteps - t));

const WEIGHT = fc.oneof(fc.double({ min: 0.05, max: 3, noNaN: true }), fc.double({ min: -3, max: -0.05, noNaN: true }));

describe("the factor per step back", () => {
  it("is the recurrent weight of a scalar linear cell, with its sign and without an error", () => {
    fc.assert(
      fc.property(WEIGHT, fc.constantFrom(-10.3, 2e-8, 1e6), fc.integer({ min: 1, max: 40 }), (w, last, timeSteps) => {
        const { trend } = measureGradient(backwards(last, w, timeSteps), FLOAT64);
        expect(trend?.factor).toBeCloseTo(w, 9);
        expect(trend?.error).toBeLessThan(1e-9);
        expect(trend).toMatchObject({ from: 0, to: timeSteps, fits: true, stretches: null });
        expect((trend?.total ?? NaN) / Math.abs(w) ** timeSteps).toBeCloseTo(1, 9);
      }),
    );
  });

  it("lies within three of its errors of the truth when the logarithms scatter evenly", () => {
    const noise = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 60, maxLength: 60 });
    let outside = 0;
    const runs = 200;
    fc.assert(
      fc.property(noise, fc.double({ min: 0.7, max: 1.3, noNaN: true }), (scatter, w) => {
        const curve = backwards(1, w, 59).map((value, t) => value * Math.exp(scatter[t] ?? 0));
        const { trend } = measureGradient(curve, FLOAT64);
        if (Math.abs((trend?.factor ?? NaN) - w) > 3 * (trend?.error ?? NaN)) outside++;
      }),
      { numRuns: runs, seed: 7 },
    );
    expect(outside).toBeLessThanOrEqual(0.05 * runs);
  });

  it("leaves out what is not finite, and needs two entries", () => {
    expect(measureGradient([NaN, Infinity, 4, 2, 1], FLOAT64).trend).toMatchObject({ factor: 2, from: 2, to: 4 });
    expect(measureGradient([0, 0, 1], FLOAT64).trend).toBeNull();
    expect(measureGradient([], FLOAT64)).toEqual({ trend: null, tooSmall: null, cutBefore: null });
  });
});

describe("a curve that is no exponential", () => {
  it("that falls at first and is flat then is described in two stretches with the totals of each", () => {
    // As measured in example 10: 3.6e-4 to 1e-5 within five steps of forty.
    const curve = Array.from({ length: 41 }, (_, t) => (40 - t < 5 ? 3.6e-4 * 0.488 ** (40 - t) : 1e-5));
    const { trend } = measureGradient(curve, FLOAT64);
    expect(trend?.fits).toBe(false);
    expect(trend?.stretches?.[0]).toMatchObject({ steps: 5, steady: false });
    expect(trend?.stretches?.[0].total).toBeCloseTo(0.0278, 4);
    expect(trend?.stretches?.[1]).toMatchObject({ steps: 35, steady: true, total: 1 });
  });

  it("that has no shape says how far the fitted one is off", () => {
    const curve = Array.from({ length: 31 }, (_, t) => (t % 2 === 0 ? 1 : 20));
    const { trend } = measureGradient(curve, FLOAT64);
    expect(trend).toMatchObject({ fits: false, stretches: null });
    expect(trend?.deviation).toBeGreaterThan(4);
  });
});

describe("numbers below the range of float32", () => {
  const stuck = Array.from({ length: 601 }, (_, t) => {
    let value = Math.fround(1e-23);
    for (let step = 600; step > t; step--) value = Math.fround(value * Math.fround(0.9));
    return value;
  });

  it("stay where they are instead of going to 0, which a fit over all of them takes for a flat gradient", () => {
    expect(stuck[0]).toBe(stuck[20]);
    expect(stuck[0]).toBeGreaterThan(0);
    expect(measureGradient(stuck, FLOAT64).trend?.factor).toBeGreaterThan(0.905);
  });

  it("are left out and reported as a stretch", () => {
    const { trend, tooSmall, cutBefore } = measureGradient(stuck, FLOAT32);
    expect(trend?.factor).toBeCloseTo(0.9, 6);
    expect(tooSmall).toEqual({ from: 0, to: (trend?.from ?? NaN) - 1 });
    expect(stuck[trend?.from ?? 0]).toBeGreaterThanOrEqual(smallestGradient("float32"));
    expect(cutBefore).toBeNull();
  });

  it("that reach 0 are too small as well, and not cut", () => {
    const fast = Array.from({ length: 61 }, (_, t) => Math.fround(0.1 ** (60 - t)));
    expect(fast[0]).toBe(0);
    const { tooSmall, cutBefore } = measureGradient(fast, FLOAT32);
    expect(cutBefore).toBeNull();
    expect(tooSmall).toMatchObject({ from: 0 });
    expect(roundedBefore(fast, FLOAT32)).toBe(fast.findIndex((value) => value > 0));
    // From one step to the next past all that float32 holds.
    expect(measureGradient([0, 0, 1e-25, 1], FLOAT32)).toMatchObject({ tooSmall: { from: 0, to: 1 }, cutBefore: null });
  });
});

describe("a gradient that is exactly 0 at all earlier steps", () => {
  it("is cut, wherever that is, unless it was on its way there", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.3, max: 2, noNaN: true }),
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom(FLOAT32, FLOAT64),
        (w, before, source) => {
          const curve = backwards(1, w, 30).map((value, t) => (t < before ? 0 : value));
          const { cutBefore, tooSmall, trend } = measureGradient(curve, source);
          expect([cutBefore, tooSmall]).toEqual([before, null]);
          expect(trend?.from ?? before).toBe(before);
        },
      ),
    );
  });

  it("is cut by truncation whatever its size there", () => {
    expect(measureGradient([0, 0, 1e-37, 1], { ...FLOAT32, truncate: 2 }).cutBefore).toBe(2);
    expect(roundedBefore([0, 0, 1e-37, 1], { ...FLOAT32, truncate: 2 })).toBe(0);
    expect(measureGradient([0, 0, 1e-37, 1], FLOAT32).cutBefore).toBeNull();
    expect(roundedBefore([0, 0, 1e-37, 1], FLOAT32)).toBe(2);
    expect(roundedBefore([0.5, 0, 1], FLOAT32)).toBe(0);
  });

  it("is 0 everywhere when it is cut after the last step", () => {
    expect(measureGradient([0, 0, 0], FLOAT64)).toEqual({ trend: null, tooSmall: null, cutBefore: 3 });
  });
});

describe("the limits", () => {
  it("ask for the whole stretch, enough steps and a run that has not converged", () => {
    expect(judgeGradient(0.9e-4, 1, 5, 1)).toBe("vanishes");
    expect(judgeGradient(1.1e-4, 1, 5, 1)).toBeNull();
    expect(judgeGradient(0.9e-4, 1, 4, 1)).toBeNull();
    expect(judgeGradient(0.9e-14, 1e-10, 5, 1e-10)).toBeNull();
    expect(judgeGradient(0.54, 1, 10, 3)).toBeNull();
  });

  it("call growth an explosion when the whole gradient is above 1000 or no number", () => {
    expect(judgeGradient(1024, 1, 10, 1001)).toBe("explodes");
    expect(judgeGradient(1024, 1, 10, NaN)).toBe("explodes");
    expect(judgeGradient(1024, 1, 10, 999)).toBeNull();
    expect(judgeGradient(0.9, 1, 10, 1e6)).toBeNull();
  });
});
