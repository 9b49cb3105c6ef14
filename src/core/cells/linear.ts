/**
 * The linear cell of one unit and one input, as the tutorial writes it: h_t = x_t wx + h_{t-1} wRec.
 *
 *   dL/dwx = sum_t dh_t x_t     dL/dwRec = sum_t dh_t h_{t-1}     dh_{t-1} += dh_t wRec
 *
 * x [B, T], h and dh [B, T + 1] with entry 0 the initial state. Many times faster than the general cell of rnn.ts,
 * which is its oracle in the tests.
 */

/** Fills h_1 ... h_T from x and h_0. */
export function scalarLinearForward(
  x: Float64Array,
  h: Float64Array,
  wx: number,
  wRec: number,
  B: number,
  T: number,
): void {
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

/** On entry dh holds what reaches each h_t from outside; on return the whole dL/dh_t. Adds to dwx[0] and dwRec[0]. */
export function scalarLinearBackward(
  x: Float64Array,
  h: Float64Array,
  dh: Float64Array,
  wRec: number,
  dwx: Float64Array,
  dwRec: Float64Array,
  B: number,
  T: number,
): void {
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
  dwx[0] = dwx[0]! + sumX;
  dwRec[0] = dwRec[0]! + sumRec;
}
