/**
 * The sLSTM's elementwise part for one time step and one panel of units, as src/core/cells/slstm.ts has it: c_t and n_t
 * are sums with weights whose scale m_t keeps the exponentials in range, and a = c / n.
 *
 * With d = ln f + m_{t-1} - i~, of e^(ln f + m_{t-1} - m_t) and e^(i~ - m_t) one is 1 and the other e^-|d|.
 */
import { sigmoidPanel, tanhPanel } from "./activations";
import { decayPanel, softplusPanel } from "./exponentials";
import { addColumnSums } from "./rowProducts";
import { cutBelow, multiplyAdd, ONE, ROW, storeRow } from "./simd";

// @ts-ignore: decorator
@inline export const EXPONENTIAL: u32 = 1;

/**
 * In the first step, where n_{t-1} = 0, all that there is comes now: its share is 1, or NaN where m = i~ is not
 * finite.
 *
 * i, f, g, o: [rows][C], pre-activations in; out come the shares i and f, g and o. slope: d ln f / d f~ out.
 * cPrevious, nPrevious, mPrevious: read; c, n, m and h are written. forgetGate: {@link EXPONENTIAL}, or logistic.
 */
export function slstmCell(
  forgetGate: u32,
  i: usize,
  f: usize,
  g: usize,
  o: usize,
  slope: usize,
  cPrevious: usize,
  nPrevious: usize,
  mPrevious: usize,
  c: usize,
  n: usize,
  m: usize,
  h: usize,
  rows: u32,
): void {
  tanhPanel(g, g, rows);
  sigmoidPanel(o, rows);
  logForget(forgetGate, f, slope, h, rows);
  stabilize(i, f, nPrevious, mPrevious, m, rows);
  decayPanel(f, h, rows);
  for (let at: usize = 0, size: usize = rows * ROW; at < size; at += ROW) {
    const one = v128.load_splat<real>(ONE);
    const zero = v128.splat<real>(0);
    const fAt = f + at,
      hAt = h + at,
      nPreviousAt = nPrevious + at,
      cPreviousAt = cPrevious + at,
      gAt = g + at;
    const e0 = v128.load(hAt),
      e1 = v128.load(hAt, 16);
    const isKept0 = v128.ge<real>(v128.load(fAt), zero),
      isKept1 = v128.ge<real>(v128.load(fAt, 16), zero);
    const n0 = v128.load(nPreviousAt),
      n1 = v128.load(nPreviousAt, 16);
    const isFirst0 = v128.eq<real>(n0, zero),
      isFirst1 = v128.eq<real>(n1, zero);
    const keep0 = v128.andnot(v128.bitselect(one, e0, isKept0), isFirst0),
      keep1 = v128.andnot(v128.bitselect(one, e1, isKept1), isFirst1);
    const m0 = v128.load(m + at),
      m1 = v128.load(m + at, 16);
    const first0 = v128.add<real>(one, v128.sub<real>(m0, m0)),
      first1 = v128.add<real>(one, v128.sub<real>(m1, m1));
    const added0 = v128.bitselect(first0, v128.bitselect(e0, one, isKept0), isFirst0),
      added1 = v128.bitselect(first1, v128.bitselect(e1, one, isKept1), isFirst1);
    const kept0 = v128.mul<real>(keep0, n0),
      kept1 = v128.mul<real>(keep1, n1);
    const weight0 = v128.add<real>(kept0, added0),
      weight1 = v128.add<real>(kept1, added1);
    const cell0 = multiplyAdd(keep0, v128.load(cPreviousAt), v128.mul<real>(added0, v128.load(gAt))),
      cell1 = multiplyAdd(keep1, v128.load(cPreviousAt, 16), v128.mul<real>(added1, v128.load(gAt, 16)));
    const output0 = v128.mul<real>(v128.load(o + at), v128.div<real>(cell0, weight0)),
      output1 = v128.mul<real>(v128.load(o + at, 16), v128.div<real>(cell1, weight1));
    storeRow(n + at, weight0, weight1);
    storeRow(c + at, cell0, cell1);
    storeRow(hAt, output0, output1);
    storeRow(i + at, v128.div<real>(added0, weight0), v128.div<real>(added1, weight1));
    storeRow(fAt, v128.div<real>(kept0, weight0), v128.div<real>(kept1, weight1));
  }
}

