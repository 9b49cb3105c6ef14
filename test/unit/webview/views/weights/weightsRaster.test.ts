import { expect, it } from "vitest";
import { divergingTable } from "../../../../../webview/ui/colorMap";
import { rasterCells } from "../../../../../webview/views/weights/weightsRaster";

const TABLE = divergingTable(true);
const BROKEN = [1, 2] as const;

function raster(values: readonly number[], rows: number, columns: number, width: number, height: number): number[] {
  return [...rasterCells({ rows, columns, cells: Float32Array.from(values) }, TABLE, 1, BROKEN, width, height).pixels];
}

it("no weight is lost where cells are smaller than pixels, wherever it stands", () => {
  for (let place = 0; place < 12; place++) {
    const values = Array.from({ length: 12 }, (_, i) => (i === place ? -1 : 0.01));
    const pixels = raster(values, 6, 2, 1, 2);
    expect(pixels.filter((pixel) => pixel === TABLE[0])).toHaveLength(1);
    expect(pixels[place < 6 ? 0 : 1]).toBe(TABLE[0]);
  }
});

it("a weight that is not finite wins over all others of its pixel", () => {
  expect(raster([1, NaN, 0.2, 0.3], 4, 1, 1, 2).map((pixel) => (BROKEN as readonly number[]).includes(pixel))).toEqual([
    true,
    false,
  ]);
});

it("what is beyond the bound has the color of the end", () => {
  expect(raster([7, -7, 1, 0], 1, 4, 4, 1)).toEqual([TABLE[255], TABLE[0], TABLE[255], TABLE[128]]);
});
