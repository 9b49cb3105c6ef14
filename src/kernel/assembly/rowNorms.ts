/**
 * The norms of the gradients of the states, for the trace. Squares in float64: float32 would lose entries below 1e-23,
 * and overflow above 1e19. Only traced iterations pay for it.
 */
import { ROW } from "./simd";
import { addSquares, total } from "./squares";

/**
 * out[t] += Σ_b |values[t·batch + b]|₂ for t in 0..steps, where the columns of `values` are 8·panels. out: [steps]
 * float64.
 */
export function addRowNorms(values: usize, stride: usize, panels: u32, batch: u32, steps: u32, out: usize): void {
  for (let t: u32 = 0; t < steps; t++, out += 8) {
    let norms: f64 = 0;
    for (let b: u32 = 0; b < batch; b++, values += ROW) {
      let low = f64x2.splat(0),
        high = low;
      for (let panel = panels, at = values; panel != 0; panel--, at += stride) {
        low = addSquares(low, v128.load(at));
        high = addSquares(high, v128.load(at, 16));
      }
      norms += sqrt<f64>(total(f64x2.add(low, high)));
    }
    store<f64>(out, load<f64>(out) + norms);
  }
}
