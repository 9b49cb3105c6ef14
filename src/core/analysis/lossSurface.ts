import type { LossSurface } from "../../shared/trace/trace";
import type { Trainer } from "../training/trainer";

export type Range = readonly [number, number];

/** Half width of the window that is always shown. */
const DEFAULT_RANGE: Range = [-3, 3];
/** A path beyond this is an explosion: it leaves the picture instead of flattening it. */
const LIMIT = 20;

/**
 * Loss over a grid of the two parameters of a model, at the trainer's data; training is not disturbed.
 * @throws RangeError when the model has not exactly two parameters
 */
export function computeLossSurface(
  trainer: Trainer,
  runId: string,
  xRange: Range,
  yRange: Range,
  columns: number,
  rows: number,
): LossSurface {
  if (trainer.parameterCount !== 2)
    throw new RangeError(`a loss surface requires two parameters; this model has ${trainer.parameterCount}`);
  const loss = new Float64Array(columns * rows);
  const point = new Float64Array(2);
  for (let row = 0; row < rows; row++) {
    point[1] = at(yRange, row, rows);
    for (let column = 0; column < columns; column++) {
      point[0] = at(xRange, column, columns);
      loss[row * columns + column] = trainer.lossAt(point);
    }
  }
  return { runId, xParameter: 0, yParameter: 1, xRange, yRange, columns, rows, loss };
}

function at([from, to]: Range, index: number, count: number): number {
  return count === 1 ? (from + to) / 2 : from + ((to - from) * index) / (count - 1);
}

/**
 * Ranges that show the default window, the start and the path with a tenth of the width as a margin.
 * @param path pairs (x, y) of the parameters, the start first; points that are not finite or farther than 20 from the
 * origin are left out
 */
export function chooseSurfaceRanges(path: Float64Array): { x: Range; y: Range } {
  let [xMin, xMax] = DEFAULT_RANGE;
  let [yMin, yMax] = DEFAULT_RANGE;
  for (let i = 0; i + 1 < path.length; i += 2) {
    const x = path[i]!;
    const y = path[i + 1]!;
    // False for NaN too.
    if (!(Math.abs(x) <= LIMIT && Math.abs(y) <= LIMIT)) continue;
    xMin = Math.min(xMin, x);
    xMax = Math.max(xMax, x);
    yMin = Math.min(yMin, y);
    yMax = Math.max(yMax, y);
  }
  return { x: withMargin(xMin, xMax), y: withMargin(yMin, yMax) };
}

function withMargin(min: number, max: number): Range {
  const margin = (max - min) / 10;
  return [min < DEFAULT_RANGE[0] ? min - margin : min, max > DEFAULT_RANGE[1] ? max + margin : max];
}
