import { describe, expect, test } from "vitest";
import { positionOf, SLIDER_STEPS, valueAtPosition } from "../../../webview/page/sliderScale";

const RATE = { kind: "number", scale: "log", from: 1e-5, to: 1, whole: false } as const;
const UNITS = { kind: "number", scale: "log", from: 1, to: 256, whole: true } as const;
const WEIGHT = { kind: "number", scale: "linear", from: -3, to: 3, whole: false } as const;

describe("a slider", () => {
  test("goes by magnitude on a logarithmic scale", () => {
    expect(valueAtPosition(SLIDER_STEPS * 0.4, RATE)).toBe(0.001);
    expect(positionOf(0.001, RATE)).toBe(SLIDER_STEPS * 0.4);
    expect(valueAtPosition(SLIDER_STEPS / 2, WEIGHT)).toBeCloseTo(0, 12);
  });

  test("reaches both its ends exactly, and gives whole numbers where they are asked for", () => {
    for (const input of [RATE, UNITS, WEIGHT]) {
      expect([valueAtPosition(0, input), valueAtPosition(SLIDER_STEPS, input)]).toEqual([input.from, input.to]);
      for (let position = 0; position <= SLIDER_STEPS; position++) {
        const value = valueAtPosition(position, input);
        expect(value >= input.from && value <= input.to && (!input.whole || Number.isInteger(value))).toBe(true);
        expect(String(value).length).toBeLessThan(9);
      }
    }
  });

  test("stands where its value is, whatever the value", () => {
    for (let position = 0; position <= SLIDER_STEPS; position += 10)
      expect(Math.abs(positionOf(valueAtPosition(position, RATE), RATE) - position)).toBeLessThanOrEqual(1);
    expect([positionOf(-9, WEIGHT), positionOf(9, WEIGHT), positionOf(0, RATE)]).toEqual([0, SLIDER_STEPS, 0]);
  });
});
