/**
 * Padding columns are cleared where an infinity could spoil them: the product with their weights, 0·∞, is NaN, and the
 * next product would carry it into every real column.
 */
import { ROW, storeRow } from "./simd";

// Eight lanes of ones and eight of zeros: the mask of the first n lanes starts at lane 8 - n.
// @ts-ignore: decorator
@inline const LANES: usize = memory.data<u32>([
  0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0, 0, 0, 0, 0, 0, 0,
  0,
]);

/** Zeroes all but the first `columns` columns of a panel. values: [rows][8]. */
export function clearPadding(values: usize, columns: u32, rows: u32): void {
  const mask = LANES + ((8 - columns) << 2);
  const low = v128.load(mask),
    high = v128.load(mask, 16);
  for (; rows != 0; rows--, values += ROW)
    storeRow(values, v128.and(v128.load(values), low), v128.and(v128.load(values, 16), high));
}
