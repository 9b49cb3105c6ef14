/**
 * The heat map as pixels: one column a pixel of width, one row a time step, color by the logarithm of the value.
 * Where several iterations share a pixel the largest value shows, so a spike of one iteration stays visible, and a
 * non-finite value wins over all.
 */
import { COLOR_LEVELS, cssColor, packColor } from "../ui/colorMap";
import { extentOf, typicalExtent } from "../../src/shared/scale/extent";
import { smallestGradient } from "../../src/shared/trace/gradientLimits";
import type { EngineName } from "../../src/shared/trace/trace";
import type { IterationWindow } from "../state/zoom";
import { belowRangeText } from "./gradientWords";
import type { Raster } from "./imageLayer";
import type { ReadoutItem } from "./readout";

/** Powers of ten at both ends of the colors. */
export interface DecadeRange {
  readonly low: number;
  readonly high: number;
  /** Values outside have the color of the end they are beyond. */
  readonly hasBelow?: boolean;
  readonly hasAbove?: boolean;
}

interface HeatInput {
  readonly iterations: ArrayLike<number>;
  readonly rows: number;
  /** `values[row * steps + t]`. */
  readonly values: Float64Array;
  /** T + 1. */
  readonly steps: number;
  readonly window: IterationWindow;
  /** Whether a NaN of this row is no value, which leaves the cell empty. */
  readonly isOptional?: (row: number) => boolean;
}

export interface HeatColors {
  readonly table: Uint32Array;
  /** Stripes of a value that is not finite. */
  readonly broken: readonly [number, number];
  /** Values above 0 that are too small for their engine, which keeps few of their digits; null where it does not. */
  readonly tooSmall?: { readonly limit: number; readonly color: number } | null;
}

const STRIPE = 3;
/** Less than every norm. */
const NONE = -Infinity;
/** 10^309 is no number. */
export const MAX_DECADE = 308;
/** Fewer decades than this make noise look like structure. */
const MIN_DECADES = 2;

/** This part of the cells at either end may have the color of the end. */
const TAIL = 0.01;

/** @param smallest values nearer to 0 are left out */
export function decadesOf(all: Float64Array, start: number, end: number, smallest = 0): DecadeRange | null {
  const isTooSmall = (value: number): boolean => value > 0 && value < smallest;
  const values = smallest > 0 ? all.map((value) => (isTooSmall(value) ? NaN : value)) : all;
  const typical = typicalExtent(values, start, end, TAIL);
  const whole = extentOf(values, start, end);
  if (typical === null || whole === null) return null;
  const high = Math.min(MAX_DECADE, Math.ceil(Math.log10(typical.max) - 1e-9));
  const low = Math.min(Math.floor(Math.log10(typical.min) + 1e-9), high - MIN_DECADES);
  return { low, high, hasBelow: whole.min < 10 ** low, hasAbove: whole.max > 10 ** high };
}

/** 0 to 255; zero and everything under the range is the lowest color, everything over it the highest. */
export function levelOf(value: number, range: DecadeRange): number {
  if (value <= 0) return 0;
  const part = (Math.log10(value) - range.low) / (range.high - range.low);
  return Math.min(COLOR_LEVELS - 1, Math.max(0, Math.round(part * (COLOR_LEVELS - 1))));
}

/** Of a finite value. */
export function heatColor(value: number, { table, tooSmall }: HeatColors, range: DecadeRange): number {
  if (tooSmall !== undefined && tooSmall !== null && value > 0 && value < tooSmall.limit) return tooSmall.color;
  return table[levelOf(value, range)] ?? 0;
}

/**
 * `mostBands`: more time steps than these share rows, and the largest of them shows. Transparent where no iteration is
 * (yet). The last time step is the top row. `scale` thickens the pixels of stripes.
 */
