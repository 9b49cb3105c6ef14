/**
 * The plain recurrent layer's elementwise part for one time step and eight units: h = φ(pre-activation), φ identity,
 * tanh or relu.
 */
import { tanhPanel } from "./activations";
import { ROW } from "./simd";

// @ts-ignore: decorator
@inline export const TANH: u32 = 1;
// @ts-ignore: decorator
@inline export const RELU: u32 = 2;

/** h: [rows][8], in place. A relu keeps NaN, as PyTorch's does. */
export function rnnCell(activation: u32, h: usize, rows: u32): void {
  if (activation == TANH) {
    tanhPanel(h, h, rows);
  } else if (activation == RELU) {
    for (let half = rows << 1; half != 0; half--, h += 16) {
      const a = v128.load(h);
      v128.store(h, v128.andnot(a, f32x4.le(a, f32x4.splat(0))));
    }
  }
}

/**
 * d = dh·φ'(h), with φ' = 1 - h² for tanh, and for relu 0 where h <= 0, else 1. h, dh, d: [rows][8], d is written. The
 * column sums of d are added to biasSum, [8].
 */
export function rnnCellBackward(activation: u32, h: usize, dh: usize, d: usize, biasSum: usize, rows: u32): void {
  for (let lane: usize = 0; lane < ROW; lane += 16) {
    let bias = v128.load(biasSum + lane);
    let at = lane;
    if (activation == TANH) {
      for (let row = rows; row != 0; row--, at += ROW) {
        const state = v128.load(h + at);
        const dRow = f32x4.mul(v128.load(dh + at), f32x4.sub(f32x4.splat(1), f32x4.mul(state, state)));
        v128.store(d + at, dRow);
        bias = f32x4.add(bias, dRow);
      }
    } else {
      for (let row = rows; row != 0; row--, at += ROW) {
        let dRow = v128.load(dh + at);
        if (activation == RELU) dRow = v128.andnot(dRow, f32x4.le(v128.load(h + at), f32x4.splat(0)));
        v128.store(d + at, dRow);
        bias = f32x4.add(bias, dRow);
      }
    }
    v128.store(biasSum + lane, bias);
  }
}
