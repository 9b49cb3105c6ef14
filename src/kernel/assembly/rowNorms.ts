/**
 * The norms of the gradients of the states, for the trace. Squares in float64: float32 would lose entries below 1e-23,
 * and overflow above 1e19. Only traced iterations pay for it.
 */
import { BYTES, COLUMNS, ROW, storeRow } from "./simd";
import { addSquares, total } from "./squares";

/**
 * out[t] += Σ_b |values[t·batch + b]|₂ for t in 0..steps, where the columns of `values` are C·panels. out: [steps]
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
      norms += rootOf(total(f64x2.add(low, high)), values, stride, panels);
    }
    store<f64>(out, load<f64>(out) + norms);
  }
}

/** The root of the sum of a row's squares; of float64, of which they may underflow or overflow, by a second pass. */
// @ts-ignore: decorator
@inline
function rootOf(squares: f64, row: usize, stride: usize, panels: u32): f64 {
  if (sizeof<real>() == 4 || (squares > 1e-280 && squares < f64.MAX_VALUE)) return sqrt<f64>(squares);
  return scaledNorm(row, stride, panels);
}

/** As scaledNorm in src/core/numerics/l2Norm.ts. */
function scaledNorm(row: usize, stride: usize, panels: u32): f64 {
  let largest: f64 = 0;
  for (let column: u32 = 0; column < panels * COLUMNS; column++) {
    const magnitude = abs<f64>(valueAt(row, stride, column));
    if (isNaN(magnitude)) return magnitude;
    largest = max(largest, magnitude);
  }
  if (largest == 0 || largest == Infinity) return largest;
  let sum: f64 = 0;
  for (let column: u32 = 0; column < panels * COLUMNS; column++) {
    const ratio = valueAt(row, stride, column) / largest;
    sum += ratio * ratio;
  }
  return min(largest * sqrt<f64>(sum), f64.MAX_VALUE);
}

// @ts-ignore: decorator
@inline
function valueAt(row: usize, stride: usize, column: u32): f64 {
  return <f64>load<real>(row + (column / COLUMNS) * stride + (column % COLUMNS) * BYTES);
}

/**
 * Rows of a panel matrix, `rowBytes` apart, as float64 in a dense out: [steps][columns]. Up to C - 1 numbers after its
 * end may be overwritten.
 */
export function copyRows(values: usize, stride: usize, columns: u32, rowBytes: usize, steps: u32, out: usize): void {
  for (; steps != 0; steps--, values += rowBytes) {
    for (let rest = columns, at = values; rest != 0; at += stride) {
      const low = v128.load(at),
        high = v128.load(at, 16);
      if (sizeof<real>() == 8) {
        storeRow(out, low, high);
      } else {
        v128.store(out, f64x2.promote_low_f32x4(low));
        v128.store(out, f64x2.promote_low_f32x4(v128.shuffle<f64>(low, low, 1, 1)), 16);
        v128.store(out, f64x2.promote_low_f32x4(high), 32);
        v128.store(out, f64x2.promote_low_f32x4(v128.shuffle<f64>(high, high, 1, 1)), 48);
      }
      const used = min(rest, COLUMNS);
      out += used * 8;
      rest -= used;
    }
  }
}