export function rasterHeat(
  input: HeatInput,
  colors: HeatColors,
  range: DecadeRange,
  width: number,
  rowHeight: number,
  mostBands = Infinity,
): Raster {
  const { steps, window } = input;
  const bands = Math.min(steps, mostBands);
  const height = bands * rowHeight;
  const pixels = new Uint32Array(width * height);
  const span = Math.max(window.to - window.from, 1e-9);
  const column = new Float64Array(bands);
  let row = window.first;
  let shown = -1;
  let shownTo = -1;
  for (let x = 0; x < width; x++) {
    const left = window.from + (x / width) * span;
    const right = window.from + ((x + 1) / width) * span;
    // The row that covers the left edge: each row reaches half way to its neighbors.
    while (row + 1 < window.end && edgeAfter(input, row) <= left) row++;
    if (row >= window.end || (row === window.end - 1 && edgeAfter(input, row) <= left)) break;
    let last = row;
    while (last + 1 < window.end && edgeAfter(input, last) < right) last++;
    if (row !== shown || last !== shownTo) {
      collectColumn(input, row, last, column);
      shown = row;
      shownTo = last;
    }
    for (let band = 0; band < bands; band++) {
      const value = column[band] ?? 0;
      if (value === NONE) continue;
      const top = (bands - 1 - band) * rowHeight;
      const color = Number.isFinite(value) ? heatColor(value, colors, range) : 0;
      for (let y = top; y < top + rowHeight; y++)
        pixels[y * width + x] = Number.isFinite(value)
          ? color
          : colors.broken[Math.floor((x + y) / STRIPE) % 2 === 0 ? 0 : 1];
    }
  }
  return { width, height, pixels };
}

function edgeAfter(input: HeatInput, row: number): number {
  const here = input.iterations[row] ?? 0;
  const next = input.iterations[row + 1];
  const before = input.iterations[row - 1];
  return row + 1 < input.rows && next !== undefined
    ? (here + next) / 2
    : here + Math.max(0.5, before === undefined ? 0.5 : (here - before) / 2);
}

function collectColumn(input: HeatInput, first: number, last: number, into: Float64Array): void {
  const { steps, values } = input;
  const bands = into.length;
  into.fill(NONE);
  for (let row = first; row <= last; row++) {
    const isOptional = input.isOptional?.(row) === true;
    for (let t = 0; t < steps; t++) {
      const value = values[row * steps + t] ?? NaN;
      const band = bands === steps ? t : Math.floor((t * bands) / steps);
      const held = into[band] ?? NaN;
      if (isOptional && Number.isNaN(value)) continue;
      if (!Number.isFinite(value)) into[band] = NaN;
      else if (value > held) into[band] = value;
    }
  }
}

export function nonFiniteColors(light: boolean): readonly [number, number] {
  // Magenta and white or black: in neither of the color tables, and striped, so not by color alone.
  return light ? [packColor(197, 0, 120), packColor(255, 255, 255)] : [packColor(255, 80, 190), packColor(0, 0, 0)];
}

/** How the values of a run are marked that are too small for its engine; null where no chart has room for them. */
export function tooSmallColors(engine: EngineName, light: boolean): NonNullable<HeatColors["tooSmall"]> | null {
  if (engine !== "float32") return null;
  // A gray, which is in none of the color tables.
  return { limit: smallestGradient(engine), color: light ? packColor(190, 190, 190) : packColor(90, 90, 90) };
}

/** The entry of a legend; none where no such value is there. */
export function tooSmallLegend(
  values: ArrayLike<number>,
  [start, end]: readonly [number, number],
  tooSmall: HeatColors["tooSmall"],
): ReadoutItem[] {
  if (tooSmall === undefined || tooSmall === null) return [];
  for (let i = start; i < end; i++) {
    const value = values[i] ?? NaN;
    if (value > 0 && value < tooSmall.limit)
      return [{ label: belowRangeText(), swatch: { kind: "bar", color: cssColor(tooSmall.color) } }];
  }
  return [];
}
