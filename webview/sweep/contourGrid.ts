/** A metric over the plane of two parameters: a kernel average of the runs on a grid, and lines of equal value. */

/** Cells of the grid along each axis. */
export const GRID = 64;
/** Where all weights together are less, no run is near enough to say anything. */
export const LEAST_WEIGHT = 1 / 3;
/** In parts of the axis, of a single run; of n runs n^(-1/6) times that: Scott's rule in two dimensions. */
const WIDTH = 0.29;
const NARROWEST = 0.04;
const WIDEST = 0.15;
/** Beyond so many widths a weight is nothing. */
const REACH = 4;

export interface ContourGrid {
  /** By line from below, then by column; NaN: no run is near. */
  readonly values: Float64Array<ArrayBuffer>;
  /** Standard deviation of the kernel, in parts of an axis. */
  readonly width: number;
}

export interface PlacePair {
  readonly x: number;
  readonly y: number;
}

export function kernelWidth(runs: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, WIDTH * Math.max(1, runs) ** (-1 / 6)));
}

/**
 * Each run counts in its cell: what it costs does not depend on how many there are.
 * @param x and y in parts of their axes; a run whose place or value is not finite is left out
 */
export function contourGrid(x: Float64Array, y: Float64Array, values: Float64Array): ContourGrid {
  const sums = new Float64Array(GRID * GRID);
  const weights = new Float64Array(GRID * GRID);
  let runs = 0;
  for (let i = 0; i < values.length; i++) {
    const [column, line] = [cellOf(x[i]!), cellOf(y[i]!)];
    if (column < 0 || line < 0 || !Number.isFinite(values[i]!)) continue;
    sums[line * GRID + column]! += values[i]!;
    weights[line * GRID + column]!++;
    runs++;
  }
  const width = kernelWidth(runs);
  const smooth = smoother(width);
  smooth(sums);
  smooth(weights);
  return { width, values: sums.map((sum, cell) => (weights[cell]! < LEAST_WEIGHT ? NaN : sum / weights[cell]!)) };
}

function cellOf(unit: number): number {
  return unit >= 0 && unit <= 1 ? Math.min(GRID - 1, Math.floor(unit * GRID)) : -1;
}

/** A Gaussian with weight 1 at its middle, along the lines and then along the columns. */
function smoother(width: number): (field: Float64Array) => void {
  const reach = Math.min(GRID - 1, Math.ceil(REACH * width * GRID));
  const kernel = Float64Array.from({ length: reach + 1 }, (_, i) => Math.exp(-((i / GRID / width) ** 2) / 2));
  const pass = (field: Float64Array, step: number, across: number): void => {
    const before = new Float64Array(GRID);
    for (let row = 0; row < GRID; row++) {
      for (let i = 0; i < GRID; i++) before[i] = field[row * across + i * step]!;
      for (let i = 0; i < GRID; i++) {
        let sum = 0;
        for (let k = Math.max(0, i - reach); k <= Math.min(GRID - 1, i + reach); k++)
          sum += before[k]! * kernel[Math.abs(k - i)]!;
        field[row * across + i * step] = sum;
      }
    }
  };
  return (field) => {
    pass(field, 1, GRID);
    pass(field, GRID, 1);
  };
}

/**
 * Where the grid has a value: pieces of the line, each from one side of a square between four cells to another
 * (marching squares), in parts of the axes. A square at whose corners there is no value has none.
 */
export function contourLine({ values }: ContourGrid, level: number): (readonly [PlacePair, PlacePair])[] {
  const pieces: (readonly [PlacePair, PlacePair])[] = [];
  const at = (column: number, line: number): number => values[line * GRID + column]! - level;
  for (let line = 0; line < GRID - 1; line++)
    for (let column = 0; column < GRID - 1; column++) {
      const corners = [
        { column, line },
        { column: column + 1, line },
        { column: column + 1, line: line + 1 },
        { column, line: line + 1 },
      ].map((corner) => ({ ...corner, value: at(corner.column, corner.line) }));
      if (corners.some(({ value }) => Number.isNaN(value))) continue;
      const crossed = corners.flatMap((a, side) => {
        const b = corners[(side + 1) % 4]!;
        if (a.value < 0 === b.value < 0) return [];
        const share = a.value / (a.value - b.value);
        const between = (from: number, to: number): number => (from + share * (to - from) + 0.5) / GRID;
        return [{ x: between(a.column, b.column), y: between(a.line, b.line) }];
      });
      // A saddle has four: which belong together cannot be told, and either way is right to half a cell.
      for (let i = 0; i + 1 < crossed.length; i += 2) pieces.push([crossed[i]!, crossed[i + 1]!]);
    }
  return pieces;
}
