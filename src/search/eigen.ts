/** Symmetric matrices as rows. */
export type Matrix = readonly (readonly number[])[];

const MOST_SWEEPS = 60;

/**
 * Eigenvalues and eigenvectors (the columns of `vectors`) of a symmetric matrix: the cyclic Jacobi method (Golub and
 * Van Loan, Matrix Computations, 8.5).
 */
export function symmetricEigen(matrix: Matrix): { readonly values: number[]; readonly vectors: number[][] } {
  const n = matrix.length;
  const a = matrix.map((row) => [...row]);
  const vectors = a.map((_, i) => a.map((__, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p]![q]! ** 2;
    if (off === 0) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, p, q);
  }
  return { values: a.map((row, i) => row[i]!), vectors };
}

/** Makes a[p][q] zero. */
function rotate(a: number[][], vectors: number[][], p: number, q: number): void {
  const apq = a[p]![q]!;
  if (Math.abs(apq) < 1e-300) {
    a[p]![q] = 0;
    a[q]![p] = 0;
    return;
  }
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < a.length; k++) {
    const [kp, kq] = [a[k]![p]!, a[k]![q]!];
    a[k]![p] = c * kp - s * kq;
    a[k]![q] = s * kp + c * kq;
  }
  for (let k = 0; k < a.length; k++) {
    const [pk, qk] = [a[p]![k]!, a[q]![k]!];
    a[p]![k] = c * pk - s * qk;
    a[q]![k] = s * pk + c * qk;
    const [vp, vq] = [vectors[k]![p]!, vectors[k]![q]!];
    vectors[k]![p] = c * vp - s * vq;
    vectors[k]![q] = s * vp + c * vq;
  }
  a[p]![q] = 0;
  a[q]![p] = 0;
}
