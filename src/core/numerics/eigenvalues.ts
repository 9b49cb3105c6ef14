/**
 * All eigenvalues of a real square matrix: Householder reduction to Hessenberg form, then the implicitly double-shifted
 * QR iteration of Francis (1961), as in EISPACK's `orthes` and `hqr` (Martin, Peters and Wilkinson, Numerische
 * Mathematik 12 and 14; Golub and Van Loan, Matrix Computations, 7.4 and 7.5). About 10 n^3 multiplications.
 *
 * Backward stable: the result is exact for a matrix within rounding of the given one, in the norm.
 */
import type { SlicedTask } from "../../lib/slicedTask";

export interface Eigenvalues {
  /** Real and imaginary parts; the two of a complex pair stand side by side. NaN where the iteration did not settle. */
  readonly re: Float64Array<ArrayBuffer>;
  readonly im: Float64Array<ArrayBuffer>;
}

/** Of one eigenvalue; EISPACK gives up at 30. */
const MAX_SWEEPS = 60;
const EXCEPTIONAL_SHIFT_EVERY = 10;

/** @param matrix [n, n], row after row; it is not changed. With an entry that is not finite all results are NaN */
export function* eigenvaluesOf(matrix: ArrayLike<number>, n: number): SlicedTask<Eigenvalues> {
  const a = Float64Array.from(matrix);
  const values: Eigenvalues = { re: new Float64Array(n).fill(NaN), im: new Float64Array(n).fill(NaN) };
  if (!a.every(Number.isFinite)) return values;
  yield* reduceToHessenberg(a, n);
  yield* iterate(a, n, values);
  return values;
}

/** The largest modulus; NaN when one is. */
export function spectralRadius({ re, im }: Eigenvalues): number {
  return re.reduce((largest, value, i) => Math.max(largest, Math.hypot(value, im[i]!)), 0);
}

/** a := Q^T a Q, zero below the subdiagonal. */
function* reduceToHessenberg(a: Float64Array, n: number): SlicedTask<void> {
  const v = new Float64Array(n);
  for (let m = 1; m < n - 1; m++) {
    let scale = 0;
    for (let i = m; i < n; i++) scale += Math.abs(a[i * n + m - 1]!);
    if (scale === 0) continue;
    let h = 0;
    for (let i = m; i < n; i++) {
      v[i] = a[i * n + m - 1]! / scale;
      h += v[i]! * v[i]!;
    }
    const g = v[m]! > 0 ? -Math.sqrt(h) : Math.sqrt(h);
    h -= v[m]! * g;
    v[m] = v[m]! - g;
    // (I - v v^T / h) a (I - v v^T / h)
    const sums = new Float64Array(n);
    for (let i = m; i < n; i++) for (let j = m; j < n; j++) sums[j] = sums[j]! + v[i]! * a[i * n + j]!;
    for (let i = m; i < n; i++) for (let j = m; j < n; j++) a[i * n + j] = a[i * n + j]! - (v[i]! * sums[j]!) / h;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = m; j < n; j++) sum += v[j]! * a[i * n + j]!;
      sum /= h;
      for (let j = m; j < n; j++) a[i * n + j] = a[i * n + j]! - sum * v[j]!;
    }
    a[m * n + m - 1] = scale * g;
    for (let i = m + 1; i < n; i++) a[i * n + m - 1] = 0;
    yield;
  }
}

/** Splits off one eigenvalue, or a pair, after the other from the foot of the Hessenberg matrix. */
function* iterate(a: Float64Array, n: number, { re, im }: Eigenvalues): SlicedTask<void> {
  const norm = a.reduce((sum, value) => sum + Math.abs(value), 0);
  let shifted = 0;
  let sweeps = 0;
  for (let last = n - 1; last >= 0;) {
    const first = firstOfBlock(a, n, last, norm);
    if (first === last) {
      re[last] = a[last * n + last]! + shifted;
      im[last] = 0;
      last -= 1;
      sweeps = 0;
    } else if (first === last - 1) {
      solvePair(a, n, last, shifted, re, im);
      last -= 2;
      sweeps = 0;
    } else {
      if (sweeps === MAX_SWEEPS) return;
      const shift = shiftOf(a, n, last);
      sweeps++;
      if (sweeps % EXCEPTIONAL_SHIFT_EVERY === 0) {
        // Where the usual shift goes in circles another one breaks the symmetry.
        shifted += shift.x;
        for (let i = 0; i <= last; i++) a[i * n + i] = a[i * n + i]! - shift.x;
        const s = Math.abs(a[last * n + last - 1]!) + Math.abs(a[(last - 1) * n + last - 2]!);
        sweep(a, n, first, last, { x: 0.75 * s, y: 0.75 * s, w: -0.4375 * s * s });
      } else sweep(a, n, first, last, shift);
      yield;
    }
  }
}

