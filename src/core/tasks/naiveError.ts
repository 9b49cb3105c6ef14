/**
 * Mean of |v_t - v_{t-1}| over rows of series: the error of the naive forecast in sample, by which the mean absolute
 * scaled error is scaled (Hyndman and Koehler, Another look at measures of forecast accuracy, 2006).
 * @param ranges each of one series, the row `to` excluded
 * @returns NaN where no two rows follow one another
 */
export function naiveError(
  values: Float64Array,
  ranges: readonly { readonly from: number; readonly to: number }[],
): number {
  let sum = 0;
  let count = 0;
  for (const { from, to } of ranges)
    for (let row = from + 1; row < to; row++) {
      sum += Math.abs(values[row]! - values[row - 1]!);
      count++;
    }
  return sum / count;
}
