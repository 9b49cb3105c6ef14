/** Linear systems with dense matrices, row after row, in pieces. */
import type { SlicedTask } from "../../lib/slicedTask";

/** Multiplications between two yields: about two milliseconds. */
const PIECE = 2e6;

/**
 * Gaussian elimination with partial pivoting: x with A x = b. About n^3 / 3 multiplications.
 * @param matrix A [n, n]; it is overwritten
 * @returns null when a pivot is zero or not finite
 */
export function* solveLinear(
  matrix: Float64Array,
  right: Float64Array,
  n: number,
): SlicedTask<Float64Array<ArrayBuffer> | null> {
  const a = matrix;
  const x = Float64Array.from(right);
  let work = 0;
  for (let k = 0; k < n; k++) {
    exchangeRows(a, x, n, k, pivotRow(a, n, k));
    const pivot = a[k * n + k]!;
    if (pivot === 0 || !Number.isFinite(pivot)) return null;
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / pivot;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) a[i * n + j] = a[i * n + j]! - factor * a[k * n + j]!;
      x[i] = x[i]! - factor * x[k]!;
    }
    work += (n - k) * (n - k);
    if (work < PIECE) continue;
    work = 0;
    yield;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let j = i + 1; j < n; j++) sum -= a[i * n + j]! * x[j]!;
    x[i] = sum / a[i * n + i]!;
  }
  return x;
}

function pivotRow(a: Float64Array, n: number, k: number): number {
  let best = k;
  for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]!) > Math.abs(a[best * n + k]!)) best = i;
  return best;
}

function exchangeRows(a: Float64Array, x: Float64Array, n: number, i: number, j: number): void {
  if (i === j) return;
  for (let k = 0; k < n; k++) [a[i * n + k], a[j * n + k]] = [a[j * n + k]!, a[i * n + k]!];
  [x[i], x[j]] = [x[j]!, x[i]!];
}

/** A^T A of A [rows, n], its lower triangle. */
export function* gramMatrix(a: Float64Array, rows: number, n: number): SlicedTask<Float64Array<ArrayBuffer>> {
  const gram = new Float64Array(n * n);
  let work = 0;
  for (let r = 0; r < rows; r++) {
    const row = r * n;
    for (let i = 0; i < n; i++) {
      const value = a[row + i]!;
      if (value === 0) continue;
      for (let j = 0; j <= i; j++) gram[i * n + j] = gram[i * n + j]! + value * a[row + j]!;
    }
    work += (n * n) / 2;
    if (work < PIECE) continue;
    work = 0;
    yield;
  }
  return gram;
}

/**
 * Cholesky's factor L of a symmetric positive definite matrix, from its lower triangle, in place. About n^3 / 6
 * multiplications.
 * @returns false where it is not positive definite
 */
export function* factorize(a: Float64Array, n: number): SlicedTask<boolean> {
  let work = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      if (j < i) a[i * n + j] = sum / a[j * n + j]!;
      else if (sum > 0) a[i * n + i] = Math.sqrt(sum);
      else return false;
    }
    work += (i * i) / 2;
    if (work < PIECE) continue;
    work = 0;
    yield;
  }
  return true;
}

/** x with L L^T x = b, in place of b. */
export function solveFactorized(l: Float64Array, b: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= l[i * n + k]! * b[k]!;
    b[i] = sum / l[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < n; k++) sum -= l[k * n + i]! * b[k]!;
    b[i] = sum / l[i * n + i]!;
  }
}
