import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatCount,
  formatDuration,
  formatFactor,
  formatPercent,
  formatSi,
  formatValue,
} from "../../../../src/shared/words/numberFormat";

describe("a value", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [1e-3, "0.001"],
    [9.99e-4, "9.99e-4"],
    [0.000_999_99, "0.001"],
    [0.003214159, "0.003214"],
    [4.99896364, "4.999"],
    [1234, "1,234"],
    [123_456, "123,456"],
    [615689.775, "615,690"],
    [999_999.4, "999,999"],
    [999_999.7, "1e6"],
    [1e6, "1e6"],
    [2.129e6, "2.129e6"],
    [7.15e-5, "7.15e-5"],
    [1.8009e-6, "1.801e-6"],
    [-0.00031, "-3.1e-4"],
    [-1.5, "-1.5"],
    [5e-324, "4.941e-324"],
    [Number.MAX_VALUE, "1.798e308"],
    [NaN, "NaN"],
    [Infinity, "∞"],
    [-Infinity, "-∞"],
  ])("%f reads %s", (value, text) => expect(formatValue(value)).toBe(text));

  it("has as many digits as are asked for", () => {
    expect([2, 3, 6].map((digits) => formatValue(1.23456789e-7, digits))).toEqual(["1.2e-7", "1.23e-7", "1.23457e-7"]);
    expect([2, 3, 6].map((digits) => formatValue(0.123456789, digits))).toEqual(["0.12", "0.123", "0.123457"]);
  });

  it("can be read back by a program, to the same digits, once the commas are gone", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const read = Number(formatValue(value, 6).replaceAll(",", ""));
        expect(Math.abs(read - value)).toBeLessThanOrEqual(1e-5 * Math.abs(value));
      }),
    );
  });

  it("has an exponent exactly where its size is below a thousandth or from a million on, and one digit before the point", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = formatValue(value);
        const size = Number(Math.abs(value).toPrecision(4));
        const isPlain = size === 0 || (size >= 1e-3 && Math.abs(value) < 999_999.5);
        expect(text).toMatch(isPlain ? /^-?[\d,]+(\.\d+)?$/ : /^-?\d(\.\d{1,3})?e-?\d+$/);
      }),
    );
  });
});

describe("labels", () => {
  it("write a share as a percentage without a space", () => {
    expect([0, 0.5, 0.953, 1, 1e-6].map((share) => formatPercent(share))).toEqual([
      "0%",
      "50%",
      "95.3%",
      "100%",
      "1e-4%",
    ]);
    expect(formatPercent(1 / 3, 2)).toBe("33%");
    expect(formatPercent(NaN)).toBe("–");
  });

  it("keep the width of a factor while its digits change", () => {
    expect([0.42, 1, 12.34, -1.4].map(formatFactor)).toEqual(["×0.420", "×1.00", "×12.3", "×-1.40"]);
    expect([2.8e21, 0.00012, -3e-9, Infinity].map(formatFactor)).toEqual(["×2.8e21", "×1.2e-4", "×-3e-9", "×∞"]);
  });

  it("write counts, speeds and durations for people", () => {
    expect([0, 999, 9999, 12_275, 200_000, NaN].map(formatCount)).toEqual([
      "0",
      "999",
      "9,999",
      "12,275",
      "200,000",
      "–",
    ]);
    expect([37, 0.25, 999.6, 412_345, 2.5e9, 999_960, 1e21].map((value) => formatSi(value))).toEqual([
      "37",
      "0.25",
      "1k",
      "412k",
      "2.5G",
      "1M",
      "1e21",
    ]);
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
