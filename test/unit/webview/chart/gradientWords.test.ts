import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureGradient } from "../../../../src/shared/trace/gradientCurve";
import type { TraceHeader } from "../../../../src/shared/trace/trace";
import { curveSentences, totalText } from "../../../../webview/chart/gradientWords";
import { headerOf } from "../support";

const headerFor = (values: readonly number[], change: Partial<TraceHeader> = {}): TraceHeader => ({
  ...headerOf("a"),
  timeSteps: values.length - 1,
  ...change,
});
const captionOf = (values: readonly number[], change: Partial<TraceHeader> = {}): string => {
  const header = headerFor(values, change);
  return curveSentences(measureGradient(values, header), header).join(" ");
};

/** Numbers as a reader reads them: "×0.028" is 0.028. */
const numberIn = (text: string): number => Number(text.replaceAll(/[×,]/g, ""));
const NUMBER = String.raw`×?-?[\d.,]+(?:e-?\d+)?`;
/** Three digits are shown. */
const expectShown = (text: string, value: number): void =>
  expect(Math.abs(numberIn(text) / value - 1)).toBeLessThan(0.00501);

/** Three kinds of curves, as gradients go: one factor, two factors, and a jump at first; with some noise. */
const CURVE = fc
  .record({
    steps: fc.integer({ min: 4, max: 120 }),
    last: fc.constantFrom(1, 3.6e-4, 2e5),
    near: fc.double({ min: 0.2, max: 1.6, noNaN: true }),
    far: fc.double({ min: 0.8, max: 1.2, noNaN: true }),
    breakAt: fc.integer({ min: 0, max: 12 }),
    noise: fc.constantFrom(0, 0, 0.1, 0.5),
    seed: fc.integer({ min: 1, max: 1000 }),
  })
  .map(({ steps, last, near, far, breakAt, noise, seed }) =>
    Array.from({ length: steps + 1 }, (_, t) => {
      const back = steps - t;
      const wave = Math.sin(seed * (back + 1) * 12.9898);
      return last * near ** Math.min(back, breakAt) * far ** Math.max(0, back - breakAt) * Math.exp(noise * wave);
    }),
  );

describe("each statement of a caption holds for the plotted numbers", () => {
  it("the total, and the factor where one is given", () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(CURVE, (curve) => {
        const caption = captionOf(curve);
        const T = curve.length - 1;
        const at = (t: number): number => curve[t] ?? NaN;
        const [, total = "", over = ""] = new RegExp(`(${NUMBER}) over (\\d+) steps?(?:[.]|$)`).exec(caption) ?? [];
        expectShown(total, at(0) / at(T));
        expect(Number(over)).toBe(T);

        const one = new RegExp(`^Measured: (${NUMBER})(?: ± (${NUMBER}))? per step back`).exec(caption);
        if (one !== null) {
          kinds.add("one factor");
          const factor = numberIn(one[1] ?? "");
          // Fitted anew in another way: the mean of the slopes between all pairs, weighted by their distance squared.
          let sum = 0;
          let weights = 0;
          for (let s = 0; s <= T; s++)
            for (let t = s + 1; t <= T; t++) {
              sum += (t - s) * Math.log(at(s) / at(t));
              weights += (t - s) ** 2;
            }
          expect(Math.abs(Math.exp(sum / weights) / factor - 1)).toBeLessThan(0.0051);
          // The line runs near every point: within a factor of 2, or a tenth of the whole way.
          const slope = sum / weights;
          const mean = curve.reduce((all, value) => all + Math.log(value), 0) / curve.length;
          const allowed = Math.max(Math.LN2, 0.1 * Math.abs(slope) * T) + 1e-9;
          curve.forEach((value, t) =>
            expect(Math.abs(Math.log(value) - mean - slope * (T / 2 - t))).toBeLessThanOrEqual(allowed),
          );
        }

        const fallen = new RegExp(`(falls|grows) by (${NUMBER}) within (\\d+) steps?, then steady`).exec(caption);
        if (fallen !== null) {
          kinds.add("then steady");
          const steps = Number(fallen[3]);
          const change = at(T - steps) / at(T);
          expectShown(fallen[2] ?? "", change);
          expect(fallen[1]).toBe(change < 1 ? "falls" : "grows");
          const rest = curve.slice(0, T - steps + 1);
          expect(Math.max(...rest) / Math.min(...rest)).toBeLessThanOrEqual(2);
        }

        const two = new RegExp(`^Measured: (${NUMBER}) within (\\d+) steps?, then (${NUMBER}) over (\\d+) steps;`).exec(
          caption,
        );
        if (two !== null) {
          kinds.add("two factors");
          const steps = Number(two[2]);
          expectShown(two[1] ?? "", at(T - steps) / at(T));
          expectShown(two[3] ?? "", at(0) / at(T - steps));
          expect(steps + Number(two[4])).toBe(T);
        }
      }),
      { numRuns: 400 },
    );
    expect([...kinds].sort()).toEqual(["one factor", "then steady", "two factors"]);
  });
});

it("an error is given where the digits of the factor show it", () => {
  const exact = Array.from({ length: 11 }, (_, t) => 0.94 ** (10 - t));
  expect(captionOf(exact)).toBe("Measured: ×0.940 per step back, ×0.539 over 10 steps.");
  const rough = exact.map((value, t) => value * (t % 2 === 0 ? 1.05 : 0.95));
  expect(captionOf(rough)).toMatch(/^Measured: ×0\.9\d\d ± 0\.00\d per step back, ×0\.5\d\d over 10 steps\.$/);
});

it("singular and plural", () => {
  expect(captionOf([2, 1])).toBe("Measured: ×2.00 over 1 step.");
  expect(captionOf([1, 1, 1, 1, 1, 1, 1, 1, 1, 40])).toBe(
    "Measured: falls by ×0.0250 within 1 step, then steady; ×0.0250 over 9 steps.",
  );
  expect(totalText({ ...measureGradient([3, 1], headerOf("a")).trend! })).toBe("×3.00 over 1 step");
});

describe("zeros are named by their cause", () => {
  const zeros = (before: number): number[] => Array.from({ length: 21 }, (_, t) => (t < before ? 0 : 0.9 ** (20 - t)));

  it("truncation where the file truncates there", () => {
    expect(captionOf(zeros(16), { truncate: 5 })).toContain("Exactly 0 before step 16: cut by truncation.");
    expect(captionOf(zeros(12), { truncate: 5 })).toContain("Exactly 0 before step 12: no path.");
    expect(captionOf(zeros(12))).toContain("Exactly 0 before step 12: no path.");
    expect(captionOf(Array.from({ length: 21 }, () => 0))).toBe("Exactly 0 at every step.");
  });

  it("the range of float32 where they became too small, in float32 only", () => {
    const fast = Array.from({ length: 61 }, (_, t) => Math.fround(0.1 ** (60 - t)));
    expect(captionOf(fast, { engine: "float32" })).toBe(
      "Measured: ×0.100 per step back, ×1e-27 over 27 steps. " +
        "Below float32's range (1.0e-28) before step 33; not counted.",
    );
    expect(captionOf(fast.map((_, t) => 0.1 ** (60 - t)))).toBe(
      "Measured: ×0.100 per step back, ×1e-60 over 60 steps.",
    );
  });
});
