import { describe, expect, it } from "vitest";
import { readNumber } from "../../../webview/page/typedNumber";

describe("a number that is typed", () => {
  it.each([
    ["0.01", 0.01],
    ["0,01", 0.01],
    [" 1e-3 ", 0.001],
    ["-1,5", -1.5],
    ["1,000", 1],
    ["", null],
    ["  ", null],
    ["fast", null],
    ["1,000,000", null],
    ["1e999", null],
  ])("%j is %j where fractions are allowed", (typed, value) => {
    expect(readNumber(typed, false)).toBe(value);
  });

  it.each([
    ["500", 500],
    ["1,000", 1000],
    ["10,000,000", 10_000_000],
    ["-1,000", -1000],
    ["1,5", 1.5],
    ["10,00", 10],
    ["1,0000", 1],
  ])("%j is %j where the number is whole", (typed, value) => {
    expect(readNumber(typed, true)).toBe(value);
  });
});