/** The row where the lowest unreduced block begins; the subdiagonal entry that ends it becomes zero. */
function firstOfBlock(a: Float64Array, n: number, last: number, norm: number): number {
  for (let l = last; l > 0; l--) {
    const neighbors = Math.abs(a[(l - 1) * n + l - 1]!) + Math.abs(a[l * n + l]!);
    if (Math.abs(a[l * n + l - 1]!) > Number.EPSILON * (neighbors === 0 ? norm : neighbors)) continue;
    a[l * n + l - 1] = 0;
    return l;
  }
  return 0;
}

/** The last 2 x 2 block: its diagonal, and the product of the other two entries. */
interface Shift {
  readonly x: number;
  readonly y: number;
  readonly w: number;
}

function shiftOf(a: Float64Array, n: number, last: number): Shift {
  return {
    x: a[last * n + last]!,
    y: a[(last - 1) * n + last - 1]!,
    w: a[last * n + last - 1]! * a[(last - 1) * n + last]!,
  };
}

function solvePair(
  a: Float64Array,
  n: number,
  last: number,
  shifted: number,
  re: Float64Array,
  im: Float64Array,
): void {
  const { x, y, w } = shiftOf(a, n, last);
  const p = (y - x) / 2;
  const q = p * p + w;
  const root = Math.sqrt(Math.abs(q));
  if (q < 0) {
    re[last - 1] = re[last] = x + p + shifted;
    im[last - 1] = root;
    im[last] = -root;
    return;
  }
  // The larger root first; the smaller one from the product of both, without cancellation.
  const z = p + (p < 0 ? -root : root);
  re[last - 1] = x + z + shifted;
  re[last] = z === 0 ? re[last - 1]! : x - w / z + shifted;
  im[last - 1] = im[last] = 0;
}

/**
 * One double step: the first column of (a - s1)(a - s2) starts a bulge, which reflections of three rows chase down the
 * block.
 */
function sweep(a: Float64Array, n: number, first: number, last: number, { x: sx, y: sy, w: sw }: Shift): void {
  let p = 0;
  let q = 0;
  let r = 0;
  let start = last - 2;
  for (; ; start--) {
    const z = a[start * n + start]!;
    const dx = sx - z;
    const dy = sy - z;
    p = (dx * dy - sw) / a[(start + 1) * n + start]! + a[start * n + start + 1]!;
    q = a[(start + 1) * n + start + 1]! - z - dx - dy;
    r = a[(start + 2) * n + start + 1]!;
    const scale = Math.abs(p) + Math.abs(q) + Math.abs(r);
    p /= scale;
    q /= scale;
    r /= scale;
    if (start === first) break;
    // Two small subdiagonal entries in a row: the sweep can begin here.
    const small = Math.abs(a[start * n + start - 1]!) * (Math.abs(q) + Math.abs(r));
    const large =
      Math.abs(p) *
      (Math.abs(a[(start - 1) * n + start - 1]!) + Math.abs(z) + Math.abs(a[(start + 1) * n + start + 1]!));
    if (small <= Number.EPSILON * large) break;
  }
  for (let i = start + 2; i <= last; i++) {
    a[i * n + i - 2] = 0;
    if (i > start + 2) a[i * n + i - 3] = 0;
  }
  for (let k = start; k < last; k++) {
    const three = k < last - 1;
    let scale = 1;
    if (k > start) {
      p = a[k * n + k - 1]!;
      q = a[(k + 1) * n + k - 1]!;
      r = three ? a[(k + 2) * n + k - 1]! : 0;
      scale = Math.abs(p) + Math.abs(q) + Math.abs(r);
      if (scale === 0) continue;
      p /= scale;
      q /= scale;
      r /= scale;
    }
    const length = Math.sqrt(p * p + q * q + r * r);
    if (length === 0) continue;
    const s = p < 0 ? -length : length;
    if (k > start) a[k * n + k - 1] = -s * scale;
    else if (first !== start) a[k * n + k - 1] = -a[k * n + k - 1]!;
    p += s;
    reflect(a, n, k, first, last, three, p / s, q / s, r / s, q / p, r / p);
  }
}

/** Rows, then columns k, k + 1 (and k + 2) by I - (x, y, z)^T (1, q, r). */
function reflect(
  a: Float64Array,
  n: number,
  k: number,
  first: number,
  last: number,
  three: boolean,
  x: number,
  y: number,
  z: number,
  q: number,
  r: number,
): void {
  const row = k * n;
  const third = three ? row + 2 * n : row;
  for (let j = k; j <= last; j++) {
    const sum = a[row + j]! + q * a[row + n + j]! + (three ? r * a[third + j]! : 0);
    if (three) a[third + j] = a[third + j]! - sum * z;
    a[row + n + j] = a[row + n + j]! - sum * y;
    a[row + j] = a[row + j]! - sum * x;
  }
  const lowest = Math.min(last, k + 3);
  for (let i = first; i <= lowest; i++) {
    const at = i * n + k;
    const sum = x * a[at]! + y * a[at + 1]! + (three ? z * a[at + 2]! : 0);
    if (three) a[at + 2] = a[at + 2]! - sum * r;
    a[at + 1] = a[at + 1]! - sum * q;
    a[at] = a[at]! - sum;
  }
}
