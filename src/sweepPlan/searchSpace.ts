/** The parameters of a sweep as the space of a search, and its points as values of the file. */
import { isPlainObject } from "../config/schema/jsonSchema";
import { valueAt, type SweepAxis } from "../config/schema/sweepAxes";
import { activeValues, isActive, sweepConditions } from "../config/schema/sweepConditions";
import type { SweepRange } from "../config/schema/sweepSchema";
import type { Dimension, Point, Space } from "../search/space";

export interface SearchSpace {
  readonly space: Space;
  /** As they stand in the file; null for what a run has no value of. */
  readonly valuesAt: (point: Point) => readonly unknown[];
  /** NaN for what the run has no value of. */
  readonly pointOf: (values: readonly unknown[]) => Point;
}

export function searchSpace(axes: readonly SweepAxis[]): SearchSpace {
  const conditions = sweepConditions(axes);
  const ordered = axes.map(orderedValues);
  return {
    space: axes.map((axis, a) => dimensionOf(axis, ordered[a]!)),
    valuesAt: (point) =>
      activeValues(
        conditions,
        axes.map((axis, a) => valueOf(axis, ordered[a]!, point[a]!)),
      ),
    pointOf: (values) =>
      axes.map((axis, a) => (isActive(conditions, values, a) ? coordinateOf(axis, ordered[a]!, values[a]) : NaN)),
  };
}

/** The values of a list; numbers in their order, so that neighbors are alike. */
function orderedValues({ values }: SweepAxis): readonly unknown[] {
  return isOrdered(values) ? [...values].sort((a, b) => Number(a) - Number(b)) : values;
}

function isOrdered(values: readonly unknown[]): boolean {
  return values.length > 2 && values.every((value) => typeof value === "number");
}

function dimensionOf({ range, whole }: SweepAxis, values: readonly unknown[]): Dimension {
  if (range !== null) return whole ? wholeRange(range) : { kind: "real" };
  if (!isOrdered(values)) return { kind: "choice", count: values.length };
  const { length } = values;
  return {
    kind: "whole",
    levels: length,
    edge: (level) => level / length,
    levelAt: (share) => Math.floor(share * length),
  };
}

/** Each whole number has the places that round to it, on a log scale on that scale. */
function wholeRange(range: SweepRange): Dimension {
  const { low, high } = wholeEnds(range);
  const place = range.scale === "log" ? Math.log : (x: number) => x;
  const back = range.scale === "log" ? Math.exp : (x: number) => x;
  const [from, to] = [place(low - 0.5), place(high + 0.5)];
  return {
    kind: "whole",
    levels: high - low + 1,
    edge: (level) => (place(low + level - 0.5) - from) / (to - from),
    levelAt: (share) => Math.max(0, Math.round(back(from + share * (to - from))) - low),
  };
}

function wholeEnds({ from, to }: SweepRange): { readonly low: number; readonly high: number } {
  const ends = [Math.round(from), Math.round(to)];
  return { low: Math.min(...ends), high: Math.max(...ends) };
}

function valueOf({ range, whole }: SweepAxis, values: readonly unknown[], coordinate: number): unknown {
  if (range === null) return values[coordinate];
  return whole ? wholeEnds(range).low + coordinate : valueAt(range, coordinate);
}

function coordinateOf({ range, whole }: SweepAxis, values: readonly unknown[], value: unknown): number {
  if (range === null) {
    const found = values.indexOf(value);
    // A list may hold objects, which a result has copies of.
    return found === -1 && isPlainObject(value)
      ? values.findIndex((known) => JSON.stringify(known) === JSON.stringify(value))
      : found;
  }
  if (whole) return Number(value) - wholeEnds(range).low;
  const { from, to, scale } = range;
  const share =
    scale === "log"
      ? (Math.log(Number(value)) - Math.log(from)) / (Math.log(to) - Math.log(from))
      : (Number(value) - from) / (to - from);
  return Number.isFinite(share) ? Math.min(Math.max(share, 0), 1 - Number.EPSILON) : 0;
}
