/** The cells of a matrix as pixels: color around zero, stripes where a weight is not finite. */
import { COLOR_LEVELS } from "../../ui/colorMap";
import type { TensorReport } from "../../../src/shared/trace/weightReport";
import type { Raster } from "../../chart/imageLayer";

const STRIPE = 3;

/**
 * Where cells are smaller than pixels, the cell at the corner of a pixel shows. @param bound the size that has the
 * color of the end
 */
export function rasterCells(
  { rows, columns, cells }: Pick<TensorReport, "rows" | "columns" | "cells">,
  table: Uint32Array,
  bound: number,
  broken: readonly [number, number],
  width: number,
  height: number,
): Raster {
  const pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * rows) / height) * columns;
    for (let x = 0; x < width; x++) {
      const value = cells[row + Math.floor((x * columns) / width)] ?? NaN;
      const level = Math.round(((value / bound + 1) / 2) * (COLOR_LEVELS - 1));
      pixels[y * width + x] = Number.isFinite(value)
        ? (table[Math.min(COLOR_LEVELS - 1, Math.max(0, level))] ?? 0)
        : broken[Math.floor((x + y) / STRIPE) % 2 === 0 ? 0 : 1];
    }
  }
  return { width, height, pixels };
}
