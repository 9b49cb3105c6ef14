/** The cells of a matrix as pixels: color around zero, stripes where a weight is not finite. */
import { COLOR_LEVELS } from "../../ui/colorMap";
import type { TensorReport } from "../../../src/shared/trace/weightReport";
import type { Raster } from "../../chart/imageLayer";

const STRIPE = 3;

/**
 * Where cells are smaller than pixels, the one of the largest size shows.
 * @param bound the size that has the color of the end
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
    const top = Math.floor((y * rows) / height);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * rows) / height));
    for (let x = 0; x < width; x++) {
      const left = Math.floor((x * columns) / width);
      const right = Math.max(left + 1, Math.floor(((x + 1) * columns) / width));
      const value = largestOf(cells, columns, top, bottom, left, right);
      const level = Math.round(((value / bound + 1) / 2) * (COLOR_LEVELS - 1));
      pixels[y * width + x] = Number.isFinite(value)
        ? (table[Math.min(COLOR_LEVELS - 1, Math.max(0, level))] ?? 0)
        : broken[Math.floor((x + y) / STRIPE) % 2 === 0 ? 0 : 1];
    }
  }
  return { width, height, pixels };
}

/** NaN where one is. */
function largestOf(
  cells: ArrayLike<number>,
  columns: number,
  top: number,
  bottom: number,
  left: number,
  right: number,
): number {
  let found = cells[top * columns + left] ?? NaN;
  for (let row = top; row < bottom; row++)
    for (let column = left; column < right; column++) {
      const value = cells[row * columns + column] ?? NaN;
      if (!Number.isFinite(value)) return NaN;
      if (Math.abs(value) > Math.abs(found)) found = value;
    }
  return found;
}
