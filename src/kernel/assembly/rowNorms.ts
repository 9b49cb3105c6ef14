/** The lengths of the gradients of the states, for the trace. */
import { multiplyAdd, ROW } from "./simd";
import { addSquares, total } from "./squares";

/** Below this sum of squares float32 has lost some, above it may have overflowed: then float64 does it again. */
// @ts-ignore: decorator
@inline const SMALL: f32 = 1e-30;

/**
 * out[t] += Σ_b |values[t·batch + b]|₂ for t in 0..steps, where the columns of `values` are 8·panels. out: [steps]
 * float64.
 */
export function addRowNorms(values: usize, stride: usize, panels: u32, batch: u32, steps: u32, out: usize): void {
  for (let t: u32 = 0; t < steps; t++, out += 8) {
    let norms: f64 = 0;
    for (let b: u32 = 0; b < batch; b++, values += ROW) {
      let low = f32x4.splat(0),
        high = low;
      for (let panel = panels, at = values; panel != 0; panel--, at += stride) {
        const first = v128.load(at),
          second = v128.load(at, 16);
        low = multiplyAdd(first, first, low);
        high = multiplyAdd(second, second, high);
      }
      const sums = f32x4.add(low, high);
      const sum =
        f32x4.extract_lane(sums, 0) +
        f32x4.extract_lane(sums, 1) +
        (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
      norms += sum > SMALL && sum < f32.MAX_VALUE ? <f64>sqrt<f32>(sum) : exactNorm(values, stride, panels);
    }
    store<f64>(out, load<f64>(out) + norms);
  }
}

function exactNorm(row: usize, stride: usize, panels: u32): f64 {
  let sum = f64x2.splat(0);
  for (; panels != 0; panels--, row += stride) sum = addSquares(addSquares(sum, v128.load(row)), v128.load(row, 16));
  return sqrt<f64>(total(sum));
}
