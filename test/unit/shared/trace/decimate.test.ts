import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimateMinMax, indexAt } from "../../../../src/shared/trace/decimate";

const count = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => i);

describe("decimation", () => {
  it("keeps a spike of a single iteration at its full height, up and down", () => {
    const y = new Float64Array(100_000).fill(1);
    y[41_234] = 900;
    y[77_777] = -5;
    const kept = decimateMinMax(count(y.length), y, 0, y.length, 300);
    expect(kept.length).toBeLessThanOrEqual(5 * 300);
    expect([...kept]).toContain(41_234);
    expect([...kept]).toContain(77_777);
  });

  it("keeps the first non-finite value of every bucket, so that the line breaks there", () => {
    const y = new Float64Array(10_000).fill(1);
    y[5000] = NaN;
    y[7000] = Infinity;
    const kept = [...decimateMinMax(count(y.length), y, 0, y.length, 100)];
    expect(kept).toContain(5000);
    expect(kept).toContain(7000);
  });

  it("keeps the ends, the extremes and the order of any series, also with gaps in x", () => {
    const series = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.double()), { minLength: 1, maxLength: 600 });
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 40 }), (steps, buckets) => {
        const x = new Float64Array(steps.length);
        for (let i = 1; i < steps.length; i++) x[i] = (x[i - 1] as number) + (steps[i]?.[0] ?? 1);
        const y = Float64Array.from(steps, ([, value]) => value);
        const kept = [...decimateMinMax(x, y, 0, y.length, buckets)];
        expect(kept[0]).toBe(0);
        expect(kept.at(-1)).toBe(y.length - 1);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        const finite = [...y].filter(Number.isFinite);
        const shown = kept.map((i) => y[i] as number).filter(Number.isFinite);
        if (finite.length > 0) {
          expect(Math.max(...shown)).toBe(Math.max(...finite));
          expect(Math.min(...shown)).toBe(Math.min(...finite));
        }
        expect(kept.some((i) => !Number.isFinite(y[i]))).toBe([...y].some((value) => !Number.isFinite(value)));
      }),
    );
  });

  it("leaves a short series alone", () => {
    expect([...decimateMinMax(count(5), count(5), 1, 4, 100)]).toEqual([1, 2, 3]);
    expect([...decimateMinMax(count(5), count(5), 3, 3, 100)]).toEqual([]);
  });
});

describe("indexAt", () => {
  it("finds the last row at or before an iteration", () => {
    const iterations = [0, 10, 20, 50];
    expect([-3, 0, 9, 10, 49, 50, 1e9].map((at) => indexAt(iterations, 4, at))).toEqual([0, 0, 0, 1, 2, 3, 3]);
  });
});
