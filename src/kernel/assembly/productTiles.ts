/**
 * The inner loops of panelProduct, which documents the operands: `tiles` tiles of six, four or one row by eight
 * columns.
 *
 * Left operands are splatted by the load itself, weights are loaded once a tile. Six rows, twelve accumulators, hide
 * the latency of a fused multiply-add completely; with separate multiplications they spill in V8, and four rows are as
 * good. xJump, hJump: bytes from the second half of a panel to the first half of the next: strides minus 16.
 */
import { multiplyAdd, ROW } from "./simd";

export function productRows6(
  x: usize,
  xJump: usize,
  xQuads: u32,
  h: usize,
  hJump: usize,
  hQuads: u32,
  w: usize,
  init: usize,
  initStep: usize,
  c: usize,
  tiles: u32,
): void {
  for (; tiles != 0; tiles--) {
    let c00 = v128.load(init),
      c01 = v128.load(init, 16);
    init += initStep;
    let c10 = v128.load(init),
      c11 = v128.load(init, 16);
    init += initStep;
    let c20 = v128.load(init),
      c21 = v128.load(init, 16);
    init += initStep;
    let c30 = v128.load(init),
      c31 = v128.load(init, 16);
    init += initStep;
    let c40 = v128.load(init),
      c41 = v128.load(init, 16);
    init += initStep;
    let c50 = v128.load(init),
      c51 = v128.load(init, 16);
    init += initStep;
    let weights = w;
    for (let segment: u32 = 0; segment < 2; segment++) {
      let quads = segment == 0 ? xQuads : hQuads;
      if (quads == 0) continue;
      let a = segment == 0 ? x : h;
      const jump = segment == 0 ? xJump : hJump;
      let move: usize = 16;
      do {
        let w0 = v128.load(weights),
          w1 = v128.load(weights, 16);
        let s = v128.load32_splat(a);
        ((c00 = multiplyAdd(s, w0, c00)), (c01 = multiplyAdd(s, w1, c01)));
        s = v128.load32_splat(a, 32);
        ((c10 = multiplyAdd(s, w0, c10)), (c11 = multiplyAdd(s, w1, c11)));
        s = v128.load32_splat(a, 64);
        ((c20 = multiplyAdd(s, w0, c20)), (c21 = multiplyAdd(s, w1, c21)));
        s = v128.load32_splat(a, 96);
        ((c30 = multiplyAdd(s, w0, c30)), (c31 = multiplyAdd(s, w1, c31)));
        s = v128.load32_splat(a, 128);
        ((c40 = multiplyAdd(s, w0, c40)), (c41 = multiplyAdd(s, w1, c41)));
        s = v128.load32_splat(a, 160);
        ((c50 = multiplyAdd(s, w0, c50)), (c51 = multiplyAdd(s, w1, c51)));
        ((w0 = v128.load(weights, 32)), (w1 = v128.load(weights, 48)));
        s = v128.load32_splat(a, 4);
        ((c00 = multiplyAdd(s, w0, c00)), (c01 = multiplyAdd(s, w1, c01)));
        s = v128.load32_splat(a, 36);
        ((c10 = multiplyAdd(s, w0, c10)), (c11 = multiplyAdd(s, w1, c11)));
        s = v128.load32_splat(a, 68);
        ((c20 = multiplyAdd(s, w0, c20)), (c21 = multiplyAdd(s, w1, c21)));
        s = v128.load32_splat(a, 100);
        ((c30 = multiplyAdd(s, w0, c30)), (c31 = multiplyAdd(s, w1, c31)));
        s = v128.load32_splat(a, 132);
        ((c40 = multiplyAdd(s, w0, c40)), (c41 = multiplyAdd(s, w1, c41)));
        s = v128.load32_splat(a, 164);
        ((c50 = multiplyAdd(s, w0, c50)), (c51 = multiplyAdd(s, w1, c51)));
        ((w0 = v128.load(weights, 64)), (w1 = v128.load(weights, 80)));
        s = v128.load32_splat(a, 8);
        ((c00 = multiplyAdd(s, w0, c00)), (c01 = multiplyAdd(s, w1, c01)));
        s = v128.load32_splat(a, 40);
        ((c10 = multiplyAdd(s, w0, c10)), (c11 = multiplyAdd(s, w1, c11)));
        s = v128.load32_splat(a, 72);
        ((c20 = multiplyAdd(s, w0, c20)), (c21 = multiplyAdd(s, w1, c21)));
        s = v128.load32_splat(a, 104);
        ((c30 = multiplyAdd(s, w0, c30)), (c31 = multiplyAdd(s, w1, c31)));
        s = v128.load32_splat(a, 136);
        ((c40 = multiplyAdd(s, w0, c40)), (c41 = multiplyAdd(s, w1, c41)));
        s = v128.load32_splat(a, 168);
        ((c50 = multiplyAdd(s, w0, c50)), (c51 = multiplyAdd(s, w1, c51)));
        ((w0 = v128.load(weights, 96)), (w1 = v128.load(weights, 112)));
        s = v128.load32_splat(a, 12);
        ((c00 = multiplyAdd(s, w0, c00)), (c01 = multiplyAdd(s, w1, c01)));
        s = v128.load32_splat(a, 44);
        ((c10 = multiplyAdd(s, w0, c10)), (c11 = multiplyAdd(s, w1, c11)));
        s = v128.load32_splat(a, 76);
        ((c20 = multiplyAdd(s, w0, c20)), (c21 = multiplyAdd(s, w1, c21)));
        s = v128.load32_splat(a, 108);
        ((c30 = multiplyAdd(s, w0, c30)), (c31 = multiplyAdd(s, w1, c31)));
        s = v128.load32_splat(a, 140);
        ((c40 = multiplyAdd(s, w0, c40)), (c41 = multiplyAdd(s, w1, c41)));
        s = v128.load32_splat(a, 172);
        ((c50 = multiplyAdd(s, w0, c50)), (c51 = multiplyAdd(s, w1, c51)));
        weights += 4 * ROW;
        a += move;
        move = jump + 16 - move;
      } while (--quads != 0);
    }
    (v128.store(c, c00), v128.store(c, c01, 16));
    (v128.store(c, c10, 32), v128.store(c, c11, 48));
    (v128.store(c, c20, 64), v128.store(c, c21, 80));
    (v128.store(c, c30, 96), v128.store(c, c31, 112));
    (v128.store(c, c40, 128), v128.store(c, c41, 144));
    (v128.store(c, c50, 160), v128.store(c, c51, 176));
    ((x += 6 * ROW), (h += 6 * ROW), (c += 6 * ROW));
  }
}

