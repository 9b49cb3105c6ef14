import type { LagMatch } from "../../shared/trace/measures";

/** Lags that are tried, of series that are long enough; fewer where the work would be more than this many products. */
const MAX_LAG = 100;
const MAX_WORK = 5e7;
/** A correlation of fewer pairs says little. */
const MIN_POINTS = 30;

/** Predictions and targets of rows that follow one another; NaN where a row has none. */
export interface SeriesPoints {
  readonly predictions: readonly number[];
  readonly targets: readonly number[];
}

/**
 * The lag k at which Pearson's correlation of the predictions ŷ_t with the targets y_{t-k} is largest, among 0 to a
 * quarter of the rows (the cross-correlation function; Box, Jenkins and Reinsel, Time Series Analysis, 4th edition,
 * section 12.1). A network that repeats the last value it has seen has its horizon as the lag.
 * @param segments pairs of rows are taken within one of them
 * @returns null where there are too few rows, or nothing varies
 */
export function matchLag(segments: readonly SeriesPoints[]): LagMatch | null {
  const points = segments.reduce((sum, { targets }) => sum + targets.length, 0);
  if (points < MIN_POINTS) return null;
  const most = Math.min(MAX_LAG, Math.floor(points / 4), Math.max(1, Math.floor(MAX_WORK / points)));
  const own = compareAt(segments, 0);
  let best = { lag: 0, ...own };
  for (let lag = 1; lag <= most; lag++) {
    const there = compareAt(segments, lag);
    if (there.pairs >= MIN_POINTS && there.correlation > best.correlation) best = { lag, ...there };
  }
  if (!Number.isFinite(own.correlation)) return null;
  return {
    lag: best.lag,
    correlation: best.correlation,
    atZero: own.correlation,
    distance: best.lag === 0 ? 1 : best.distance / own.distance,
  };
}

interface Comparison {
  readonly pairs: number;
  readonly correlation: number;
  /** RMS of ŷ_t - y_{t-lag}. */
  readonly distance: number;
}

/** In one pass with means that are updated (Welford, 1962), so that a level far from 0 costs no digits. */
function compareAt(segments: readonly SeriesPoints[], lag: number): Comparison {
  let [pairs, meanX, meanY, xx, yy, xy, squares] = [0, 0, 0, 0, 0, 0, 0];
  for (const { predictions, targets } of segments)
    for (let t = lag; t < targets.length; t++) {
      const x = predictions[t]!;
      const y = targets[t - lag]!;
      if (Number.isNaN(x) || Number.isNaN(y)) continue;
      pairs++;
      const dx = x - meanX;
      const dy = y - meanY;
      meanX += dx / pairs;
      meanY += dy / pairs;
      xx += dx * (x - meanX);
      yy += dy * (y - meanY);
      xy += dx * (y - meanY);
      squares += (x - y) ** 2;
    }
  return { pairs, correlation: xy / Math.sqrt(xx * yy), distance: Math.sqrt(squares / pairs) };
}
