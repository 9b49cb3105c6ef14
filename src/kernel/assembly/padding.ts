/**
 * Padding columns are cleared where an infinity could spoil them: the product with their weights, 0·∞, is NaN, and the
 * next product would carry it into every real column.
 */
import { BYTES, COLUMNS, ROW, storeRow } from "./simd";

// A row of ones and one of zeros: the mask of the first n columns starts n columns before the zeros.
// @ts-ignore: decorator
@inline const LANES: usize = memory.data<u32>([
  0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0, 0, 0, 0, 0, 0, 0,
  0,
]);

/** Zeroes all but the first `columns` columns of a panel. values: [rows][C]. */
export function clearPadding(values: usize, columns: u32, rows: u32): void {
  const mask = LANES + (COLUMNS - columns) * BYTES;
  const low = v128.load(mask),
    high = v128.load(mask, 16);
  for (; rows != 0; rows--, values += ROW)
    storeRow(values, v128.and(v128.load(values), low), v128.and(v128.load(values, 16), high));
}
