/**
 * The affine map, and its way back.
 *
 *   y_r = y_r + x_r W^T + b        y [R, N], x [R, K], W [N, K], b [N]
 *
 *   dx_r += dy_r W                 dW += dy^T x          db += sum_r dy_r
 *
 * Rows may lie apart: row r of x begins at `start + r * stride`, so that a time step of [B, T, K] is a matrix as it lies.
 */
export interface Rows {
  readonly values: Float64Array;
  readonly start: number;
  readonly stride: number;
}

/** y += x W^T. */
export function addProduct(y: Rows, x: Rows, w: Float64Array, R: number, N: number, K: number): void {
  const xv = x.values;
  const yv = y.values;
  for (let r = 0; r < R; r++) {
    const xr = x.start + r * x.stride;
    const yr = y.start + r * y.stride;
    for (let n = 0; n < N; n++) {
      const wn = n * K;
      let sum = 0;
      for (let k = 0; k < K; k++) sum += xv[xr + k]! * w[wn + k]!;
      yv[yr + n] = yv[yr + n]! + sum;
    }
  }
}

/** y += b, unless b is null. */
export function addBias(y: Rows, b: Float64Array | null, R: number, N: number): void {
  if (b === null) return;
  const yv = y.values;
  for (let r = 0; r < R; r++) {
    const yr = y.start + r * y.stride;
    for (let n = 0; n < N; n++) yv[yr + n] = yv[yr + n]! + b[n]!;
  }
}

/** dx += dy W. */
export function addInputGradient(dx: Rows, dy: Rows, w: Float64Array, R: number, N: number, K: number): void {
  const xv = dx.values;
  const yv = dy.values;
  for (let r = 0; r < R; r++) {
    const xr = dx.start + r * dx.stride;
    const yr = dy.start + r * dy.stride;
    for (let n = 0; n < N; n++) {
      const d = yv[yr + n]!;
      const wn = n * K;
      for (let k = 0; k < K; k++) xv[xr + k] = xv[xr + k]! + d * w[wn + k]!;
    }
  }
}

/** dW += dy^T x. */
export function addWeightGradient(dw: Float64Array, dy: Rows, x: Rows, R: number, N: number, K: number): void {
  const xv = x.values;
  const yv = dy.values;
  for (let r = 0; r < R; r++) {
    const xr = x.start + r * x.stride;
    const yr = dy.start + r * dy.stride;
    for (let n = 0; n < N; n++) {
      const d = yv[yr + n]!;
      const wn = n * K;
      for (let k = 0; k < K; k++) dw[wn + k] = dw[wn + k]! + d * xv[xr + k]!;
    }
  }
}

/** db += sum over the rows of dy, unless db is null. */
export function addBiasGradient(db: Float64Array | null, dy: Rows, R: number, N: number): void {
  if (db === null) return;
  const yv = dy.values;
  for (let r = 0; r < R; r++) {
    const yr = dy.start + r * dy.stride;
    for (let n = 0; n < N; n++) db[n] = db[n]! + yv[yr + n]!;
  }
}
