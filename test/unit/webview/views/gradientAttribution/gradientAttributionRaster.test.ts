import { describe, expect, it } from "vitest";
import type { GradientAttribution } from "../../../../../src/shared/trace/gradientAttribution";
import {
  rowOfLoss,
  largestSource,
  rasterItems,
} from "../../../../../webview/views/gradientAttribution/gradientAttributionRaster";

const TABLE = Uint32Array.from({ length: 256 }, (_, i) => i + 1);
const COLORS = { table: TABLE, broken: [900, 901] as const };

/** T = 3: the loss at step k sends 10^-(k - j) to state j. */
const items: GradientAttribution = {
  timeSteps: 3,
  steps: Int32Array.of(1, 2, 3),
  values: Float64Array.from({ length: 12 }, (_, i) =>
    i % 4 <= Math.floor(i / 4) + 1 ? 10 ** ((i % 4) - Math.floor(i / 4) - 1) : 0,
  ),
};

describe("the gradient attribution as pixels", () => {
  it("has the last loss at the top, each row as far as its loss, and colors by powers of ten", () => {
    const { pixels } = rasterItems(items, COLORS, { low: -3, high: 0 }, 4, 3);
    expect([...pixels]).toEqual([1, 86, 171, 256, 86, 171, 256, 0, 171, 256, 0, 0]);
  });

  it("keeps its stripes for numbers that are none", () => {
    const broken = { ...items, values: items.values.map((value, i) => (i === 8 ? Infinity : value)) };
    const { pixels } = rasterItems(broken, COLORS, { low: -3, high: 0 }, 4, 3);
    expect([900, 901]).toContain(pixels[0]);
  });
});

it("the nearest of the losses that were sent back stands for one that was not", () => {
  expect([1, 2, 3, 5, 9].map((k) => rowOfLoss([1, 4, 9], k))).toEqual([0, 0, 1, 1, 2]);
});

it("the largest part of what reaches a state is named with its share", () => {
  expect(largestSource(items, 3)).toEqual({ step: 3, share: 1 });
  expect(largestSource(items, 2)).toEqual({ step: 2, share: 1 / 1.1 });
  expect(largestSource({ ...items, values: new Float64Array(12) }, 0)).toBeNull();
});
