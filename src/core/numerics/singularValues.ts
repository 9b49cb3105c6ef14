/**
 * Singular values of a dense matrix: Householder bidiagonalization (Golub and Kahan, 1965), then the eigenvalues of the
 * tridiagonal matrix [0 B^T; B 0] in the order that Golub and Kahan give it, by the implicit QL iteration (EISPACK's
 * `imtql1`). About 8 n^3 / 3 multiplications. Exact within rounding of the largest one.
 */
import type { SlicedTask } from "../../lib/slicedTask";

/** Multiplications between two yields. */
const PIECE = 2e6;
const MAX_ITERATIONS = 60;

/** @param matrix [n, n]; it is not changed. @returns descending; NaN with an entry that is not finite */
export function* singularValues(matrix: ArrayLike<number>, n: number): SlicedTask<Float64Array<ArrayBuffer>> {
  const a = Float64Array.from(matrix);
  if (!a.every(Number.isFinite)) return new Float64Array(n).fill(NaN);
  const diagonal = new Float64Array(n);
  const above = new Float64Array(n);
  let work = 0;
  for (let k = 0; k < n; k++) {
    diagonal[k] = reflectColumn(a, n, k);
    above[k] = k + 1 < n ? reflectRow(a, n, k) : 0;
    work += 4 * (n - k) * (n - k);
    if (work < PIECE) continue;
    work = 0;
    yield;
  }
  const offDiagonal = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) {
    offDiagonal[2 * k] = diagonal[k]!;
    offDiagonal[2 * k + 1] = above[k]!;
  }
  const values = tridiagonalValues(new Float64Array(2 * n), offDiagonal);
  // They come in pairs of both signs.
  return values.sort().reverse().slice(0, n).map(Math.abs);
}

/** Column k below row k becomes zero. @returns what remains at [k, k] */
function reflectColumn(a: Float64Array, n: number, k: number): number {
  let squares = 0;
  for (let i = k; i < n; i++) squares += a[i * n + k]! ** 2;
  if (squares === 0) return 0;
  const first = a[k * n + k]!;
  const length = first > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
  a[k * n + k] = first - length;
  const h = squares - first * length;
  const sums = new Float64Array(n);
  for (let i = k; i < n; i++) for (let j = k + 1; j < n; j++) sums[j] = sums[j]! + a[i * n + k]! * a[i * n + j]!;
  for (let i = k; i < n; i++) {
    const factor = a[i * n + k]! / h;
    for (let j = k + 1; j < n; j++) a[i * n + j] = a[i * n + j]! - factor * sums[j]!;
  }
  return length;
}

/** Row k right of column k + 1 becomes zero. @returns what remains at [k, k + 1] */
function reflectRow(a: Float64Array, n: number, k: number): number {
  const row = k * n;
  let squares = 0;
  for (let j = k + 1; j < n; j++) squares += a[row + j]! ** 2;
  if (squares === 0) return 0;
  const first = a[row + k + 1]!;
  const length = first > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
  a[row + k + 1] = first - length;
  const h = squares - first * length;
  for (let i = k + 1; i < n; i++) {
    let sum = 0;
    for (let j = k + 1; j < n; j++) sum += a[row + j]! * a[i * n + j]!;
    sum /= h;
    for (let j = k + 1; j < n; j++) a[i * n + j] = a[i * n + j]! - sum * a[row + j]!;
  }
  return length;
}

/**
 * Eigenvalues of a symmetric tridiagonal matrix, in place of its diagonal.
 * @param e e[i] couples rows i and i + 1; the last is not used
 */
function tridiagonalValues(d: Float64Array<ArrayBuffer>, e: Float64Array): Float64Array<ArrayBuffer> {
  const n = d.length;
  const norm = e.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  e[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * Math.max(Math.abs(d[m]!) + Math.abs(d[m + 1]!), norm)) m++;
      if (m === l) break;
      sweepUp(d, e, l, m);
    }
  }
  return d;
}

/** One implicit QL step with Wilkinson's shift on rows l to m. */
function sweepUp(d: Float64Array, e: Float64Array, l: number, m: number): void {
  const half = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  const root = Math.hypot(half, 1);
  let g = d[m]! - d[l]! + e[l]! / (half + (half < 0 ? -root : root));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = d[i + 1]! - p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - p;
    const t = (d[i]! - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
  }
  d[l] = d[l]! - p;
  e[l] = g;
  e[m] = 0;
}
