/**
 * Panels of c = init + x·Wx + h·Wh, the products that forward and backward are made of.
 *
 * x, h: panel matrices, `rows` rows, 4·xQuads and C·hPanels columns, panel strides in bytes; either may have no
 * columns. w: [4·xQuads + C·hPanels][C], the rows for x first. init: [C] for all rows with initStep 0, or [rows][C]
 * with initStep 32. c: [rows][C]; may be the same as init with initStep 32, otherwise overlaps nothing. All addresses
 * aligned to numbers, 16 bytes are faster.
 *
 * Each row of c is added up in the same order whatever the tile, except that the rows left over by tiles of four or six
 * are added up in four parts (productRow). Which rows these are does not depend on the width of the vectors.
 */
import { product4x1, product4x2, product5x2, product6x1, product6x2 } from "./productTiles.generated";
import { BYTES, multiplyAdd, QUADS, ROW, storeRow, WIDE } from "./simd";

export function panelProduct(
  x: usize,
  xStride: usize,
  xQuads: u32,
  h: usize,
  hStride: usize,
  hPanels: u32,
  w: usize,
  init: usize,
  initStep: usize,
  c: usize,
  rows: u32,
): void {
  let rest = rows;
  if (ASC_FEATURE_RELAXED_SIMD) {
    // Two or three rows left over are better off as two tiles of four together with the last six.
    const sixes = rows >= 6 && (rows % 6 == 2 || rows % 6 == 3) ? rows / 6 - 1 : rows / 6;
    if (sixes != 0) {
      product6x1(x, xStride, xQuads, h, hStride, hPanels, w, init, initStep, c, sixes);
      rest -= 6 * sixes;
      const done: usize = 6 * sixes;
      ((x += done * ROW), (h += done * ROW), (c += done * ROW), (init += done * initStep));
    }
  }
  const fours = rest >> 2;
  if (fours != 0) {
    product4x1(x, xStride, xQuads, h, hStride, hPanels, w, init, initStep, c, fours);
    rest &= 3;
    const done: usize = 4 * fours;
    ((x += done * ROW), (h += done * ROW), (c += done * ROW), (init += done * initStep));
  }
  for (; rest != 0; rest--) {
    productRow(x, xStride, xQuads, h, hStride, hPanels, w, init, c);
    ((x += ROW), (h += ROW), (c += ROW), (init += initStep));
  }
}

/** Two panels of the same left operands. */
export function panelPairProduct(
  x: usize,
  xStride: usize,
  xQuads: u32,
  h: usize,
  hStride: usize,
  hPanels: u32,
  w: usize,
  wSecond: usize,
  init: usize,
  initSecond: usize,
  initStep: usize,
  c: usize,
  cSecond: usize,
  rows: u32,
): void {
  const singles = rows - tiledRows(rows);
  if (WIDE && rows != singles) {
    let rest = rows - singles;
    if (ASC_FEATURE_RELAXED_SIMD) {
      // Six rows fill the registers. An even number of them is 6a + 5b, or below 20 with up to two fours.
      const fives: u32 = rest % 6 == 2 ? (rest >= 20 ? 4 : rest >= 14 ? 2 : 0) : rest % 6 == 4 && rest >= 10 ? 2 : 0;
      const sixes = rest % 6 == 2 && rest < 20 ? 0 : (rest - 5 * fives) / 6;
      if (sixes != 0) {
        product6x2(x, xStride, xQuads, h, hStride, hPanels, w, wSecond, init, initSecond, initStep, c, cSecond, sixes);
        rest -= 6 * sixes;
        const done: usize = 6 * sixes;
        ((x += done * ROW), (h += done * ROW), (c += done * ROW), (cSecond += done * ROW));
        ((init += done * initStep), (initSecond += done * initStep));
      }
      if (fives != 0) {
        product5x2(x, xStride, xQuads, h, hStride, hPanels, w, wSecond, init, initSecond, initStep, c, cSecond, fives);
        rest -= 5 * fives;
        const done: usize = 5 * fives;
        ((x += done * ROW), (h += done * ROW), (c += done * ROW), (cSecond += done * ROW));
        ((init += done * initStep), (initSecond += done * initStep));
      }
    }
    const fours = rest >> 2;
    if (fours != 0) {
      product4x2(x, xStride, xQuads, h, hStride, hPanels, w, wSecond, init, initSecond, initStep, c, cSecond, fours);
      const done: usize = 4 * fours;
      ((x += done * ROW), (h += done * ROW), (c += done * ROW), (cSecond += done * ROW));
      ((init += done * initStep), (initSecond += done * initStep));
    }
    rows = singles;
  }
  if (rows == 0) return;
  panelProduct(x, xStride, xQuads, h, hStride, hPanels, w, init, initStep, c, rows);
  panelProduct(x, xStride, xQuads, h, hStride, hPanels, wSecond, initSecond, initStep, cSecond, rows);
}

/** Rows that {@link panelProduct} does not leave to productRow. */
// @ts-ignore: decorator
@inline
function tiledRows(rows: u32): u32 {
  return ASC_FEATURE_RELAXED_SIMD && rows >= 6 ? rows & ~1 : rows & ~3;
}

/** One row: each of four weight rows has its own pair of accumulators instead, which are summed at the end. */
function productRow(
  x: usize,
  xStride: usize,
  xQuads: u32,
  h: usize,
  hStride: usize,
  hPanels: u32,
  weights: usize,
  init: usize,
  c: usize,
): void {
  let c00 = v128.load(init),
    c01 = v128.load(init, 16);
  let c10 = v128.splat<real>(0),
    c11 = c10,
    c20 = c10,
    c21 = c10,
    c30 = c10,
    c31 = c10;
  for (let segment: u32 = 0; segment < 2; segment++) {
    let quads = segment == 0 ? xQuads : hPanels * QUADS;
    let a = segment == 0 ? x : h;
    const stride = segment == 0 ? xStride : hStride;
    let move: usize = 16;
    for (; quads != 0; quads--) {
      let s = v128.load_splat<real>(a);
      ((c00 = multiplyAdd(s, v128.load(weights), c00)), (c01 = multiplyAdd(s, v128.load(weights, 16), c01)));
      s = v128.load_splat<real>(a, BYTES);
      ((c10 = multiplyAdd(s, v128.load(weights, 32), c10)), (c11 = multiplyAdd(s, v128.load(weights, 48), c11)));
      s = v128.load_splat<real>(a, 2 * BYTES);
      ((c20 = multiplyAdd(s, v128.load(weights, 64), c20)), (c21 = multiplyAdd(s, v128.load(weights, 80), c21)));
      s = v128.load_splat<real>(a, 3 * BYTES);
      ((c30 = multiplyAdd(s, v128.load(weights, 96), c30)), (c31 = multiplyAdd(s, v128.load(weights, 112), c31)));
      weights += 4 * ROW;
      if (QUADS == 1) {
        a += stride;
      } else {
        a += move;
        move = stride - move;
      }
    }
  }
  const low = v128.add<real>(v128.add<real>(c00, c10), v128.add<real>(c20, c30)),
    high = v128.add<real>(v128.add<real>(c01, c11), v128.add<real>(c21, c31));
  storeRow(c, low, high);
}
