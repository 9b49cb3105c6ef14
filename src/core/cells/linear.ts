/**
 * The linear cell of one unit and one input, as the tutorial writes it: h_t = x_t wx + h_{t-1} wRec.
 *
 *   dL/dwx = sum_t dh_t x_t     dL/dwRec = sum_t dh_t h_{t-1}     dh_{t-1} += dh_t wRec
 *
 * x [B, T], h and dh [B, T + 1] with entry 0 the initial state. Many times faster than the general cell of rnn.ts,
 * which is its oracle in the tests.
 *
 * The backward pass waits at each step for the product of the one before; meanwhile it sums up what a trace wants.
 */

/** Over the batch, [T + 1] each: sizes[t] = sum_b |dL/dh_bt|, sums[t] = sum_b dL/dh_bt. */
export interface ScalarTotals {
  readonly sizes: Float64Array;
  readonly sums: Float64Array;
}

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

/**
 * On entry dh holds what reaches each h_t from outside; on return the whole dL/dh_t. Adds to dwx[0] and dwRec[0].
 * Fills the totals.
 */
export function scalarLinearBackward(
  x: Float64Array,
  h: Float64Array,
  dh: Float64Array,
  wRec: number,
  dwx: Float64Array,
  dwRec: Float64Array,
  { sizes, sums }: ScalarTotals,
  B: number,
  T: number,
): void {
  let sumX = 0;
  let sumRec = 0;
  for (let t = 0; t <= T; t++) sizes[t] = sums[t] = 0;
  for (let b = 0; b < B; b++) {
    let i = (b + 1) * T - 1;
    let j = (b + 1) * (T + 1) - 1;
    let d = dh[j]!;
    sizes[T] = sizes[T]! + Math.abs(d);
    sums[T] = sums[T]! + d;
    for (let t = T - 1; t >= 0; t--, i--, j--) {
      sumX += d * x[i]!;
      sumRec += d * h[j - 1]!;
      d = dh[j - 1]! + d * wRec;
      dh[j - 1] = d;
      sizes[t] = sizes[t]! + Math.abs(d);
      sums[t] = sums[t]! + d;
    }
  }
  dwx[0] = dwx[0]! + sumX;
  dwRec[0] = dwRec[0]! + sumRec;
}
