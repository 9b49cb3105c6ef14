import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearAxis, logAxis, symlogAxis, ticksOf } from "../../../../src/shared/scale/axisScale";
import { extentOf } from "../../../../src/shared/scale/extent";
import { formatLinearTicks, formatLogTicks } from "../../../../src/shared/words/tickFormat";

describe("the ticks of a linear axis", () => {
  it.each([
    [
      [0, 0.5, 1],
      ["0", "0.5", "1.0"],
    ],
    [
      [-2, -1, 0, 1],
      ["-2", "-1", "0", "1"],
    ],
    [
      [0, 0.0005, 0.001],
      ["0", "0.0005", "0.0010"],
    ],
    [
      [0.99991, 0.99992],
      ["0.99991", "0.99992"],
    ],
    [
      [0, 1e-6, 2e-6],
      ["0", "1e-6", "2e-6"],
    ],
    [
      [0, 5000, 10_000],
      ["0", "5k", "10k"],
    ],
    [
      [0, 100_000, 200_000],
      ["0", "100k", "200k"],
    ],
    [
      [0, 2.5e6, 5e6],
      ["0", "2.5M", "5.0M"],
    ],
    [
      [123_456, 123_457, 123_458],
      ["123,456", "123,457", "123,458"],
    ],
    [
      [0, 5e20, 1e21],
      ["0", "5e20", "1e21"],
    ],
    [[0], ["0"]],
  ])("%j read %j", (ticks, labels) => expect(formatLinearTicks(ticks)).toEqual(labels));
});

describe("the ticks of a log axis", () => {
  it.each([
    [
      [0.05, 0.1, 0.2, 0.5, 1],
      ["0.05", "0.1", "0.2", "0.5", "1"],
    ],
    [
      [0.01, 1, 100],
      ["10⁻²", "10⁰", "10²"],
    ],
    [
      [4, 4.5, 5],
      ["4.0", "4.5", "5.0"],
    ],
    [
      [1, 10, 100],
      ["1", "10", "100"],
    ],
    [
      [1.0001e-9, 1.0002e-9],
      ["1.0001e-9", "1.0002e-9"],
    ],
    [
      [1e-5, 1e-3, 1e-1],
      ["10⁻⁵", "10⁻³", "10⁻¹"],
    ],
    [
      [1e-4, 1, 1e4],
      ["10⁻⁴", "10⁰", "10⁴"],
    ],
    [
      [2e-5, 5e-5, 1e-4],
      ["2e-5", "5e-5", "1e-4"],
    ],
    [
      [-1e2, -1e-12, 0, 1e-12, 1e2],
      ["-10²", "-10⁻¹²", "0", "10⁻¹²", "10²"],
    ],
  ])("%j read %j", (ticks, labels) => expect(formatLogTicks(ticks)).toEqual(labels));
});

/** Of a label that is not zero. */
function notationOf(label: string): string {
  return label.includes("10⁻") || /10[⁰¹²³⁴⁵⁶⁷⁸⁹]/.test(label) ? "power" : /e-?\d/.test(label) ? "exponent" : "plain";
}

it("have one notation, and at least two labels that differ, on every axis around any two values", () => {
  const value = fc.double({ min: -1e12, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(value, value, fc.integer({ min: 2, max: 12 }), (a, b, count) => {
      fc.pre(Math.abs(a) > 1e-12 && Math.abs(b) > 1e-12 && Math.abs(a - b) > 1e-4 * Math.abs(a));
      const signed = extentOf([a, b]);
      const positive = extentOf([Math.abs(a), Math.abs(b)]);
      const labels = [
        formatLinearTicks(ticksOf(linearAxis(signed), count + 2)),
        formatLogTicks(ticksOf(symlogAxis(signed), count + 2)),
        ...(Math.abs(a / b) > 10 || Math.abs(b / a) > 10 ? [formatLogTicks(ticksOf(logAxis(positive), count))] : []),
      ];
      for (const axis of labels) {
        expect(new Set(axis).size).toBe(axis.length);
        expect(axis.length).toBeGreaterThanOrEqual(2);
        expect(new Set(axis.filter((label) => label !== "0").map(notationOf)).size).toBeLessThanOrEqual(1);
      }
    }),
  );
});
