/**
 * The norms of the gradients of the states, for the trace. Only traced iterations pay for it.
 *
 * Squares are added up in float32 where the sum shows that none of them overflowed and what underflowed is lost beside
 * it, and in float64 elsewhere. Before they are squared, numbers are multiplied by 2^37: so that those that are left of
 * a vanishing gradient, which is cut below 2^-100, have squares above 2^-126, where subnormal numbers begin, which are
 * slow.
 */
import { BYTES, COLUMNS, multiplyAdd, ROW, storeRow } from "./simd";
import { addSquares, total } from "./squares";

/** Rows whose squares are added up at once. */
const ROWS: u32 = 4;

/** Where 2^37 lies, of float32. */
const SCALE: usize = memory.data<f32>([137438953472.0]);
const UNSCALE: f64 = 1.0 / 137438953472.0;
/** Sums of squares between them are right to some units in the last place. */
const LOWEST_SUM: usize = memory.data<f32>([7.888609052210118e-31]);
const HIGHEST_SUM: usize = memory.data<f32>([1e38]);

/**
 * out[t] += Σ_b |values[t·batch + b]|₂ for t in 0..steps, where the columns of `values` are C·panels. out: [steps]
 * float64; scratch: four rows.
 */
export function addRowNorms(
  values: usize,
  stride: usize,
  panels: u32,
  batch: u32,
  steps: u32,
  out: usize,
  scratch: usize,
): void {
  const lowest = v128.load32_splat(LOWEST_SUM),
    highest = v128.load32_splat(HIGHEST_SUM);
  for (let t: u32 = 0; t < steps; t++, out += 8) {
    let norms: f64 = 0;
    let b: u32 = 0;
    if (sizeof<real>() == 4) {
      let scaled = f64x2.splat(0);
      for (; b + ROWS <= batch; b += ROWS, values += ROWS * ROW) {
        sumSquaresOfFour(values, stride, panels, scratch);
        const sums = sumsOfFour(scratch);
        if (v128.all_true<u32>(v128.and(f32x4.gt(sums, lowest), f32x4.lt(sums, highest)))) {
          const roots = f32x4.sqrt(sums);
          scaled = f64x2.add(scaled, f64x2.promote_low_f32x4(roots));
          scaled = f64x2.add(scaled, f64x2.promote_low_f32x4(v128.shuffle<f64>(roots, roots, 1, 1)));
        } else {
          for (let row: u32 = 0; row < ROWS; row++) norms += rowNorm(values + row * ROW, stride, panels);
        }
      }
      norms += total(scaled) * UNSCALE;
    }
    for (; b < batch; b++, values += ROW) norms += rowNorm(values, stride, panels);
    store<f64>(out, load<f64>(out) + norms);
  }
}

/** out: for each of four rows, the sums over the panels of the squares in each column, all times 2^74. */
function sumSquaresOfFour(values: usize, stride: usize, panels: u32, out: usize): void {
  const scale = v128.load32_splat(SCALE);
  let low0 = f32x4.splat(0),
    high0 = low0,
    low1 = low0,
    high1 = low0,
    low2 = low0,
    high2 = low0,
    low3 = low0,
    high3 = low0;
  for (; panels != 0; panels--, values += stride) {
    const at = values;
    const l0 = f32x4.mul(v128.load(at), scale),
      h0 = f32x4.mul(v128.load(at, 16), scale),
      l1 = f32x4.mul(v128.load(at, 32), scale),
      h1 = f32x4.mul(v128.load(at, 48), scale),
      l2 = f32x4.mul(v128.load(at, 64), scale),
      h2 = f32x4.mul(v128.load(at, 80), scale),
      l3 = f32x4.mul(v128.load(at, 96), scale),
      h3 = f32x4.mul(v128.load(at, 112), scale);
    low0 = multiplyAdd(l0, l0, low0);
    high0 = multiplyAdd(h0, h0, high0);
    low1 = multiplyAdd(l1, l1, low1);
    high1 = multiplyAdd(h1, h1, high1);
    low2 = multiplyAdd(l2, l2, low2);
    high2 = multiplyAdd(h2, h2, high2);
    low3 = multiplyAdd(l3, l3, low3);
    high3 = multiplyAdd(h3, h3, high3);
  }
  storeRow(out, low0, high0);
  storeRow(out + ROW, low1, high1);
  storeRow(out + 2 * ROW, low2, high2);
  storeRow(out + 3 * ROW, low3, high3);
}

/** The sum of each of four rows of eight numbers, as float32. */
// @ts-ignore: decorator
@inline
function sumsOfFour(rows: usize): v128 {
  const row0 = f32x4.add(v128.load(rows), v128.load(rows, 16)),
    row1 = f32x4.add(v128.load(rows, 32), v128.load(rows, 48)),
    row2 = f32x4.add(v128.load(rows, 64), v128.load(rows, 80)),
    row3 = f32x4.add(v128.load(rows, 96), v128.load(rows, 112));
  const rows01 = f32x4.add(v128.shuffle<f32>(row0, row1, 0, 4, 1, 5), v128.shuffle<f32>(row0, row1, 2, 6, 3, 7));
  const rows23 = f32x4.add(v128.shuffle<f32>(row2, row3, 0, 4, 1, 5), v128.shuffle<f32>(row2, row3, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f64>(rows01, rows23, 0, 2), v128.shuffle<f64>(rows01, rows23, 1, 3));
}

/** In float64. */
// @ts-ignore: decorator
@inline
function rowNorm(row: usize, stride: usize, panels: u32): f64 {
  let low = f64x2.splat(0),
    high = low;
  for (let panel = panels, at = row; panel != 0; panel--, at += stride) {
    low = addSquares(low, v128.load(at));
    high = addSquares(high, v128.load(at, 16));
  }
  return rootOf(total(f64x2.add(low, high)), row, stride, panels);
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
