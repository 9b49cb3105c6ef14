import { describe, expect, it } from "vitest";
import { packColor, viridisTable } from "../../../webview/ui/colorMap";
import type { LossSurface } from "../../../src/shared/trace/trace";
import { nonFiniteColors, decadesOf, levelOf, rasterHeat } from "../../../webview/chart/heatRaster";
import { unreachedSteps } from "../../../webview/chart/shortSequences";
import { rasterSurface, surfaceRange } from "../../../webview/views/lossSurface/surfaceRaster";

const COLORS = { table: viridisTable(), broken: nonFiniteColors(false) };
const colorAt = (value: number, range: { low: number; high: number }): number =>
  COLORS.table[levelOf(value, range)] as number;

describe("the heat map", () => {
  const range = { low: 0, high: 4 };
  const window = (rows: number) => ({ from: 0, to: rows - 1, first: 0, end: rows });

  it("has the last time step in the top row and an iteration in each column", () => {
    // Two iterations of two steps: 1, 10 and 100, 1000.
    const input = {
      iterations: [0, 1],
      rows: 2,
      values: Float64Array.of(1, 10, 100, 1000),
      steps: 2,
      window: window(2),
    };
    const { width, height, pixels } = rasterHeat(input, COLORS, range, 2, 1);
    expect([width, height]).toEqual([2, 2]);
    expect([...pixels]).toEqual([colorAt(10, range), colorAt(1000, range), colorAt(1, range), colorAt(100, range)]);
  });

  it("shows a spike of one iteration among thousands on a pixel", () => {
    const rows = 5000;
    const values = new Float64Array(rows).fill(1);
    values[3210] = 10_000;
    const { pixels } = rasterHeat(
      { iterations: Array.from({ length: rows }, (_, i) => i), rows, values, steps: 1, window: window(rows) },
      COLORS,
      range,
      200,
      1,
    );
    expect([...pixels].filter((pixel) => pixel === colorAt(10_000, range))).toHaveLength(1);
    expect(pixels.indexOf(colorAt(10_000, range))).toBe(Math.floor((3210 / rows) * 200));
  });

  it("leaves a step empty that no sequence of a batch is long enough to reach, and no other NaN", () => {
    const gradientNorm = Float64Array.of(1, NaN);
    const isOptional = unreachedSteps({ column: (name) => (name === "gradientNorm" ? gradientNorm : null) });
    const input = {
      iterations: [0, 1],
      rows: 2,
      values: Float64Array.of(10, NaN, 10, NaN),
      steps: 2,
      window: window(2),
      isOptional,
    };
    const [empty, striped, ...below] = rasterHeat(input, COLORS, range, 2, 1).pixels;
    expect([empty, COLORS.broken.includes(striped as never)]).toEqual([0, true]);
    expect(below).toEqual([colorAt(10, range), colorAt(10, range)]);
  });

  it("lets a non-finite value win over all others of its pixel, in colors of no table", () => {
    const rows = 1000;
    for (const broken of [NaN, Infinity, -Infinity]) {
      const values = new Float64Array(rows).fill(10_000);
      values[500] = broken;
      const { pixels } = rasterHeat(
        { iterations: Array.from({ length: rows }, (_, i) => i), rows, values, steps: 1, window: window(rows) },
        COLORS,
        range,
        100,
        1,
      );
      const striped = [...pixels].filter((pixel) => (COLORS.broken as readonly number[]).includes(pixel));
      expect(striped).toHaveLength(1);
      expect([...COLORS.table]).not.toContain(striped[0]);
    }
  });

  it("puts time steps that share a row under the largest of them", () => {
    const values = new Float64Array(1000).fill(1);
    values[7] = 1000;
    values[999] = NaN;
    const { height, pixels } = rasterHeat(
      { iterations: [0], rows: 1, values, steps: 1000, window: { from: 0, to: 1, first: 0, end: 1 } },
      COLORS,
      range,
      1,
      1,
      100,
    );
    expect(height).toBe(100);
    expect(pixels[99]).toBe(colorAt(1000, range));
    expect(COLORS.broken).toContain(pixels[0]);
    expect(new Set(pixels.subarray(1, 99))).toEqual(new Set([colorAt(1, range)]));
  });

  it("is empty where no iteration is yet", () => {
    const { pixels } = rasterHeat(
      {
        iterations: [0, 1],
        rows: 2,
        values: Float64Array.of(1, 1),
        steps: 1,
        window: { from: 0, to: 10, first: 0, end: 2 },
      },
      COLORS,
      range,
      100,
      1,
    );
    expect(pixels[0]).toBe(colorAt(1, range));
    expect(pixels[99]).toBe(0);
  });

  it("spends its colors on what came before an explosion", () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i < 995 ? 1 + i / 10 : 10 ** (30 * (i - 994))));
    expect(decadesOf(values, 0, values.length)).toEqual({ low: 0, high: 2, hasBelow: false, hasAbove: true });
    expect(decadesOf(Float64Array.of(NaN, Infinity, 0), 0, 3)).toBeNull();
  });
});

describe("the loss surface", () => {
  const surface = (loss: readonly number[]): LossSurface => ({
    runId: "a",
    xParameter: 0,
    yParameter: 1,
    xRange: [-1, 1],
    yRange: [-1, 1],
    columns: 2,
    rows: 2,
    loss: Float64Array.from(loss),
  });
  const colors = { ...COLORS, above: packColor(70, 70, 70) };

  it("tells cells above its colors from cells that are not finite", () => {
    const range = surfaceRange(surface([1, 1e40, 1, NaN]));
    expect(range).toEqual({ low: 0, high: 10, hasBroken: true, hasAbove: true });
    const { pixels } = rasterSurface(surface([1e40, 1e40, 1e40, 1e40]), colors, range, 4, 4);
    expect(new Set(pixels)).toEqual(new Set([colors.above]));
    const broken = rasterSurface(surface([1, 1, 1, NaN]), colors, range, 9, 9);
    expect([...broken.pixels].every((pixel) => (colors.broken as readonly number[]).includes(pixel))).toBe(true);
  });

  it("has the first grid row at the bottom", () => {
    const { pixels } = rasterSurface(surface([1, 1, 1e8, 1e8]), colors, { low: 0, high: 10 }, 1, 100);
    expect(pixels[0]).toBe(COLORS.table[levelOf(10 ** (8 * 0.995), { low: 0, high: 10 })]);
    expect(pixels[99]).toBe(COLORS.table[levelOf(10 ** (8 * 0.005), { low: 0, high: 10 })]);
  });
});
