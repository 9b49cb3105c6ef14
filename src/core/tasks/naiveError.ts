/**
 * Mean of |v_t - v_{t-m}| over rows of series: the error of the naive forecast in sample, for a season m > 1 of the
 * seasonal one, by which the mean absolute scaled error is scaled (Hyndman and Koehler, Another look at measures of
 * forecast accuracy, 2006; Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, section 5.8).
 * @param ranges each of one series, the row `to` excluded
 * @param season rows from a value to the one that repeats it
 * @returns NaN where no two rows are a season apart
 */
export function naiveError(
  values: Float64Array,
  ranges: readonly { readonly from: number; readonly to: number }[],
  season = 1,
): number {
  let sum = 0;
  let count = 0;
  for (const { from, to } of ranges)
    for (let row = from + season; row < to; row++) {
      sum += Math.abs(values[row]! - values[row - season]!);
      count++;
    }
  return sum / count;
}
