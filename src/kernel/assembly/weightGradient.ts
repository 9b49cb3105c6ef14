/**
 * dW += Aᵀ·G for panels of G: the weight gradients of a panel of gates each over all rows (time steps times
 * batch).
 *
 * a: panel matrix, `rows` > 0 rows, 4·quads columns, panel stride in bytes. g: [rows][C]. dw: [4·quads][C],
 * accumulated; overlaps nothing. Each element is added up row by row whatever the tile.
 *
 * Tiles of six or four rows of dW over all the rows given; the caller keeps `rows` small enough for g (32 bytes a row)
 * to stay in the first-level cache while the tiles pass.
 */
import { gradient4x1, gradient4x2, gradient6x1, gradient6x2 } from "./gradientTiles.generated";
import { BYTES, COLUMNS, ROW, WIDE } from "./simd";

export function weightGradient(a: usize, aStride: usize, quads: u32, g: usize, dw: usize, rows: u32): void {
  const columns = quads * 4;
  let column: u32 = 0;
  if (ASC_FEATURE_RELAXED_SIMD) {
    for (const last = sixColumns(columns); column < last; column += 6) {
      gradient6x1(
        address(a, aStride, column),
        address(a, aStride, column + 2),
        address(a, aStride, column + 4),
        g,
        dw + column * ROW,
        rows,
      );
    }
  }
  for (; column < columns; column += 4) gradient4x1(address(a, aStride, column), g, dw + column * ROW, rows);
}

/** For two panels. */
export function weightGradientPair(
  a: usize,
  aStride: usize,
  quads: u32,
  g: usize,
  gSecond: usize,
  dw: usize,
  dwSecond: usize,
  rows: u32,
): void {
  if (!WIDE) {
    weightGradient(a, aStride, quads, g, dw, rows);
    weightGradient(a, aStride, quads, gSecond, dwSecond, rows);
    return;
  }
  const columns = quads * 4;
  let column: u32 = 0;
  if (ASC_FEATURE_RELAXED_SIMD) {
    for (const last = sixColumns(columns); column < last; column += 6) {
      gradient6x2(
        address(a, aStride, column),
        address(a, aStride, column + 2),
        address(a, aStride, column + 4),
        g,
        gSecond,
        dw + column * ROW,
        dwSecond + column * ROW,
        rows,
      );
    }
  }
  for (; column < columns; column += 4)
    gradient4x2(address(a, aStride, column), g, gSecond, dw + column * ROW, dwSecond + column * ROW, rows);
}

/** Columns, a multiple of four, that tiles of six take: with two left over, the last six become two fours. */
// @ts-ignore: decorator
@inline
function sixColumns(columns: u32): u32 {
  return columns % 6 == 2 ? columns - 8 : columns - (columns % 6);
}

// @ts-ignore: decorator
@inline
function address(a: usize, stride: usize, column: u32): usize {
  return a + (column / COLUMNS) * stride + (column % COLUMNS) * BYTES;
}
