/**
 * Layer normalization of rows (Ba, Kiros and Hinton, 2016), as torch.nn.functional.layer_norm, and its way back.
 *
 *   y = gain x^        x^ = (x - mean(x)) / sigma        sigma = sqrt(mean((x - mean(x))^2) + 1e-5)
 *
 *   dx^ = gain dy      dx = (dx^ - mean(dx^) - x^ mean(dx^ x^)) / sigma        dgain += sum over rows of dy x^
 *
 * Rows [R, n]; of each row one scale 1 / sigma.
 */
import type { Rows } from "../numerics/affine";

const EPSILON = 1e-5;

/** x becomes x^ in place. */
export function normalize({ values, start, stride }: Rows, scales: Rows, R: number, n: number): void {
  for (let r = 0; r < R; r++) {
    const at = start + r * stride;
    let mean = 0;
    for (let k = 0; k < n; k++) mean += values[at + k]!;
    mean /= n;
    let variance = 0;
    for (let k = 0; k < n; k++) variance += (values[at + k]! - mean) ** 2;
    const scale = 1 / Math.sqrt(variance / n + EPSILON);
    for (let k = 0; k < n; k++) values[at + k] = (values[at + k]! - mean) * scale;
    scales.values[scales.start + r * scales.stride] = scale;
  }
}

/** into += dx of dy. */
export function addThroughNorm(
  into: Rows,
  dy: Rows,
  gain: Float64Array,
  normalized: Rows,
  scales: Rows,
  R: number,
  n: number,
): void {
  for (let r = 0; r < R; r++) {
    const to = into.start + r * into.stride;
    const from = dy.start + r * dy.stride;
    const at = normalized.start + r * normalized.stride;
    let mean = 0;
    let along = 0;
    for (let k = 0; k < n; k++) {
      const d = gain[k]! * dy.values[from + k]!;
      mean += d;
      along += d * normalized.values[at + k]!;
    }
    mean /= n;
    along /= n;
    const scale = scales.values[scales.start + r * scales.stride]!;
    for (let k = 0; k < n; k++) {
      const d = gain[k]! * dy.values[from + k]!;
      into.values[to + k] = into.values[to + k]! + scale * (d - mean - normalized.values[at + k]! * along);
    }
  }
}

/** The gradient of the gain, from all rows. */
export function addGainGradient(dGain: Float64Array, dy: Rows, normalized: Rows, R: number, n: number): void {
  for (let r = 0; r < R; r++) {
    const from = dy.start + r * dy.stride;
    const at = normalized.start + r * normalized.stride;
    for (let k = 0; k < n; k++) dGain[k] = dGain[k]! + dy.values[from + k]! * normalized.values[at + k]!;
  }
}
