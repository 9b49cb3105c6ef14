import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatCount,
  formatDuration,
  formatFactor,
  formatPowerTick,
  formatSi,
  formatSpoken,
  formatTick,
  formatValue,
} from "../../../../src/shared/words/numberFormat";

describe("a value", () => {
  it.each([
    [0, "0"],
    [0.003214159, "0.003214"],
    [4.99896364, "4.999"],
    [615689.775, "615,690"],
    [1234, "1234"],
    [999_999.7, "1×10⁶"],
    [1.8009e-6, "1.801×10⁻⁶"],
    [-0.00031, "−310×10⁻⁶"],
    [2.129e6, "2.129×10⁶"],
    [5e-324, "4.941×10⁻³²⁴"],
    [NaN, "NaN"],
    [Infinity, "∞"],
    [-Infinity, "−∞"],
  ])("%f reads %s", (value, text) => expect(formatValue(value)).toBe(text));

  it("has an exponent that is a multiple of three, and a mantissa below a thousand, or none", () => {
    const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const [mantissa = "", power] = formatValue(value).split("×10");
        if (power === undefined) return;
        const exponent = Number([...power].map((c) => (c === "⁻" ? "-" : digits.indexOf(c))).join(""));
        expect(exponent % 3 === 0).toBe(true);
        expect(Number(mantissa.replace("−", ""))).toBeGreaterThanOrEqual(1);
        expect(Number(mantissa.replace("−", ""))).toBeLessThan(1000);
      }),
    );
  });

  it("is spoken in a form that a program reads back to the same digits", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Math.abs(Number(formatSpoken(value, 6)) - value)).toBeLessThanOrEqual(1e-5 * Math.abs(value));
      }),
    );
    expect(formatSpoken(1.8009e-6)).toBe("1.801e-6");
    expect(formatSpoken(2e-9)).toBe("2e-9");
    expect(formatSpoken(NaN)).toBe("not a number");
  });
});

describe("labels", () => {
  it("write linear ticks to the precision of their step", () => {
    expect([0, 0.5, 1].map((tick) => formatTick(tick, 0.5))).toEqual(["0", "0.5", "1.0"]);
    expect([0, 100_000, 200_000].map((tick) => formatTick(tick, 100_000))).toEqual(["0", "100k", "200k"]);
    expect(formatTick(-2, 1)).toBe("−2");
    expect(formatTick(2e-6, 1e-6)).toBe("2×10⁻⁶");
  });

  it("write powers of ten as powers", () => {
    expect([1e-3, 0.1, 1, 10, 1e5, -100, 0].map(formatPowerTick)).toEqual([
      "10⁻³",
      "10⁻¹",
      "1",
      "10",
      "10⁵",
      "−10²",
      "0",
    ]);
    expect([0.5, 20, 5e6].map(formatPowerTick)).toEqual(["0.5", "20", "5×10⁶"]);
  });

  it("keep the width of a factor while its digits change", () => {
    expect([0.42, 1, 12.34, -1.4].map(formatFactor)).toEqual(["×0.420", "×1.00", "×12.3", "×−1.40"]);
    expect(formatFactor(2.8e21)).toBe("×2.8×10²¹");
  });

  it("write counts, speeds and durations for people", () => {
    expect([0, 9999, 12_000, 200_000].map(formatCount)).toEqual(["0", "9999", "12,000", "200,000"]);
    expect([37, 999.6, 412_345, 2.5e9].map((value) => formatSi(value))).toEqual(["37", "1 k", "412 k", "2.5 G"]);
    expect([0, 0.3928, 999.6, 12_345, 59_960, 245_000, 7_800_000].map(formatDuration)).toEqual([
      "0 ms",
      "0.393 ms",
      "1.00 s",
      "12.3 s",
      "1 min 00 s",
      "4 min 05 s",
      "2 h 10 min",
    ]);
  });
});
