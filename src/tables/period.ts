/** Whether a series repeats itself. */

/** Values that are looked at; a period that needs more is not for a window. */
const MOST_VALUES = 10_000;
const MOST_LAG = 400;
/** Cycles that have to be there. */
const CYCLES = 3;
/** Autocorrelation of a peak, and its height above the lowest one before it. */
const LEAST_PEAK = 0.3;
const LEAST_RISE = 0.2;
/** Of its lag: how far a peak is above what is around it. */
const NEIGHBORHOOD = 0.15;
/** By which a period is measured. */
const MOST_CYCLES = 4;
/** Of the highest peak: multiples of a period are as high as the period itself. */
const AS_HIGH = 0.75;

/**
 * The rows after which a series repeats itself: the first peak of its autocorrelation, once its straight trend is gone.
 * @param values NaN where one is missing
 * @returns null when no peak stands out
 */
export function periodOf(values: Float64Array): number | null {
  const series = withoutTrend(values.subarray(0, MOST_VALUES));
  const most = Math.min(MOST_LAG, Math.floor(series.length / CYCLES));
  const own = productAt(series, 0);
  if (most < 3 || !(own > 0)) return null;
  const correlations = Array.from({ length: most + 1 }, (_, lag) => productAt(series, lag) / own);
  const peaks: number[] = [];
  let lowest = 1;
  for (let lag = 2; lag < most; lag++) {
    const here = correlations[lag]!;
    lowest = Math.min(lowest, correlations[lag - 1]!);
    if (here >= LEAST_PEAK && here - lowest >= LEAST_RISE && isPeak(correlations, lag)) peaks.push(lag);
  }
  const highest = Math.max(...peaks.map((lag) => correlations[lag]!));
  const first = peaks.find((lag) => correlations[lag]! >= AS_HIGH * highest);
  return first === undefined ? null : refine(correlations, first);
}

/** Noise makes small peaks on the slopes of a large one. */
function isPeak(correlations: readonly number[], lag: number): boolean {
  const reach = Math.max(1, Math.round(NEIGHBORHOOD * lag));
  const around = correlations.slice(lag - reach, lag + reach + 1);
  return around.every((correlation) => correlation <= correlations[lag]!);
}

/** By the peak of some cycles later, which a row more or less moves further. */
function refine(correlations: readonly number[], period: number): number {
  const cycles = Math.min(MOST_CYCLES, Math.floor((correlations.length - 1) / (period + 1)));
  let best = cycles * period;
  for (let lag = best - cycles; lag <= best + cycles; lag++)
    if (cycles > 1 && correlations[lag]! > correlations[best]!) best = lag;
  return cycles > 1 ? Math.round(best / cycles) : period;
}

/** Differences from the line of least squares; 0 where a value is missing. */
function withoutTrend(values: Float64Array): Float64Array {
  let [count, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0];
  for (const [x, y] of values.entries()) {
    if (Number.isNaN(y)) continue;
    count++;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  }
  const spread = count * sumXX - sumX * sumX;
  const slope = spread === 0 ? 0 : (count * sumXY - sumX * sumY) / spread;
  const start = count === 0 ? 0 : (sumY - slope * sumX) / count;
  return values.map((y, x) => (Number.isNaN(y) ? 0 : y - start - slope * x));
}

/** Mean of the products of values that are `lag` apart. */
function productAt(series: Float64Array, lag: number): number {
  let sum = 0;
  for (let at = lag; at < series.length; at++) sum += series[at]! * series[at - lag]!;
  return sum / (series.length - lag);
}
