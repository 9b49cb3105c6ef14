import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearAxis, logAxis, symlogAxis, toUnit, type AxisSpec } from "../../../../src/shared/scale/axisScale";
import { extentOf } from "../../../../src/shared/scale/extent";
import { CHARACTER_WIDTH, LABEL_HEIGHT, labeledTicks, placeName } from "../../../../webview/chart/axisTicks";

const size = fc.tuple(fc.integer({ min: -12, max: 12 }), fc.double({ min: 1, max: 9.99, noNaN: true }));
const value = size.map(([power, mantissa]) => mantissa * 10 ** power);
const pixels = fc.integer({ min: 40, max: 900 });
const side = fc.constantFrom("horizontal" as const, "vertical" as const);

function notationOf(label: string): string {
  return /10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]/.test(label) ? "power" : /e-?\d/.test(label) ? "exponent" : "plain";
}

/** One notation, at least two labels, none twice, none over another. */
function expectReadable(axis: AxisSpec, length: number, at: "horizontal" | "vertical"): void {
  const ticks = labeledTicks(axis, length, at);
  const labels = ticks.map(({ label }) => label);
  expect(labels.length).toBeGreaterThanOrEqual(2);
  expect(new Set(labels).size).toBe(labels.length);
  expect(new Set(labels.filter((label) => label !== "0").map(notationOf)).size).toBe(1);
  for (const [i, tick] of ticks.entries()) {
    expect(toUnit(axis, tick.value)).toBeGreaterThan(-1e-6);
    expect(toUnit(axis, tick.value)).toBeLessThan(1 + 1e-6);
    const before = ticks[i - 1];
    if (before === undefined || ticks.length === 2) continue;
    const distance = (toUnit(axis, tick.value) - toUnit(axis, before.value)) * length;
    const needed = at === "vertical" ? LABEL_HEIGHT : ((tick.label.length + before.label.length) / 2) * CHARACTER_WIDTH;
    expect(distance).toBeGreaterThanOrEqual(needed);
  }
}

describe("the labels of an axis", () => {
  it("are readable on every log axis, whatever its height and however little it spans", () => {
    fc.assert(
      fc.property(value, fc.double({ min: 0, max: 14, noNaN: true }), pixels, side, (low, decades, length, at) =>
        expectReadable(logAxis(extentOf([low, low * 10 ** decades])), length, at),
      ),
      { numRuns: 500 },
    );
  });

  it("are readable on every linear axis and every signed log axis", () => {
    const signed = fc.tuple(value, fc.boolean()).map(([of, negative]) => (negative ? -of : of));
    fc.assert(
      fc.property(signed, signed, pixels, side, (a, b, length, at) => {
        fc.pre(Math.abs(a - b) > 1e-4 * Math.max(Math.abs(a), Math.abs(b)));
        expectReadable(linearAxis(extentOf([a, b])), length, at);
        expectReadable(symlogAxis(extentOf([a, b])), length, at);
      }),
      { numRuns: 500 },
    );
  });

  it("are powers of ten over many decades, and plain numbers over few", () => {
    const read = (axis: AxisSpec): string[] => labeledTicks(axis, 120, "vertical").map(({ label }) => label);
    expect(read(logAxis(extentOf([0.011, 90])))).toEqual(["10⁻²", "10⁻¹", "10⁰", "10¹", "10²"]);
    expect(read(logAxis(extentOf([1e-9, 90])))).toEqual(["10⁻⁹", "10⁻⁶", "10⁻³", "10⁰"]);
    expect(read(logAxis(extentOf([0.2, 0.7])))).toEqual(["0.2", "0.4", "0.6"]);
    expect(read(logAxis(extentOf([0.05, 0.9])))).toEqual(["0.05", "0.1", "0.2", "0.5", "1"]);
    expect(read(symlogAxis(extentOf([-3e-5, 2e-4])))).toEqual(["-10⁻⁴", "0", "10⁻⁴"]);
  });

  it("are the values of a geometric sequence where an axis has one", () => {
    const axis: AxisSpec = { kind: "log", min: 4, max: 32, at: [4, 8, 16, 32] };
    expect(labeledTicks(axis, 300, "horizontal").map(({ label }) => label)).toEqual(["4", "8", "16", "32"]);
  });
});

describe("the name of a horizontal axis", () => {
  const at = (...places: number[]) => places.map((place) => ({ at: place, width: 20 }));

  it("stands at the right end where no label does", () => {
    expect(placeName(at(0, 100, 200), 60, 310)).toEqual({ right: 310, dropped: new Set() });
  });

  it("stands before the last label otherwise, in the place of those it would cover", () => {
    expect(placeName(at(0, 60, 120, 180, 240, 300), 60, 310)).toEqual({ right: 278, dropped: new Set([4]) });
  });

  it("is left out rather than the first or the last label", () => {
    expect(placeName(at(0, 100), 90, 110)).toBeNull();
    expect(placeName([], 90, 110)).toEqual({ right: 110, dropped: new Set() });
  });
});