export function productRows4(
  x: usize,
  xJump: usize,
  xQuads: u32,
  h: usize,
  hJump: usize,
  hQuads: u32,
  w: usize,
  init: usize,
  initStep: usize,
  c: usize,
  tiles: u32,
): void {
  for (; tiles != 0; tiles--) {
    let c00 = v128.load(init),
      c01 = v128.load(init, 16);
    init += initStep;
    let c10 = v128.load(init),
      c11 = v128.load(init, 16);
    init += initStep;
    let c20 = v128.load(init),
      c21 = v128.load(init, 16);
    init += initStep;
    let c30 = v128.load(init),
      c31 = v128.load(init, 16);
    init += initStep;
    let weights = w;
    for (let segment: u32 = 0; segment < 2; segment++) {
      let quads = segment == 0 ? xQuads : hQuads;
      if (quads == 0) continue;
      let a = segment == 0 ? x : h;
      const jump = segment == 0 ? xJump : hJump;
      let move: usize = 16;
      do {
        let w0 = v128.load(weights),
          w1 = v128.load(weights, 16);
        let s = v128.load32_splat(a);
        ((c00 = multiplyAdd(s, w0, c00)), (c01 = multiplyAdd(s, w1, c01)));
        s = v128.load32_splat(a, 32);
        ((c10 = multiplyAdd(s, w0, c10)), (c11 = multiplyAdd(s, w1, c11)));
        s = v128.load32_splat(a, 64);
        ((c20 = multiplyAdd(s, w0, c20)), (c21 = multiplyAdd(s, w1, c21)));
        s = v128.load32_splat(a, 96);
        ((c30 = multiplyAdd(s, w0, c30)), (c31 = multiplyAdd(s, w1, c31)));
        ((w0 = v128.load(weights, 32)), (w1 = v128.load(weights, 48)));
        s = v128.load32_splat(a, 4);
        ((c00 = multiplyAdd(s, w0, c00)), (c01 = multiplyAdd(s, w1, c01)));
        s = v128.load32_splat(a, 36);
        ((c10 = multiplyAdd(s, w0, c10)), (c11 = multiplyAdd(s, w1, c11)));
        s = v128.load32_splat(a, 68);
        ((c20 = multiplyAdd(s, w0, c20)), (c21 = multiplyAdd(s, w1, c21)));
        s = v128.load32_splat(a, 100);
        ((c30 = multiplyAdd(s, w0, c30)), (c31 = multiplyAdd(s, w1, c31)));
        ((w0 = v128.load(weights, 64)), (w1 = v128.load(weights, 80)));
        s = v128.load32_splat(a, 8);
        ((c00 = multiplyAdd(s, w0, c00)), (c01 = multiplyAdd(s, w1, c01)));
        s = v128.load32_splat(a, 40);
        ((c10 = multiplyAdd(s, w0, c10)), (c11 = multiplyAdd(s, w1, c11)));
        s = v128.load32_splat(a, 72);
        ((c20 = multiplyAdd(s, w0, c20)), (c21 = multiplyAdd(s, w1, c21)));
        s = v128.load32_splat(a, 104);
        ((c30 = multiplyAdd(s, w0, c30)), (c31 = multiplyAdd(s, w1, c31)));
        ((w0 = v128.load(weights, 96)), (w1 = v128.load(weights, 112)));
        s = v128.load32_splat(a, 12);
        ((c00 = multiplyAdd(s, w0, c00)), (c01 = multiplyAdd(s, w1, c01)));
        s = v128.load32_splat(a, 44);
        ((c10 = multiplyAdd(s, w0, c10)), (c11 = multiplyAdd(s, w1, c11)));
        s = v128.load32_splat(a, 76);
        ((c20 = multiplyAdd(s, w0, c20)), (c21 = multiplyAdd(s, w1, c21)));
        s = v128.load32_splat(a, 108);
        ((c30 = multiplyAdd(s, w0, c30)), (c31 = multiplyAdd(s, w1, c31)));
        weights += 4 * ROW;
        a += move;
        move = jump + 16 - move;
      } while (--quads != 0);
    }
    (v128.store(c, c00), v128.store(c, c01, 16));
    (v128.store(c, c10, 32), v128.store(c, c11, 48));
    (v128.store(c, c20, 64), v128.store(c, c21, 80));
    (v128.store(c, c30, 96), v128.store(c, c31, 112));
    ((x += 4 * ROW), (h += 4 * ROW), (c += 4 * ROW));
  }
}

