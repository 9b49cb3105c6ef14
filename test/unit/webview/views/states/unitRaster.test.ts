import { describe, expect, it } from "vitest";
import { divergingTable, packColor } from "../../../../../webview/ui/colorMap";
import { quantitiesOf } from "../../../../../webview/state/quantities";
import { vectorColumn } from "../../../../../src/shared/trace/trace";
import { rasterUnits, type UnitInput } from "../../../../../webview/views/states/unitRaster";
import { unitScale } from "../../../../../webview/views/states/unitScale";
import { headerOf } from "../../support";

const TABLE = Uint32Array.from({ length: 256 }, (_, level) => packColor(level, level, level));
const BROKEN = [packColor(255, 0, 255), packColor(1, 0, 1)] as const;

function raster(change: Partial<UnitInput>, width: number, height: number) {
  const input: UnitInput = {
    values: [0, 1, 0.4, 0.6],
    units: 2,
    skipped: 0,
    columns: 2,
    unitOf: (value) => value,
    saturated: () => false,
    ...change,
  };
  const { pixels } = rasterUnits(input, { table: TABLE, broken: BROKEN }, width, height);
  return Array.from({ length: height }, (_, y) =>
    Array.from(pixels.subarray(y * width, (y + 1) * width), (pixel) => (pixel === 0 ? null : pixel & 255)),
  );
}

describe("the map of units", () => {
  it("has time to the right and unit 0 at the foot", () => {
    expect(raster({}, 2, 2)).toEqual([
      [255, 153],
      [0, 102],
    ]);
  });

  it("leaves steps before the first value empty", () => {
    expect(raster({ skipped: 1, columns: 3 }, 3, 2)).toEqual([
      [null, 255, 153],
      [null, 0, 102],
    ]);
  });

  it("covers every pixel, whatever the size, with fewer pixels than units too", () => {
    for (const [width, height] of [
      [7, 5],
      [1, 1],
      [3, 1],
      [13, 11],
    ] as const)
      expect(raster({}, width, height).flat()).not.toContain(null);
  });

  it("stripes what is not finite and keeps values beyond the scale at its ends", () => {
    const { pixels } = rasterUnits(
      {
        values: [NaN, Infinity, -3, 9],
        units: 2,
        skipped: 0,
        columns: 2,
        unitOf: (value) => value,
        saturated: () => false,
      },
      { table: TABLE, broken: BROKEN },
      2,
      2,
    );
    expect(BROKEN).toContain(pixels[0]);
    expect(BROKEN).toContain(pixels[2]);
    expect([pixels[1]! & 255, pixels[3]! & 255]).toEqual([255, 0]);
  });

  it("marks saturated cells with a dot where cells are large enough", () => {
    const saturated = (value: number): boolean => value === 1;
    const large = raster({ saturated }, 20, 20);
    expect(
      large
        .slice(0, 10)
        .flatMap((row) => row.slice(0, 10))
        .filter((pixel) => pixel === 0),
    ).toHaveLength(9);
    expect(large.flatMap((row) => row.slice(10)).filter((pixel) => pixel === 0)).toHaveLength(0);
    expect(raster({ saturated }, 8, 8)[0]).toEqual([255, 255, 255, 255, 153, 153, 153, 153]);
  });
});

describe("the colors of a quantity", () => {
  const quantity = (name: string, cell = "lstm") =>
    quantitiesOf({ ...headerOf("a"), cell, columns: [{ name, length: 3, shape: [3, 1] }] }, 0)[0]!;

  it("are symmetric around zero for what has a sign", () => {
    const state = unitScale(quantity(vectorColumn.state(0)), Float64Array.of(-0.2, 0.9, 0), true);
    expect([-1, 0, 1].map(state.unitOf)).toEqual([0, 0.5, 1]);
    const cell = unitScale(quantity(vectorColumn.part("c", 0)), Float64Array.of(-7, 3, 0), false);
    expect(cell.unitOf(-7)).toBeGreaterThanOrEqual(0);
    expect(cell.unitOf(-3) + cell.unitOf(3)).toBeCloseTo(1, 12);
    expect(cell.ends).toEqual(["-8", "8"]);
  });

  it("go by powers of ten for gradients, whatever their sign", () => {
    const { decades, unitOf } = unitScale(quantity(vectorColumn.stateGrad(0)), Float64Array.of(-1e-6, 1e-3, 0), false);
    expect(decades).toMatchObject({ low: -6, high: -3 });
    expect([-1e-6, 1e-3, 0].map(unitOf)).toEqual([0, 1, 0]);
  });

  it("have a neutral middle, and grow darker in light themes and lighter in dark ones towards both ends", () => {
    const lightness = (color: number): number => (color & 255) + ((color >>> 8) & 255) + ((color >>> 16) & 255);
    for (const light of [true, false]) {
      const table = divergingTable(light);
      for (const [from, to] of [
        [127, 0],
        [128, 255],
      ] as const) {
        const sign = light ? -1 : 1;
        expect(sign * (lightness(table[to]!) - lightness(table[from]!)), `${light} ${to}`).toBeGreaterThan(200);
      }
      expect(Math.abs(lightness(table[127]!) - lightness(table[128]!))).toBeLessThan(12);
    }
  });
});
