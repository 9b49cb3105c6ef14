/**
 * dW += Aᵀ·G for one panel (eight columns) of G: the weight gradient of eight gates over all rows (time steps times batch).
 *
 * a: panel matrix, `rows` rows, 4·quads columns, panel stride in bytes. g: [rows][8]. dw: [4·quads][8], accumulated; overlaps nothing.
 *
 * Tile: four rows of dW by eight columns in eight accumulators, over all the rows given; the caller keeps `rows` small enough
 * for g (32 bytes a row) to stay in the first-level cache while the quads pass.
 */
import { multiplyAdd, ROW } from "./simd";

export function weightGradient(a: usize, aStride: usize, quads: u32, g: usize, dw: usize, rows: u32): void {
  let move: usize = 16;
  for (let quad: u32 = 0; quad < quads; quad++) {
    weightGradientTile(a, g, dw, rows);
    dw += 4 * ROW;
    a += move;
    move = aStride - move;
  }
}

function weightGradientTile(a: usize, g: usize, dw: usize, rows: u32): void {
  let c00 = v128.load(dw), c01 = v128.load(dw, 16);
  let c10 = v128.load(dw, 32), c11 = v128.load(dw, 48);
  let c20 = v128.load(dw, 64), c21 = v128.load(dw, 80);
  let c30 = v128.load(dw, 96), c31 = v128.load(dw, 112);
  for (let pair = rows >> 1; pair != 0; pair--) {
    let g0 = v128.load(g), g1 = v128.load(g, 16);
    let s = v128.load32_splat(a);
    c00 = multiplyAdd(s, g0, c00), c01 = multiplyAdd(s, g1, c01);
    s = v128.load32_splat(a, 4);
    c10 = multiplyAdd(s, g0, c10), c11 = multiplyAdd(s, g1, c11);
    s = v128.load32_splat(a, 8);
    c20 = multiplyAdd(s, g0, c20), c21 = multiplyAdd(s, g1, c21);
    s = v128.load32_splat(a, 12);
    c30 = multiplyAdd(s, g0, c30), c31 = multiplyAdd(s, g1, c31);
    g0 = v128.load(g, 32), g1 = v128.load(g, 48);
    s = v128.load32_splat(a, 32);
    c00 = multiplyAdd(s, g0, c00), c01 = multiplyAdd(s, g1, c01);
    s = v128.load32_splat(a, 36);
    c10 = multiplyAdd(s, g0, c10), c11 = multiplyAdd(s, g1, c11);
    s = v128.load32_splat(a, 40);
    c20 = multiplyAdd(s, g0, c20), c21 = multiplyAdd(s, g1, c21);
    s = v128.load32_splat(a, 44);
    c30 = multiplyAdd(s, g0, c30), c31 = multiplyAdd(s, g1, c31);
    a += 2 * ROW, g += 2 * ROW;
  }
  if (rows & 1) {
    const g0 = v128.load(g), g1 = v128.load(g, 16);
    let s = v128.load32_splat(a);
    c00 = multiplyAdd(s, g0, c00), c01 = multiplyAdd(s, g1, c01);
    s = v128.load32_splat(a, 4);
    c10 = multiplyAdd(s, g0, c10), c11 = multiplyAdd(s, g1, c11);
    s = v128.load32_splat(a, 8);
    c20 = multiplyAdd(s, g0, c20), c21 = multiplyAdd(s, g1, c21);
    s = v128.load32_splat(a, 12);
    c30 = multiplyAdd(s, g0, c30), c31 = multiplyAdd(s, g1, c31);
  }
  v128.store(dw, c00), v128.store(dw, c01, 16);
  v128.store(dw, c10, 32), v128.store(dw, c11, 48);
  v128.store(dw, c20, 64), v128.store(dw, c21, 80);
  v128.store(dw, c30, 96), v128.store(dw, c31, 112);
}
