/**
 * The plain recurrent layer's elementwise part for one time step and eight units: h = φ(pre-activation), φ identity,
 * tanh or relu.
 */
import { reluPanel, tanhPanel } from "./activations";
import { cutBelow, ONE, ROW, storeRow } from "./simd";

// @ts-ignore: decorator
@inline export const TANH: u32 = 1;
// @ts-ignore: decorator
@inline export const RELU: u32 = 2;

/** h: [rows][C], in place. */
export function rnnCell(activation: u32, h: usize, rows: u32): void {
  if (activation == TANH) tanhPanel(h, h, rows);
  else if (activation == RELU) reluPanel(h, h, rows);
}

/**
 * d = dh·φ'(h), with φ' = 1 - h² for tanh, and for relu 0 where h <= 0, else 1. h, dh, d: [rows][C], d is written. The
 * column sums of d are added to biasSum, [C]. Gradients below `least` are zero.
 */
export function rnnCellBackward(
  activation: u32,
  h: usize,
  dh: usize,
  d: usize,
  biasSum: usize,
  rows: u32,
  least: real,
): void {
  const floor = v128.splat<real>(least);
  let bias0 = v128.load(biasSum),
    bias1 = v128.load(biasSum, 16);
  if (activation == TANH) {
    for (; rows != 0; rows--, h += ROW, dh += ROW, d += ROW) {
      const one = v128.load_splat<real>(ONE);
      const h0 = v128.load(h),
        h1 = v128.load(h, 16);
      const d0 = cutBelow(v128.mul<real>(v128.load(dh), v128.sub<real>(one, v128.mul<real>(h0, h0))), floor),
        d1 = cutBelow(v128.mul<real>(v128.load(dh, 16), v128.sub<real>(one, v128.mul<real>(h1, h1))), floor);
      ((bias0 = v128.add<real>(bias0, d0)), (bias1 = v128.add<real>(bias1, d1)));
      storeRow(d, d0, d1);
    }
  } else {
    const zero = v128.splat<real>(0);
    for (; rows != 0; rows--, h += ROW, dh += ROW, d += ROW) {
      let d0 = cutBelow(v128.load(dh), floor),
        d1 = cutBelow(v128.load(dh, 16), floor);
      if (activation == RELU) {
        d0 = v128.andnot(d0, v128.le<real>(v128.load(h), zero));
        d1 = v128.andnot(d1, v128.le<real>(v128.load(h, 16), zero));
      }
      ((bias0 = v128.add<real>(bias0, d0)), (bias1 = v128.add<real>(bias1, d1)));
      storeRow(d, d0, d1);
    }
  }
  storeRow(biasSum, bias0, bias1);
}
