/**
 * dW += Aᵀ·G for one panel (eight columns) of G: the weight gradient of eight gates over all rows (time steps times
 * batch).
 *
 * a: panel matrix, `rows` > 0 rows, 4·quads columns, panel stride in bytes. g: [rows][8]. dw: [4·quads][8],
 * accumulated; overlaps nothing.
 *
 * Tiles of six or four rows of dW over all the rows given, see productTiles.ts; the caller keeps `rows` small enough
 * for g (32 bytes a row) to stay in the first-level cache while the tiles pass.
 */
import { multiplyAdd, ROW } from "./simd";

export function weightGradient(a: usize, aStride: usize, quads: u32, g: usize, dw: usize, rows: u32): void {
  const columns = quads * 4;
  let column: u32 = 0;
  if (ASC_FEATURE_RELAXED_SIMD) {
    // Columns are a multiple of four: with two left over, the last six become two fours.
    const last = columns % 6 == 2 ? columns - 8 : columns - (columns % 6);
    for (; column < last; column += 6) {
      weightGradientRows6(
        address(a, aStride, column),
        address(a, aStride, column + 2),
        address(a, aStride, column + 4),
        g,
        dw + column * ROW,
        rows,
      );
    }
  }
  for (; column < columns; column += 4) weightGradientRows4(address(a, aStride, column), g, dw + column * ROW, rows);
}

// @ts-ignore: decorator
@inline
function address(a: usize, stride: usize, column: u32): usize {
  return a + (column >> 3) * stride + (column & 7) * 4;
}

/** Six rows of dW: two each from the addresses a, b and c, which go down the rows of the left operand together. */
function weightGradientRows6(a: usize, b: usize, c: usize, g: usize, dw: usize, rows: u32): void {
  let c00 = v128.load(dw),
    c01 = v128.load(dw, 16);
  let c10 = v128.load(dw, 32),
    c11 = v128.load(dw, 48);
  let c20 = v128.load(dw, 64),
    c21 = v128.load(dw, 80);
  let c30 = v128.load(dw, 96),
    c31 = v128.load(dw, 112);
  let c40 = v128.load(dw, 128),
    c41 = v128.load(dw, 144);
  let c50 = v128.load(dw, 160),
    c51 = v128.load(dw, 176);
  do {
    let g0 = v128.load(g),
      g1 = v128.load(g, 16);
    let s = v128.load32_splat(a);
    ((c00 = multiplyAdd(s, g0, c00)), (c01 = multiplyAdd(s, g1, c01)));
    s = v128.load32_splat(a, 4);
    ((c10 = multiplyAdd(s, g0, c10)), (c11 = multiplyAdd(s, g1, c11)));
    s = v128.load32_splat(b);
    ((c20 = multiplyAdd(s, g0, c20)), (c21 = multiplyAdd(s, g1, c21)));
    s = v128.load32_splat(b, 4);
    ((c30 = multiplyAdd(s, g0, c30)), (c31 = multiplyAdd(s, g1, c31)));
    s = v128.load32_splat(c);
    ((c40 = multiplyAdd(s, g0, c40)), (c41 = multiplyAdd(s, g1, c41)));
    s = v128.load32_splat(c, 4);
    ((c50 = multiplyAdd(s, g0, c50)), (c51 = multiplyAdd(s, g1, c51)));
    ((a += ROW), (b += ROW), (c += ROW), (g += ROW));
  } while (--rows != 0);
  (v128.store(dw, c00), v128.store(dw, c01, 16));
  (v128.store(dw, c10, 32), v128.store(dw, c11, 48));
  (v128.store(dw, c20, 64), v128.store(dw, c21, 80));
  (v128.store(dw, c30, 96), v128.store(dw, c31, 112));
  (v128.store(dw, c40, 128), v128.store(dw, c41, 144));
  (v128.store(dw, c50, 160), v128.store(dw, c51, 176));
}

/** Four rows of dW. */
function weightGradientRows4(a: usize, g: usize, dw: usize, rows: u32): void {
  let c00 = v128.load(dw),
    c01 = v128.load(dw, 16);
  let c10 = v128.load(dw, 32),
    c11 = v128.load(dw, 48);
  let c20 = v128.load(dw, 64),
    c21 = v128.load(dw, 80);
  let c30 = v128.load(dw, 96),
    c31 = v128.load(dw, 112);
  do {
    let g0 = v128.load(g),
      g1 = v128.load(g, 16);
    let s = v128.load32_splat(a);
    ((c00 = multiplyAdd(s, g0, c00)), (c01 = multiplyAdd(s, g1, c01)));
    s = v128.load32_splat(a, 4);
    ((c10 = multiplyAdd(s, g0, c10)), (c11 = multiplyAdd(s, g1, c11)));
    s = v128.load32_splat(a, 8);
    ((c20 = multiplyAdd(s, g0, c20)), (c21 = multiplyAdd(s, g1, c21)));
    s = v128.load32_splat(a, 12);
    ((c30 = multiplyAdd(s, g0, c30)), (c31 = multiplyAdd(s, g1, c31)));
    ((a += ROW), (g += ROW));
  } while (--rows != 0);
  (v128.store(dw, c00), v128.store(dw, c01, 16));
  (v128.store(dw, c10, 32), v128.store(dw, c11, 48));
  (v128.store(dw, c20, 64), v128.store(dw, c21, 80));
  (v128.store(dw, c30, 96), v128.store(dw, c31, 112));
}
