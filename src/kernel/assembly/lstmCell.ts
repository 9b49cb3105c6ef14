/**
 * The LSTM's elementwise part for one time step and eight units.
 *   c_t = f·c_{t-1} + i·g,   h_t = o·tanh(c_t);   i, f, o logistic, g tanh of their pre-activations.
 */
import { sigmoidPanel, tanhPanel } from "./activations";
import { multiplyRows } from "./elementwise";
import { cutBelow, multiplyAdd, ONE, ROW, storeRow } from "./simd";

/**
 * i, f, g, o: [rows][C], pre-activations in, gates out. cPrevious, c, tanhC, h: [rows][C]; c, tanhC and h are written.
 */
export function lstmCell(
  i: usize,
  f: usize,
  g: usize,
  o: usize,
  cPrevious: usize,
  c: usize,
  tanhC: usize,
  h: usize,
  rows: u32,
): void {
  sigmoidPanel(i, rows);
  sigmoidPanel(f, rows);
  tanhPanel(g, g, rows);
  sigmoidPanel(o, rows);
  newCells(i, f, g, cPrevious, c, rows);
  tanhPanel(c, tanhC, rows);
  multiplyRows(o, tanhC, h, rows);
}

/** c = f·c_{t-1} + i·g, [rows][C] each. */
// @ts-ignore: decorator
@inline
export function newCells(i: usize, f: usize, g: usize, cPrevious: usize, c: usize, rows: u32): void {
  const size: usize = rows * ROW;
  for (let at: usize = 0; at < size; at += ROW) {
    const iRow = i + at,
      fRow = f + at,
      gRow = g + at,
      previousRow = cPrevious + at,
      cRow = c + at;
    const low = multiplyAdd(v128.load(fRow), v128.load(previousRow), v128.mul<real>(v128.load(iRow), v128.load(gRow)));
    const high = multiplyAdd(
      v128.load(fRow, 16),
      v128.load(previousRow, 16),
      v128.mul<real>(v128.load(iRow, 16), v128.load(gRow, 16)),
    );
    storeRow(cRow, low, high);
  }
}

/**
 * The transpose of it:
 *   dc += dh·o·(1 - tanh²c), di = dc·g·i(1-i), df = dc·c_{t-1}·f(1-f), dg = dc·i·(1-g²), do = dh·tanh(c)·o(1-o),
 *   dc_{t-1} = dc·f.
 *
 * i, f, g, o, cPrevious, tanhC, dh: [rows][C], read. dc: [rows][C], in place. d: where [rows][C] of di is written, df,
 * dg, do at multiples of dGate bytes from there. biasSum: [C] of di likewise with multiples of biasGate; the column
 * sums are added to it. Gradients below `least` are zero.
 */
export function lstmCellBackward(
  i: usize,
  f: usize,
  g: usize,
  o: usize,
  cPrevious: usize,
  tanhC: usize,
  dh: usize,
  dc: usize,
  d: usize,
  dGate: usize,
  biasSum: usize,
  biasGate: usize,
  rows: u32,
  least: real,
): void {
  const floor = v128.splat<real>(least);
  const df = d + dGate,
    dg = df + dGate,
    dO = dg + dGate;
  const fSum = biasSum + biasGate,
    gSum = fSum + biasGate,
    oSum = gSum + biasGate;
  let iBias0 = v128.load(biasSum),
    iBias1 = v128.load(biasSum, 16),
    fBias0 = v128.load(fSum),
    fBias1 = v128.load(fSum, 16),
    gBias0 = v128.load(gSum),
    gBias1 = v128.load(gSum, 16),
    oBias0 = v128.load(oSum),
    oBias1 = v128.load(oSum, 16);
  let at: usize = 0;
  for (let row = rows; row != 0; row--, at += ROW) {
    const one = v128.load_splat<real>(ONE);
    const dhAt = dh + at,
      tanhAt = tanhC + at,
      oAt = o + at,
      dcAt = dc + at,
      fAt = f + at,
      previousAt = cPrevious + at,
      iAt = i + at,
      gAt = g + at;
    const tanh0 = v128.load(tanhAt),
      tanh1 = v128.load(tanhAt, 16);
    const o0 = v128.load(oAt),
      o1 = v128.load(oAt, 16);
    const dhO0 = v128.mul<real>(v128.load(dhAt), o0),
      dhO1 = v128.mul<real>(v128.load(dhAt, 16), o1);
    const dc0 = multiplyAdd(dhO0, v128.sub<real>(one, v128.mul<real>(tanh0, tanh0)), v128.load(dcAt)),
      dc1 = multiplyAdd(dhO1, v128.sub<real>(one, v128.mul<real>(tanh1, tanh1)), v128.load(dcAt, 16));
    const do0 = cutBelow(v128.mul<real>(v128.mul<real>(dhO0, tanh0), v128.sub<real>(one, o0)), floor),
      do1 = cutBelow(v128.mul<real>(v128.mul<real>(dhO1, tanh1), v128.sub<real>(one, o1)), floor);
    const f0 = v128.load(fAt),
      f1 = v128.load(fAt, 16);
    const dcF0 = v128.mul<real>(dc0, f0),
      dcF1 = v128.mul<real>(dc1, f1);
    const df0 = cutBelow(v128.mul<real>(v128.mul<real>(dcF0, v128.load(previousAt)), v128.sub<real>(one, f0)), floor),
      df1 = cutBelow(v128.mul<real>(v128.mul<real>(dcF1, v128.load(previousAt, 16)), v128.sub<real>(one, f1)), floor);
    const i0 = v128.load(iAt),
      i1 = v128.load(iAt, 16);
    const g0 = v128.load(gAt),
      g1 = v128.load(gAt, 16);
    const dcI0 = v128.mul<real>(dc0, i0),
      dcI1 = v128.mul<real>(dc1, i1);
    const di0 = cutBelow(v128.mul<real>(v128.mul<real>(dcI0, g0), v128.sub<real>(one, i0)), floor),
      di1 = cutBelow(v128.mul<real>(v128.mul<real>(dcI1, g1), v128.sub<real>(one, i1)), floor);
    const dg0 = cutBelow(v128.mul<real>(dcI0, v128.sub<real>(one, v128.mul<real>(g0, g0))), floor),
      dg1 = cutBelow(v128.mul<real>(dcI1, v128.sub<real>(one, v128.mul<real>(g1, g1))), floor);
    ((iBias0 = v128.add<real>(iBias0, di0)), (iBias1 = v128.add<real>(iBias1, di1)));
    ((fBias0 = v128.add<real>(fBias0, df0)), (fBias1 = v128.add<real>(fBias1, df1)));
    ((gBias0 = v128.add<real>(gBias0, dg0)), (gBias1 = v128.add<real>(gBias1, dg1)));
    ((oBias0 = v128.add<real>(oBias0, do0)), (oBias1 = v128.add<real>(oBias1, do1)));
    storeRow(dcAt, cutBelow(dcF0, floor), cutBelow(dcF1, floor));
    storeRow(d + at, di0, di1);
    storeRow(df + at, df0, df1);
    storeRow(dg + at, dg0, dg1);
    storeRow(dO + at, do0, do1);
  }
  storeRow(biasSum, iBias0, iBias1);
  storeRow(fSum, fBias0, fBias1);
  storeRow(gSum, gBias0, gBias1);
  storeRow(oSum, oBias0, oBias1);
}
