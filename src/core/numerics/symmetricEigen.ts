/** Eigenvalues and eigenvectors of symmetric operators. */
import { finishWork, type SlicedTask } from "../../lib/slicedTask";
import { dot } from "./dot";
import { createRandom, normal, type RandomSource } from "./random";

export interface SymmetricEigen {
  /** Descending. */
  readonly values: Float64Array<ArrayBuffer>;
  /** [values, n]: the eigenvector of each, of length 1. */
  readonly vectors: Float64Array<ArrayBuffer>;
}

const MAX_SWEEPS = 60;
/** Multiplications between two yields: a few milliseconds. */
const PIECE = 4e6;
/** Multiplications of a rotation for each row of the matrix. */
const ROTATION = 12;

/**
 * All of a small symmetric matrix, by Jacobi's rotations (Golub and Van Loan, Matrix Computations, 8.5). Tens of n^3
 * multiplications.
 */
export function symmetricEigen(matrix: ArrayLike<number>, n: number): SymmetricEigen {
  return finishWork(eigenInPieces(matrix, n));
}

function* eigenInPieces(matrix: ArrayLike<number>, n: number): SlicedTask<SymmetricEigen> {
  const a = Float64Array.from(matrix);
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  const negligible = 1e-18 * Math.sqrt(dot(a, a));
  const perPiece = Math.ceil(PIECE / (ROTATION * n));
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let rotations = 0;
    for (let p = 0; p < n - 1; p++)
      for (let q = p + 1; q < n; q++) {
        if (!(Math.abs(a[p * n + q]!) > negligible)) continue;
        rotate(a, v, n, p, q);
        if (++rotations % perPiece === 0) yield;
      }
    if (rotations === 0) break;
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j]! - a[i * n + i]!);
  const vectors = new Float64Array(n * n);
  for (const [to, from] of order.entries()) vectors.set(v.subarray(from * n, (from + 1) * n), to * n);
  return { values: Float64Array.from(order, (i) => a[i * n + i]!), vectors };
}

/** Makes a[p, q] zero. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const off = a[p * n + q]!;
  const tau = (a[q * n + q]! - a[p * n + p]!) / (2 * off);
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.hypot(1, tau));
  const c = 1 / Math.hypot(1, t);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const kp = a[k * n + p]!;
    const kq = a[k * n + q]!;
    a[k * n + p] = c * kp - s * kq;
    a[k * n + q] = s * kp + c * kq;
  }
  turnRows(a, n, p, q, c, s);
  turnRows(v, n, p, q, c, s);
  a[p * n + q] = a[q * n + p] = 0;
}

function turnRows(a: Float64Array, n: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0; k < n; k++) {
    const pk = a[p * n + k]!;
    const qk = a[q * n + k]!;
    a[p * n + k] = c * pk - s * qk;
    a[q * n + k] = s * pk + c * qk;
  }
}

export interface LanczosOptions {
  /** Eigenvalues wanted, the largest ones. */
  readonly count: number;
  /** Applications of the operator at most. */
  readonly most: number;
  /** The bound of the error of each, relative to the largest, at which it stops. */
  readonly tolerance: number;
}

/** What Lanczos' method found. */
export interface LanczosResult extends SymmetricEigen {
  /** A bound of the error of each value: |A v - value v|. */
  readonly residuals: Float64Array<ArrayBuffer>;
  readonly applications: number;
}

/**
 * The largest eigenvalues of a symmetric operator by Lanczos' method with full reorthogonalization (Golub and Van Loan,
 * 10.3). Where the space is exhausted it goes on from a new random direction, so that multiple eigenvalues are found.
 * @param apply A v; yields where it takes long
 */
