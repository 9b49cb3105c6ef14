/**
 * The loss surface as pixels: log color between decades, a thin line at each whole decade, bilinear between grid points
 * (in the logarithm), stripes where a grid point is not finite, gray above the range of the colors.
 */
import { COLOR_LEVELS } from "../../ui/colorMap";
import { extentOf } from "../../../src/shared/scale/extent";
import type { LossSurface } from "../../../src/shared/trace/trace";
import { MAX_DECADE, type DecadeRange, type HeatColors } from "../../chart/heatRaster";
import type { Raster } from "../../chart/imageLayer";

/** Colors are spent on the low part, where training goes; what is more decades above the lowest loss is "above". */
const MAX_DECADES = 10;
const STRIPE = 4;
const CONTOUR_DIM = 0.72;

export interface SurfaceRange extends DecadeRange {
  readonly hasBroken: boolean;
  /** These cells are gray. */
  readonly hasAbove: boolean;
}

export function surfaceRange(surface: LossSurface): SurfaceRange {
  const extent = extentOf(surface.loss);
  const hasBroken = surface.loss.some((value) => !Number.isFinite(value));
  if (extent === null || extent.max <= 0) return { low: -1, high: 1, hasBroken, hasAbove: false };
  const low = Math.floor(Math.log10(extent.min > 0 ? extent.min : extent.smallest) + 1e-9);
  const top = Math.max(Math.min(MAX_DECADE, Math.ceil(Math.log10(extent.max) - 1e-9)), low + 1);
  return { low, high: Math.min(top, low + MAX_DECADES), hasBroken, hasAbove: top > low + MAX_DECADES };
}

interface SurfaceColors extends HeatColors {
  readonly above: number;
}

export function rasterSurface(
  surface: LossSurface,
  colors: SurfaceColors,
  range: DecadeRange,
  width: number,
  height: number,
): Raster {
  const pixels = new Uint32Array(width * height);
  const logs = Float64Array.from(surface.loss, (value) =>
    value > 0 ? Math.log10(value) : value === 0 ? range.low : NaN,
  );
  const decades = new Int16Array(width);
  for (let y = 0; y < height; y++) {
    const gridY = (1 - (y + 0.5) / height) * (surface.rows - 1);
    let left = NaN;
    for (let x = 0; x < width; x++) {
      const gridX = ((x + 0.5) / width) * (surface.columns - 1);
      const value = sample(logs, surface.columns, surface.rows, gridX, gridY);
      const decade = Math.floor(value);
      const crosses =
        (Number.isFinite(left) && decade !== left) || (y > 0 && Number.isFinite(value) && decade !== decades[x]);
      left = decade;
      decades[x] = Number.isFinite(value) ? decade : 0;
      pixels[y * width + x] = colorOf(value, range, colors, x, y, crosses);
    }
  }
  return { width, height, pixels };
}

function colorOf(
  value: number,
  range: DecadeRange,
  colors: SurfaceColors,
  x: number,
  y: number,
  onContour: boolean,
): number {
  if (!Number.isFinite(value)) return colors.broken[Math.floor((x + y) / STRIPE) % 2 === 0 ? 0 : 1];
  if (value > range.high) return colors.above;
  const part = (value - range.low) / (range.high - range.low);
  const color = colors.table[Math.min(COLOR_LEVELS - 1, Math.max(0, Math.round(part * (COLOR_LEVELS - 1))))] ?? 0;
  return onContour ? dim(color) : color;
}

/** NaN when one of the four corners is not finite: nothing is made up between a number and none. */
function sample(logs: Float64Array, columns: number, rows: number, x: number, y: number): number {
  const column = Math.min(columns - 2, Math.max(0, Math.floor(x)));
  const row = Math.min(rows - 2, Math.max(0, Math.floor(y)));
  const fx = x - column;
  const fy = y - row;
  const at = (c: number, r: number): number => logs[r * columns + c] ?? NaN;
  return (
    (at(column, row) * (1 - fx) + at(column + 1, row) * fx) * (1 - fy) +
    (at(column, row + 1) * (1 - fx) + at(column + 1, row + 1) * fx) * fy
  );
}

function dim(color: number): number {
  const channel = (shift: number): number => Math.round(((color >>> shift) & 255) * CONTOUR_DIM) << shift;
  return ((color & 0xff000000) | channel(16) | channel(8) | channel(0)) >>> 0;
}
