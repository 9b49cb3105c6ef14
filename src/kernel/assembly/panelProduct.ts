/**
 * One panel (eight columns) of C = init + X·Wx + H·Wh, the product that forward and backward are made of.
 *
 * x, h: panel matrices, `rows` rows, 4·xQuads and 4·hQuads columns, panel strides in bytes; either may have no columns.
 * w: [4·xQuads + 4·hQuads][8], the rows for x first. init: [8] for all rows with initStep 0, or [rows][8] with initStep
 * 32. c: [rows][8]; may be the same as init with initStep 32, otherwise overlaps nothing. All addresses 4-byte aligned,
 * 16 is faster.
 */
import { productRows1, productRows4, productRows6 } from "./productTiles";
import { ROW } from "./simd";

export function panelProduct(
  x: usize,
  xStride: usize,
  xQuads: u32,
  h: usize,
  hStride: usize,
  hQuads: u32,
  w: usize,
  init: usize,
  initStep: usize,
  c: usize,
  rows: u32,
): void {
  const xJump = xStride - 16,
    hJump = hStride - 16;
  let rest = rows;
  if (ASC_FEATURE_RELAXED_SIMD) {
    // Two or three rows left over are better off as two tiles of four together with the last six.
    const sixes = rows >= 6 && (rows % 6 == 2 || rows % 6 == 3) ? rows / 6 - 1 : rows / 6;
    if (sixes != 0) {
      productRows6(x, xJump, xQuads, h, hJump, hQuads, w, init, initStep, c, sixes);
      rest -= 6 * sixes;
      const done: usize = 6 * sixes;
      ((x += done * ROW), (h += done * ROW), (c += done * ROW), (init += done * initStep));
    }
  }
  const fours = rest >> 2;
  if (fours != 0) {
    productRows4(x, xJump, xQuads, h, hJump, hQuads, w, init, initStep, c, fours);
    rest &= 3;
    const done: usize = 4 * fours;
    ((x += done * ROW), (h += done * ROW), (c += done * ROW), (init += done * initStep));
  }
  if (rest != 0) productRows1(x, xJump, xQuads, h, hJump, hQuads, w, init, initStep, c, rest);
}