/** One row: each of four weight rows has its own pair of accumulators instead, which are summed at the end. */
export function productRows1(
  x: usize,
  xJump: usize,
  xQuads: u32,
  h: usize,
  hJump: usize,
  hQuads: u32,
  w: usize,
  init: usize,
  initStep: usize,
  c: usize,
  tiles: u32,
): void {
  for (; tiles != 0; tiles--) {
    let c00 = v128.load(init),
      c01 = v128.load(init, 16);
    let c10 = f32x4.splat(0),
      c11 = c10,
      c20 = c10,
      c21 = c10,
      c30 = c10,
      c31 = c10;
    let weights = w;
    for (let segment: u32 = 0; segment < 2; segment++) {
      let quads = segment == 0 ? xQuads : hQuads;
      if (quads == 0) continue;
      let a = segment == 0 ? x : h;
      const jump = segment == 0 ? xJump : hJump;
      let move: usize = 16;
      do {
        let s = v128.load32_splat(a);
        ((c00 = multiplyAdd(s, v128.load(weights), c00)), (c01 = multiplyAdd(s, v128.load(weights, 16), c01)));
        s = v128.load32_splat(a, 4);
        ((c10 = multiplyAdd(s, v128.load(weights, 32), c10)), (c11 = multiplyAdd(s, v128.load(weights, 48), c11)));
        s = v128.load32_splat(a, 8);
        ((c20 = multiplyAdd(s, v128.load(weights, 64), c20)), (c21 = multiplyAdd(s, v128.load(weights, 80), c21)));
        s = v128.load32_splat(a, 12);
        ((c30 = multiplyAdd(s, v128.load(weights, 96), c30)), (c31 = multiplyAdd(s, v128.load(weights, 112), c31)));
        weights += 4 * ROW;
        a += move;
        move = jump + 16 - move;
      } while (--quads != 0);
    }
    v128.store(c, f32x4.add(f32x4.add(c00, c10), f32x4.add(c20, c30)));
    v128.store(c, f32x4.add(f32x4.add(c01, c11), f32x4.add(c21, c31)), 16);
    ((x += ROW), (h += ROW), (c += ROW), (init += initStep));
  }
}
