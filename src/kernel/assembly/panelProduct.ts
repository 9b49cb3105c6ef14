/**
 * One panel (eight columns) of C = init + X·Wx + H·Wh, the product that forward and backward are made of.
 *
 * x, h: panel matrices, `rows` rows, 4·xQuads and 4·hQuads columns, panel strides in bytes; either may have no columns.
 * w: [4·xQuads + 4·hQuads][8], the rows for x first. init: [8] for all rows with initStep 0, or [rows][8] with initStep 32.
 * c: [rows][8]; may be the same as init with initStep 32, otherwise overlaps nothing. All addresses 4-byte aligned, 16 is faster.
 *
 * Tile: four rows by eight columns in eight accumulators; wider tiles spill in V8. Left operands are splatted by the load itself.
 */
import { multiplyAdd, ROW } from "./simd";

export function panelProduct(x: usize, xStride: usize, xQuads: u32, h: usize, hStride: usize, hQuads: u32, w: usize, init: usize, initStep: usize, c: usize, rows: u32): void {
  // A quad is half a panel: going on alternates between +16 inside the panel and the jump to the next one.
  const xJump = xStride - 16;
  const hJump = hStride - 16;
  let row: u32 = 0;
  for (; row + 4 <= rows; row += 4) {
    let c00 = v128.load(init), c01 = v128.load(init, 16);
    init += initStep;
    let c10 = v128.load(init), c11 = v128.load(init, 16);
    init += initStep;
    let c20 = v128.load(init), c21 = v128.load(init, 16);
    init += initStep;
    let c30 = v128.load(init), c31 = v128.load(init, 16);
    init += initStep;
    let weights = w;
    for (let segment: u32 = 0; segment < 2; segment++) {
      let a = segment == 0 ? x : h;
      const jump = segment == 0 ? xJump : hJump;
      let move: usize = 16;
      for (let quad = segment == 0 ? xQuads : hQuads; quad != 0; quad--) {
        let w0 = v128.load(weights), w1 = v128.load(weights, 16);
        let s = v128.load32_splat(a);
        c00 = multiplyAdd(s, w0, c00), c01 = multiplyAdd(s, w1, c01);
        s = v128.load32_splat(a, 32);
        c10 = multiplyAdd(s, w0, c10), c11 = multiplyAdd(s, w1, c11);
        s = v128.load32_splat(a, 64);
        c20 = multiplyAdd(s, w0, c20), c21 = multiplyAdd(s, w1, c21);
        s = v128.load32_splat(a, 96);
        c30 = multiplyAdd(s, w0, c30), c31 = multiplyAdd(s, w1, c31);
        w0 = v128.load(weights, 32), w1 = v128.load(weights, 48);
        s = v128.load32_splat(a, 4);
        c00 = multiplyAdd(s, w0, c00), c01 = multiplyAdd(s, w1, c01);
        s = v128.load32_splat(a, 36);
        c10 = multiplyAdd(s, w0, c10), c11 = multiplyAdd(s, w1, c11);
        s = v128.load32_splat(a, 68);
        c20 = multiplyAdd(s, w0, c20), c21 = multiplyAdd(s, w1, c21);
        s = v128.load32_splat(a, 100);
        c30 = multiplyAdd(s, w0, c30), c31 = multiplyAdd(s, w1, c31);
        w0 = v128.load(weights, 64), w1 = v128.load(weights, 80);
        s = v128.load32_splat(a, 8);
        c00 = multiplyAdd(s, w0, c00), c01 = multiplyAdd(s, w1, c01);
        s = v128.load32_splat(a, 40);
        c10 = multiplyAdd(s, w0, c10), c11 = multiplyAdd(s, w1, c11);
        s = v128.load32_splat(a, 72);
        c20 = multiplyAdd(s, w0, c20), c21 = multiplyAdd(s, w1, c21);
        s = v128.load32_splat(a, 104);
        c30 = multiplyAdd(s, w0, c30), c31 = multiplyAdd(s, w1, c31);
        w0 = v128.load(weights, 96), w1 = v128.load(weights, 112);
        s = v128.load32_splat(a, 12);
        c00 = multiplyAdd(s, w0, c00), c01 = multiplyAdd(s, w1, c01);
        s = v128.load32_splat(a, 44);
        c10 = multiplyAdd(s, w0, c10), c11 = multiplyAdd(s, w1, c11);
        s = v128.load32_splat(a, 76);
        c20 = multiplyAdd(s, w0, c20), c21 = multiplyAdd(s, w1, c21);
        s = v128.load32_splat(a, 108);
        c30 = multiplyAdd(s, w0, c30), c31 = multiplyAdd(s, w1, c31);
        weights += 4 * ROW;
        a += move;
        move = jump + 16 - move;
      }
    }
    v128.store(c, c00), v128.store(c, c01, 16);
    v128.store(c, c10, 32), v128.store(c, c11, 48);
    v128.store(c, c20, 64), v128.store(c, c21, 80);
    v128.store(c, c30, 96), v128.store(c, c31, 112);
    x += 4 * ROW, h += 4 * ROW, c += 4 * ROW;
  }
  // The remaining rows one by one, each weight row with its own pair of accumulators to hide the latency of the addition.
  for (; row < rows; row++) {
    let c00 = v128.load(init), c01 = v128.load(init, 16);
    let c10 = f32x4.splat(0), c11 = c10, c20 = c10, c21 = c10, c30 = c10, c31 = c10;
    let weights = w;
    for (let segment: u32 = 0; segment < 2; segment++) {
      let a = segment == 0 ? x : h;
      const jump = segment == 0 ? xJump : hJump;
      let move: usize = 16;
      for (let quad = segment == 0 ? xQuads : hQuads; quad != 0; quad--) {
        let s = v128.load32_splat(a);
        c00 = multiplyAdd(s, v128.load(weights), c00), c01 = multiplyAdd(s, v128.load(weights, 16), c01);
        s = v128.load32_splat(a, 4);
        c10 = multiplyAdd(s, v128.load(weights, 32), c10), c11 = multiplyAdd(s, v128.load(weights, 48), c11);
        s = v128.load32_splat(a, 8);
        c20 = multiplyAdd(s, v128.load(weights, 64), c20), c21 = multiplyAdd(s, v128.load(weights, 80), c21);
        s = v128.load32_splat(a, 12);
        c30 = multiplyAdd(s, v128.load(weights, 96), c30), c31 = multiplyAdd(s, v128.load(weights, 112), c31);
        weights += 4 * ROW;
        a += move;
        move = jump + 16 - move;
      }
    }
    v128.store(c, f32x4.add(f32x4.add(c00, c10), f32x4.add(c20, c30)));
    v128.store(c, f32x4.add(f32x4.add(c01, c11), f32x4.add(c21, c31)), 16);
    x += ROW, h += ROW, c += ROW, init += initStep;
  }
}
