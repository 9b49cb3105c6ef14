/** The loss of several runs as a mean and how far they spread, over iterations that they share. */
import type { LossCurve } from "../../src/shared/wire/runsTable";

export type BandKind = "range" | "deviation";

/** Columns of equal length. Of an iteration that no run reached, or where none was finite, NaN. */
export interface LossBand {
  readonly iteration: Float64Array;
  readonly mean: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Runs with a finite loss there. */
  readonly count: Float64Array;
}

/** Iterations between which a chart of usual width draws straight lines. */
const MAX_POINTS = 256;

/**
 * @param kind "range": from the lowest to the highest; "deviation": one sample standard deviation below and above the
 * mean, none of a single run
 */
export function collectBand(curves: readonly LossCurve[], kind: BandKind): LossBand {
  const last = Math.max(0, ...curves.map(({ iteration }) => iteration.at(-1) ?? 0));
  const points = Math.min(MAX_POINTS, last + 1);
  const iteration = Float64Array.from({ length: points }, (_, i) => Math.round((i * last) / Math.max(1, points - 1)));
  const columns = [0, 1, 2, 3].map(() => new Float64Array(points)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [mean, low, high, count] = columns;
  const cursors = curves.map(() => 0);
  iteration.forEach((at, point) => {
    const values = curves
      .map(
        (curve, index) => ((cursors[index] = advance(curve, cursors[index]!, at)), lossAt(curve, cursors[index]!, at)),
      )
      .filter(Number.isFinite);
    const average = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
    const deviation = values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
    count[point] = values.length;
    mean[point] = average;
    low[point] = values.length === 0 ? NaN : kind === "range" ? Math.min(...values) : average - deviation;
    high[point] = values.length === 0 ? NaN : kind === "range" ? Math.max(...values) : average + deviation;
  });
  return { iteration, mean, low, high, count };
}

/** Index of the last recorded iteration at or before `at`. */
function advance({ iteration }: LossCurve, from: number, at: number): number {
  let index = from;
  while (index + 1 < iteration.length && iteration[index + 1]! <= at) index++;
  return index;
}

/** Between two recorded iterations on the line between them; NaN outside of the run. */
function lossAt({ iteration, loss }: LossCurve, index: number, at: number): number {
  const start = iteration[index] ?? NaN;
  if (start === at) return loss[index]!;
  const end = iteration[index + 1];
  if (end === undefined || !(start < at)) return NaN;
  const share = (at - start) / (end - start);
  return loss[index]! * (1 - share) + loss[index + 1]! * share;
}

/** The last point at or before an iteration; the last of all for null. */
export function pointAt({ iteration }: LossBand, at: number | null): number {
  if (at === null) return iteration.length - 1;
  const after = iteration.findIndex((value) => value > at);
  return after < 0 ? iteration.length - 1 : Math.max(0, after - 1);
}
