/**
 * The values of units over time steps as pixels: a column of cells a time step, a row of cells a unit, unit 0 at the
 * foot.
 */
import { COLOR_LEVELS, packColor } from "../../ui/colorMap";
import type { Raster } from "../../chart/imageLayer";

export interface UnitInput {
  /** `values[step * units + unit]`; cells behind the last one stay empty. */
  readonly values: ArrayLike<number>;
  readonly units: number;
  /** Those in view; all when left out. */
  readonly window?: { readonly first: number; readonly shown: number };
  /** Columns of cells before the first value stay empty: 1 for gates, which have no step 0. */
  readonly skipped: number;
  /** Columns of cells in all. */
  readonly columns: number;
  /** 0 to 1 for the color of a finite value; beyond it the color of the end. */
  readonly unitOf: (value: number) => number;
  readonly saturated: (value: number) => boolean;
}

export interface UnitColors {
  readonly table: Uint32Array;
  readonly broken: readonly [number, number];
  /** Of gradients, either sign. */
  readonly tooSmall?: { readonly limit: number; readonly color: number } | null;
}

const STRIPE = 3;
/** A dot can be distinguished from its cell from this size on, in pixels. */
const MIN_DOTTED = 5;
const LARGE_CELL = 9;
const BLACK = packColor(0, 0, 0);
const WHITE = packColor(255, 255, 255);

export function rasterUnits(input: UnitInput, colors: UnitColors, width: number, height: number): Raster {
  const { values, units, skipped, columns } = input;
  const { first: firstUnit, shown } = input.window ?? { first: 0, shown: units };
  const pixels = new Uint32Array(width * height);
  const cellSize = Math.min(width / columns, height / shown);
  const dot = cellSize < MIN_DOTTED ? 0 : cellSize < LARGE_CELL ? 2 : 3;
  // More units than pixels: the nearest one shows.
  for (let first = 0, y = 0; y < height; y = first) {
    const row = Math.floor((y * shown) / height);
    const unit = firstUnit + shown - 1 - row;
    first = y + 1;
    while (first < height && Math.floor((first * shown) / height) === row) first++;
    for (let x = 0; x < width;) {
      const column = Math.floor((x * columns) / width);
      let end = x + 1;
      while (end < width && Math.floor((end * columns) / width) === column) end++;
      if (column >= skipped && (column - skipped) * units < values.length)
        fillCell(
          pixels,
          width,
          { x, end, y, bottom: first },
          values[(column - skipped) * units + unit] ?? NaN,
          input,
          colors,
          dot,
        );
      x = end;
    }
  }
  return { width, height, pixels };
}

interface Cell {
  readonly x: number;
  readonly end: number;
  readonly y: number;
  readonly bottom: number;
}

function fillCell(
  pixels: Uint32Array,
  width: number,
  cell: Cell,
  value: number,
  input: UnitInput,
  colors: UnitColors,
  dot: number,
): void {
  if (!Number.isFinite(value)) {
    for (let y = cell.y; y < cell.bottom; y++)
      for (let x = cell.x; x < cell.end; x++)
        pixels[y * width + x] = colors.broken[Math.floor((x + y) / STRIPE) % 2 === 0 ? 0 : 1];
    return;
  }
  const level = Math.min(COLOR_LEVELS - 1, Math.max(0, Math.round(input.unitOf(value) * (COLOR_LEVELS - 1))));
  const isTooSmall = value !== 0 && Math.abs(value) < (colors.tooSmall?.limit ?? 0);
  const color = isTooSmall ? (colors.tooSmall?.color ?? 0) : (colors.table[level] ?? 0);
  for (let y = cell.y; y < cell.bottom; y++) pixels.fill(color, y * width + cell.x, y * width + cell.end);
  if (dot === 0 || !input.saturated(value)) return;
  const left = Math.floor((cell.x + cell.end - dot) / 2);
  const top = Math.floor((cell.y + cell.bottom - dot) / 2);
  for (let y = top; y < top + dot; y++) pixels.fill(contrastOf(color), y * width + left, y * width + left + dot);
}

function contrastOf(color: number): number {
  const luminance = 0.3 * (color & 255) + 0.59 * ((color >>> 8) & 255) + 0.11 * ((color >>> 16) & 255);
  return luminance > 120 ? BLACK : WHITE;
}
