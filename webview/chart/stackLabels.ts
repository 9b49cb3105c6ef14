/** The upper edges of labels of one height, from above to below, so that none lies over another. */

/**
 * Moves labels apart, and no further than they have to be: first down, then up where they would leave the picture at
 * its lower edge. Where there is no room for all, the first ones stick out above.
 * @param wanted upper edges, ascending
 */
export function stackLabels(wanted: readonly number[], height: number, bottom: number): number[] {
  const tops = [...wanted];
  for (let i = 1; i < tops.length; i++) tops[i] = Math.max(tops[i]!, tops[i - 1]! + height);
  let limit = bottom - height;
  for (let i = tops.length - 1; i >= 0; i--) {
    tops[i] = Math.min(tops[i]!, limit);
    limit = tops[i]! - height;
  }
  return tops;
}
