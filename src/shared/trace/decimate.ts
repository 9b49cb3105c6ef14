/**
 * Min/max decimation: what a line `buckets` pixels wide can show of any number of points. The first, lowest, highest
 * and last point of each bucket stay, so a spike of one iteration is drawn at its full height, and so does the first
 * non-finite one, so that the line breaks where the numbers broke. (The M4 selection of Jugel et al., VLDB 2014.)
 */
export function decimateMinMax(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  start: number,
  end: number,
  buckets: number,
): Uint32Array {
  const count = Math.max(0, end - start);
  if (count <= 4 * buckets) return Uint32Array.from({ length: count }, (_, i) => start + i);
  const from = x[start] ?? 0;
  const span = (x[end - 1] ?? 0) - from;
  const kept: number[] = [];
  let i = start;
  while (i < end) {
    const bucket = bucketOf(x[i] ?? 0, from, span, buckets);
    const first = i;
    let low = -1;
    let high = -1;
    let broken = -1;
    for (; i < end && bucketOf(x[i] ?? 0, from, span, buckets) === bucket; i++) {
      const value = y[i] ?? NaN;
      if (!Number.isFinite(value)) {
        if (broken < 0) broken = i;
        continue;
      }
      if (low < 0 || value < (y[low] ?? NaN)) low = i;
      if (high < 0 || value > (y[high] ?? NaN)) high = i;
    }
    const chosen = new Set([first, low, high, broken, i - 1]);
    chosen.delete(-1);
    kept.push(...[...chosen].sort((a, b) => a - b));
  }
  return Uint32Array.from(kept);
}

function bucketOf(x: number, from: number, span: number, buckets: number): number {
  return span > 0 ? Math.min(buckets - 1, Math.floor(((x - from) / span) * buckets)) : 0;
}

/** The last index in [0, count) whose x is <= `at`; 0 when all are above. `x` ascends. */
export function indexAt(x: ArrayLike<number>, count: number, at: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((x[middle] ?? Infinity) <= at) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
