/**
 * The plain recurrent layer's elementwise part for one time step and eight units: h = φ(pre-activation), φ identity,
 * tanh or relu.
 */
import { tanhPanel } from "./activations";
import { ONE, ROW, storeRow } from "./simd";

// @ts-ignore: decorator
@inline export const TANH: u32 = 1;
// @ts-ignore: decorator
@inline export const RELU: u32 = 2;

/** h: [rows][8], in place. A relu keeps NaN, as PyTorch's does. */
export function rnnCell(activation: u32, h: usize, rows: u32): void {
  if (activation == TANH) {
    tanhPanel(h, h, rows);
  } else if (activation == RELU) {
    const zero = f32x4.splat(0);
    for (; rows != 0; rows--, h += ROW) {
      const low = v128.load(h),
        high = v128.load(h, 16);
      storeRow(h, v128.andnot(low, f32x4.le(low, zero)), v128.andnot(high, f32x4.le(high, zero)));
    }
  }
}

/**
 * d = dh·φ'(h), with φ' = 1 - h² for tanh, and for relu 0 where h <= 0, else 1. h, dh, d: [rows][8], d is written. The
 * column sums of d are added to biasSum, [8].
 */
export function rnnCellBackward(activation: u32, h: usize, dh: usize, d: usize, biasSum: usize, rows: u32): void {
  let bias0 = v128.load(biasSum),
    bias1 = v128.load(biasSum, 16);
  if (activation == TANH) {
    for (; rows != 0; rows--, h += ROW, dh += ROW, d += ROW) {
      const one = v128.load32_splat(ONE);
      const h0 = v128.load(h),
        h1 = v128.load(h, 16);
      const d0 = f32x4.mul(v128.load(dh), f32x4.sub(one, f32x4.mul(h0, h0))),
        d1 = f32x4.mul(v128.load(dh, 16), f32x4.sub(one, f32x4.mul(h1, h1)));
      ((bias0 = f32x4.add(bias0, d0)), (bias1 = f32x4.add(bias1, d1)));
      storeRow(d, d0, d1);
    }
  } else {
    const zero = f32x4.splat(0);
    for (; rows != 0; rows--, h += ROW, dh += ROW, d += ROW) {
      let d0 = v128.load(dh),
        d1 = v128.load(dh, 16);
      if (activation == RELU) {
        d0 = v128.andnot(d0, f32x4.le(v128.load(h), zero));
        d1 = v128.andnot(d1, f32x4.le(v128.load(h, 16), zero));
      }
      ((bias0 = f32x4.add(bias0, d0)), (bias1 = f32x4.add(bias1, d1)));
      storeRow(d, d0, d1);
    }
  }
  storeRow(biasSum, bias0, bias1);
}