export function* lanczos(
  apply: (v: Float64Array) => SlicedTask<Float64Array>,
  n: number,
  { count, most, tolerance }: LanczosOptions,
): SlicedTask<LanczosResult> {
  const random = createRandom(1);
  const basis: Float64Array[] = [];
  const alphas: number[] = [];
  const betas: number[] = [];
  const steps = Math.min(n, most);
  let next = yield* orthogonalStart(random, basis, n);
  for (let step = 0; step < steps; step++) {
    basis.push(next);
    const w = Float64Array.from(yield* apply(next));
    const alpha = dot(w, next);
    alphas.push(alpha);
    const scale = Math.max(...alphas.map(Math.abs), ...betas);
    yield* orthogonalize(w, basis);
    yield* orthogonalize(w, basis);
    const beta = Math.sqrt(dot(w, w));
    const exhausted = !(beta > 1e-13 * scale);
    betas.push(exhausted ? 0 : beta);
    const last = step === steps - 1;
    if (last || (step % 5 === 4 && step >= count)) {
      const ritz = yield* tridiagonalEigen(alphas, betas);
      if (last || (!exhausted && isSettled(ritz, betas.at(-1)!, count, tolerance)))
        return yield* collect(ritz, basis, betas.at(-1)!, Math.min(count, alphas.length));
    }
    next = exhausted ? yield* orthogonalStart(random, basis, n) : w.map((value) => value / beta);
  }
  throw new RangeError("the operator has no rows");
}

function tridiagonalEigen(alphas: readonly number[], betas: readonly number[]): SlicedTask<SymmetricEigen> {
  const m = alphas.length;
  const matrix = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    matrix[i * m + i] = alphas[i]!;
    if (i + 1 < m) matrix[i * m + i + 1] = matrix[(i + 1) * m + i] = betas[i]!;
  }
  return eigenInPieces(matrix, m);
}

/** The residual of a Ritz pair is beta_m times the last entry of its vector. */
function residualOf({ values, vectors }: SymmetricEigen, beta: number, i: number): number {
  return beta * Math.abs(vectors[(i + 1) * values.length - 1]!);
}

function isSettled(ritz: SymmetricEigen, beta: number, count: number, tolerance: number): boolean {
  const scale = Math.max(Math.abs(ritz.values[0]!), Math.abs(ritz.values.at(-1)!));
  for (let i = 0; i < count; i++) if (residualOf(ritz, beta, i) > tolerance * scale) return false;
  return true;
}

function* collect(
  ritz: SymmetricEigen,
  basis: readonly Float64Array[],
  beta: number,
  count: number,
): SlicedTask<LanczosResult> {
  const m = basis.length;
  const n = basis[0]!.length;
  const vectors = new Float64Array(count * n);
  const perPiece = Math.ceil(PIECE / n);
  for (let i = 0; i < count; i++)
    for (let k = 0; k < m; k++) {
      const weight = ritz.vectors[i * m + k]!;
      for (let j = 0; j < n; j++) vectors[i * n + j] = vectors[i * n + j]! + weight * basis[k]![j]!;
      if (k % perPiece === perPiece - 1) yield;
    }
  const residuals = Float64Array.from({ length: count }, (_, i) => residualOf(ritz, beta, i));
  return { values: ritz.values.slice(0, count), vectors, residuals, applications: m };
}

function* orthogonalStart(
  random: RandomSource,
  basis: readonly Float64Array[],
  n: number,
): SlicedTask<Float64Array<ArrayBuffer>> {
  const v = Float64Array.from({ length: n }, () => normal(random));
  yield* orthogonalize(v, basis);
  yield* orthogonalize(v, basis);
  const length = Math.sqrt(dot(v, v));
  return v.map((value) => value / length);
}

function* orthogonalize(v: Float64Array, basis: readonly Float64Array[]): SlicedTask<void> {
  const perPiece = Math.ceil(PIECE / (2 * v.length));
  for (const [k, b] of basis.entries()) {
    const along = dot(v, b);
    for (let i = 0; i < v.length; i++) v[i] = v[i]! - along * b[i]!;
    if (k % perPiece === perPiece - 1) yield;
  }
}