/** f = -ln f of f~, and its slope d ln f / d f~, [rows][C] both. scratch: [rows][C], overwritten. */
function logForget(forgetGate: u32, f: usize, slope: usize, scratch: usize, rows: u32): void {
  if (forgetGate == EXPONENTIAL) {
    negate(f, f, rows);
    for (const end = slope + rows * ROW; slope < end; slope += 16) v128.store(slope, v128.load_splat<real>(ONE));
    return;
  }
  negate(f, slope, rows);
  softplusPanel(slope, f, scratch, rows);
  sigmoidPanel(slope, rows);
}

/** target = -source, [rows][C] both; they may be the same. */
function negate(source: usize, target: usize, rows: u32): void {
  for (; rows != 0; rows--, source += ROW, target += ROW) {
    const low = v128.neg<real>(v128.load(source)),
      high = v128.neg<real>(v128.load(source, 16));
    storeRow(target, low, high);
  }
}

/** m_t from i~ and f = -ln f, which becomes d; [rows][C] all. */
function stabilize(i: usize, f: usize, nPrevious: usize, mPrevious: usize, m: usize, rows: u32): void {
  const size: usize = rows * ROW;
  for (let at: usize = 0; at < size; at += ROW) {
    const zero = v128.splat<real>(0);
    const iAt = i + at,
      fAt = f + at,
      nAt = nPrevious + at,
      mAt = mPrevious + at;
    const i0 = v128.load(iAt),
      i1 = v128.load(iAt, 16);
    const kept0 = v128.sub<real>(v128.load(mAt), v128.load(fAt)),
      kept1 = v128.sub<real>(v128.load(mAt, 16), v128.load(fAt, 16));
    const m0 = v128.bitselect(i0, v128.pmax<real>(i0, kept0), v128.eq<real>(v128.load(nAt), zero)),
      m1 = v128.bitselect(i1, v128.pmax<real>(i1, kept1), v128.eq<real>(v128.load(nAt, 16), zero));
    // As e^(inf - inf) is NaN.
    const lost0 = v128.sub<real>(m0, m0),
      lost1 = v128.sub<real>(m1, m1);
    const d0 = v128.add<real>(v128.sub<real>(kept0, i0), lost0),
      d1 = v128.add<real>(v128.sub<real>(kept1, i1), lost1);
    storeRow(m + at, m0, m1);
    storeRow(fAt, d0, d1);
  }
}

/**
 * The transpose of it, with a_{t-1} = 0 where n_{t-1} = 0, and the gradients of a and of l = m + ln n:
 *   da += dh·o,  q = da·(a_{t-1} - g)·f·i,  di~ = dl·i - q,  dl_{t-1} = dl·f + q,  df~ = dl_{t-1}·slope,
 *   dg~ = da·i·(1-g²),  do~ = dh·a·o(1-o),  da_{t-1} = da·f.
 *
 * i: where i lies; f, g, o and slope at multiples of `gate` bytes from there. previous: what lies between c_{t-1} and
 * c_t, and between n_{t-1} and n_t, in bytes. da, dl: [rows][C], in place. d: where [rows][C] of di~ is written, df~,
 * dg~, do~ at multiples of dGate. biasSum: [C] of di~ likewise with multiples of biasGate; the column sums are added to
 * it. Gradients below `least` are zero.
 */
