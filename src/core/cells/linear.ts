/**
 * The linear recurrent cell.
 *
 *   h_t = x_t W_ih^T + h_{t-1} W_hh^T
 *
 *   dL/dW_ih = sum_t dh_t^T x_t     dL/dW_hh = sum_t dh_t^T h_{t-1}
 *   dL/dx_t  = dh_t W_ih            dL/dh_{t-1} += dh_t W_hh
 *
 * x [B, T, I], h and dh [B, T + 1, H] with entry 0 the initial state, W_ih [H, I], W_hh [H, H].
 */

/** Fills h_1 ... h_T from x and h_0. */
export function linearForward(x: Float64Array, h: Float64Array, wIh: Float64Array, wHh: Float64Array, B: number, T: number, I: number, H: number): void {
  for (let b = 0; b < B; b++) {
    for (let t = 1; t <= T; t++) {
      const xRow = (b * T + t - 1) * I;
      const hRow = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        let sum = 0;
        for (let i = 0; i < I; i++) sum += x[xRow + i]! * wIh[j * I + i]!;
        for (let k = 0; k < H; k++) sum += h[hRow - H + k]! * wHh[j * H + k]!;
        h[hRow + j] = sum;
      }
    }
  }
}

/**
 * On entry dh holds what reaches each h_t from outside the layer; on return the whole dL/dh_t, with dL/dh_0 in entry 0.
 * Adds to dwIh, dwHh and, unless null, dx [B, T, I].
 */
export function linearBackward(
  x: Float64Array, h: Float64Array, dh: Float64Array, wIh: Float64Array, wHh: Float64Array,
  dwIh: Float64Array, dwHh: Float64Array, dx: Float64Array | null, B: number, T: number, I: number, H: number,
): void {
  for (let b = 0; b < B; b++) {
    for (let t = T; t >= 1; t--) {
      const xRow = (b * T + t - 1) * I;
      const hRow = (b * (T + 1) + t) * H;
      for (let j = 0; j < H; j++) {
        const d = dh[hRow + j]!;
        for (let i = 0; i < I; i++) {
          dwIh[j * I + i] = dwIh[j * I + i]! + d * x[xRow + i]!;
          if (dx !== null) dx[xRow + i] = dx[xRow + i]! + d * wIh[j * I + i]!;
        }
        for (let k = 0; k < H; k++) {
          dwHh[j * H + k] = dwHh[j * H + k]! + d * h[hRow - H + k]!;
          dh[hRow - H + k] = dh[hRow - H + k]! + d * wHh[j * H + k]!;
        }
      }
    }
  }
}

/** {@link linearForward} for I = H = 1, ten times as fast; the general pair is its oracle in the tests. */
export function scalarLinearForward(x: Float64Array, h: Float64Array, wx: number, wRec: number, B: number, T: number): void {
  let i = 0;
  let j = 0;
  for (let b = 0; b < B; b++) {
    let state = h[j++]!;
    for (let t = 0; t < T; t++) {
      state = x[i++]! * wx + state * wRec;
      h[j++] = state;
    }
  }
}

/** {@link linearBackward} for I = H = 1, without dx. */
export function scalarLinearBackward(x: Float64Array, h: Float64Array, dh: Float64Array, wRec: number, dwIh: Float64Array, dwHh: Float64Array, B: number, T: number): void {
  let sumX = 0;
  let sumRec = 0;
  for (let b = 0; b < B; b++) {
    let i = (b + 1) * T - 1;
    let j = (b + 1) * (T + 1) - 1;
    let d = dh[j]!;
    for (let t = 0; t < T; t++, i--, j--) {
      sumX += d * x[i]!;
      sumRec += d * h[j - 1]!;
      d = dh[j - 1]! + d * wRec;
      dh[j - 1] = d;
    }
  }
  dwIh[0] = dwIh[0]! + sumX;
  dwHh[0] = dwHh[0]! + sumRec;
}
