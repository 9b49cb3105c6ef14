/**
 * The LSTM's elementwise part for one time step and eight units.
 *   c_t = f·c_{t-1} + i·g,   h_t = o·tanh(c_t);   i, f, o logistic, g tanh of their pre-activations.
 */
import { sigmoidPanel, tanhPanel } from "./activations";
import { multiplyAdd, ROW } from "./simd";

/**
 * i, f, g, o: [rows][8], pre-activations in, gates out. cPrevious, c, tanhC, h: [rows][8]; c, tanhC and h are written.
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
  const size: usize = rows * ROW;
  for (let at: usize = 0; at < size; at += 16) {
    v128.store(
      c + at,
      multiplyAdd(v128.load(f + at), v128.load(cPrevious + at), f32x4.mul(v128.load(i + at), v128.load(g + at))),
    );
  }
  tanhPanel(c, tanhC, rows);
  for (let at: usize = 0; at < size; at += 16) v128.store(h + at, f32x4.mul(v128.load(o + at), v128.load(tanhC + at)));
}

/**
 * The transpose of it:
 *   dc += dh·o·(1 - tanh²c), di = dc·g·i(1-i), df = dc·c_{t-1}·f(1-f), dg = dc·i·(1-g²), do = dh·tanh(c)·o(1-o),
 *   dc_{t-1} = dc·f.
 *
 * i, f, g, o, cPrevious, tanhC, dh: [rows][8], read. dc: [rows][8], in place. d: where [rows][8] of di is written, df,
 * dg, do at multiples of dGate bytes from there. biasSum: [8] of di likewise with multiples of biasGate; the column
 * sums are added to it.
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
): void {
  const one = f32x4.splat(1);
  const df = d + dGate,
    dg = df + dGate,
    dO = dg + dGate;
  const fSum = biasSum + biasGate,
    gSum = fSum + biasGate,
    oSum = gSum + biasGate;
  for (let lane: usize = 0; lane < ROW; lane += 16) {
    let iBias = v128.load(biasSum + lane),
      fBias = v128.load(fSum + lane),
      gBias = v128.load(gSum + lane),
      oBias = v128.load(oSum + lane);
    let at = lane;
    for (let row = rows; row != 0; row--) {
      const dhRow = v128.load(dh + at);
      const cellTanh = v128.load(tanhC + at);
      const oGate = v128.load(o + at);
      const dhO = f32x4.mul(dhRow, oGate);
      const dcRow = multiplyAdd(dhO, f32x4.sub(one, f32x4.mul(cellTanh, cellTanh)), v128.load(dc + at));
      const doRow = f32x4.mul(f32x4.mul(dhO, cellTanh), f32x4.sub(one, oGate));
      const fGate = v128.load(f + at);
      const dcF = f32x4.mul(dcRow, fGate);
      const dfRow = f32x4.mul(f32x4.mul(dcF, v128.load(cPrevious + at)), f32x4.sub(one, fGate));
      const iGate = v128.load(i + at);
      const gGate = v128.load(g + at);
      const dcI = f32x4.mul(dcRow, iGate);
      const diRow = f32x4.mul(f32x4.mul(dcI, gGate), f32x4.sub(one, iGate));
      const dgRow = f32x4.mul(dcI, f32x4.sub(one, f32x4.mul(gGate, gGate)));
      v128.store(dc + at, dcF);
      v128.store(d + at, diRow);
      v128.store(df + at, dfRow);
      v128.store(dg + at, dgRow);
      v128.store(dO + at, doRow);
      iBias = f32x4.add(iBias, diRow);
      fBias = f32x4.add(fBias, dfRow);
      gBias = f32x4.add(gBias, dgRow);
      oBias = f32x4.add(oBias, doRow);
      at += ROW;
    }
    (v128.store(biasSum + lane, iBias),
      v128.store(fSum + lane, fBias),
      v128.store(gSum + lane, gBias),
      v128.store(oSum + lane, oBias));
  }
}
