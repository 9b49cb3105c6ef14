/** The order of many runs by their numbers. */
import { isLoss, TRIAL_STATUSES, type TrialFigure } from "./sweep";
import type { TrialColumns } from "./trialColumns";

const DIGIT_BITS = 16;
const DIGITS = 1 << DIGIT_BITS;
/** Below this a sort by comparison has less to do than to count 65,536 digits. */
const FEW_ROWS = 5000;

/**
 * Rows by their keys, the least first, or last where `down`. What is not finite comes last whichever way, and rows with
 * equal keys stay in their order. A radix sort by the bits of the keys: 4 passes, whatever they are, where a sort by
 * comparison of 100,000 rows takes ten times as long.
 * @param keys by row
 */
export function sortRows(rows: Int32Array, keys: ArrayLike<number>, down = false): Int32Array<ArrayBuffer> {
  const finite = rows.filter((row) => Number.isFinite(keys[row]!));
  const others = rows.filter((row) => !Number.isFinite(keys[row]!));
  const sorted = new Int32Array(rows.length);
  sorted.set(
    finite.length < FEW_ROWS
      ? finite.sort((a, b) => (down ? keys[b]! - keys[a]! : keys[a]! - keys[b]!))
      : radixSorted(finite, keys, down),
  );
  sorted.set(others, finite.length);
  return sorted;
}

function radixSorted(rows: Int32Array<ArrayBuffer>, keys: ArrayLike<number>, down: boolean): Int32Array<ArrayBuffer> {
  const values = new Float64Array(rows.length);
  // 0 and -0 are the same number, with other bits.
  for (let place = 0; place < rows.length; place++)
    values[place] = (down ? -keys[rows[place]!]! : keys[rows[place]!]!) + 0;
  const words = new Uint32Array(values.buffer);
  // The bits of a positive number grow with it, and those of a negative one, all turned, as well.
  for (let low = 0; low < words.length; low += 2) {
    const isNegative = words[low + 1]! >>> 31 === 1;
    words[low] = isNegative ? ~words[low]! : words[low]!;
    words[low + 1] = isNegative ? ~words[low + 1]! : words[low + 1]! ^ 0x8000_0000;
  }
  const digits = new Uint16Array(values.buffer);
  let order = allRows(rows);
  let next = new Int32Array(rows.length);
  const starts = new Int32Array(DIGITS + 1);
  for (let pass = 0; pass < 4; pass++) {
    starts.fill(0);
    for (let i = 0; i < order.length; i++) starts[digits[4 * i + pass]! + 1]!++;
    for (let digit = 1; digit <= DIGITS; digit++) starts[digit]! += starts[digit - 1]!;
    for (let i = 0; i < order.length; i++) {
      const digit = digits[4 * order[i]! + pass]!;
      next[starts[digit]!] = order[i]!;
      starts[digit]!++;
    }
    [order, next] = [next, order];
  }
  return order.map((place) => rows[place]!);
}

/** Of some rows. @param values by row */
export function gather(rows: Int32Array, values: ArrayLike<number>): Float64Array<ArrayBuffer> {
  const gathered = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) gathered[i] = values[rows[i]!]!;
  return gathered;
}

/** All rows, in the order in which the runs ended. */
export function allRows({ length }: { readonly length: number }): Int32Array<ArrayBuffer> {
  const rows = new Int32Array(length);
  for (let row = 0; row < length; row++) rows[row] = row;
  return rows;
}

/** As `ranked` of sweepSummary.ts: best first by a metric, then by how early the goal was reached, then by index. */
export function rankRows(rows: Int32Array, trials: TrialColumns, figure: TrialFigure): Int32Array<ArrayBuffer> {
  const done = TRIAL_STATUSES.indexOf("done");
  const status = trials.column("status");
  const badness = trials.column(figure).map((value, row) => (status[row] === done ? value : NaN));
  const byIndex = sortRows(rows, trials.column("index"));
  return sortRows(sortRows(byIndex, trials.column("reachedAt")), badness, !isLoss(figure));
}