export function slstmCellBackward(
  i: usize,
  gate: usize,
  c: usize,
  n: usize,
  previous: usize,
  dh: usize,
  da: usize,
  dl: usize,
  d: usize,
  dGate: usize,
  biasSum: usize,
  biasGate: usize,
  rows: u32,
  least: real,
): void {
  const floor = v128.splat<real>(least);
  const size: usize = rows * ROW;
  for (let at: usize = 0; at < size; at += ROW) {
    const one = v128.load_splat<real>(ONE);
    const zero = v128.splat<real>(0);
    const iAt = i + at;
    const fAt = iAt + gate;
    const gAt = fAt + gate;
    const oAt = gAt + gate;
    const slopeAt = oAt + gate;
    const cAt = c + at,
      nAt = n + at,
      dhAt = dh + at,
      daAt = da + at,
      dlAt = dl + at;
    const cBefore = cAt - previous,
      nBefore = nAt - previous;
    const diAt = d + at;
    const dfAt = diAt + dGate;
    const dgAt = dfAt + dGate;
    const doAt = dgAt + dGate;
    const dh0 = v128.load(dhAt),
      dh1 = v128.load(dhAt, 16);
    const o0 = v128.load(oAt),
      o1 = v128.load(oAt, 16);
    const mean0 = v128.div<real>(v128.load(cAt), v128.load(nAt)),
      mean1 = v128.div<real>(v128.load(cAt, 16), v128.load(nAt, 16));
    const dhO0 = v128.mul<real>(dh0, o0),
      dhO1 = v128.mul<real>(dh1, o1);
    const do0 = cutBelow(v128.mul<real>(v128.mul<real>(dhO0, mean0), v128.sub<real>(one, o0)), floor),
      do1 = cutBelow(v128.mul<real>(v128.mul<real>(dhO1, mean1), v128.sub<real>(one, o1)), floor);
    const da0 = v128.add<real>(v128.load(daAt), dhO0),
      da1 = v128.add<real>(v128.load(daAt, 16), dhO1);
    const before0 = v128.load(nBefore),
      before1 = v128.load(nBefore, 16);
    const earlier0 = v128.andnot(v128.div<real>(v128.load(cBefore), before0), v128.eq<real>(before0, zero)),
      earlier1 = v128.andnot(v128.div<real>(v128.load(cBefore, 16), before1), v128.eq<real>(before1, zero));
    const g0 = v128.load(gAt),
      g1 = v128.load(gAt, 16);
    const i0 = v128.load(iAt),
      i1 = v128.load(iAt, 16);
    const f0 = v128.load(fAt),
      f1 = v128.load(fAt, 16);
    const daI0 = v128.mul<real>(da0, i0),
      daI1 = v128.mul<real>(da1, i1);
    const q0 = v128.mul<real>(v128.mul<real>(daI0, f0), v128.sub<real>(earlier0, g0)),
      q1 = v128.mul<real>(v128.mul<real>(daI1, f1), v128.sub<real>(earlier1, g1));
    const dl0 = v128.load(dlAt),
      dl1 = v128.load(dlAt, 16);
    const kept0 = cutBelow(multiplyAdd(dl0, f0, q0), floor),
      kept1 = cutBelow(multiplyAdd(dl1, f1, q1), floor);
    const di0 = cutBelow(v128.sub<real>(v128.mul<real>(dl0, i0), q0), floor),
      di1 = cutBelow(v128.sub<real>(v128.mul<real>(dl1, i1), q1), floor);
    const df0 = cutBelow(v128.mul<real>(kept0, v128.load(slopeAt)), floor),
      df1 = cutBelow(v128.mul<real>(kept1, v128.load(slopeAt, 16)), floor);
    const dg0 = cutBelow(v128.mul<real>(daI0, v128.sub<real>(one, v128.mul<real>(g0, g0))), floor),
      dg1 = cutBelow(v128.mul<real>(daI1, v128.sub<real>(one, v128.mul<real>(g1, g1))), floor);
    storeRow(daAt, cutBelow(v128.mul<real>(da0, f0), floor), cutBelow(v128.mul<real>(da1, f1), floor));
    storeRow(dlAt, kept0, kept1);
    storeRow(diAt, di0, di1);
    storeRow(dfAt, df0, df1);
    storeRow(dgAt, dg0, dg1);
    storeRow(doAt, do0, do1);
  }
  for (let group: usize = 0; group < 4; group++) addColumnSums(d + group * dGate, rows, biasSum + group * biasGate);
}
