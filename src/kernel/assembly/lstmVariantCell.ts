/**
 * The elementwise part of an lstm with peepholes, a coupled input gate or layer normalization, for one time step and
 * one panel of units; src/core/cells/lstmVariants.ts has the equations.
 */
import { sigmoidPanel, tanhPanel } from "./activations";
import { addScaledRows } from "./lruCell";
import { newCells } from "./lstmCell";
import { cutBelow, multiplyAdd, ONE, ROW, storeRow } from "./simd";

/**
 * From the sums of the gates, [rows][C], to the new cell state and the gates; o stays the sum.
 * coupled: i = 1 - f. pi, pf: [C] the peepholes; 0: there are none.
 */
export function variantCell(
  coupled: bool,
  i: usize,
  f: usize,
  g: usize,
  pi: usize,
  pf: usize,
  cPrevious: usize,
  c: usize,
  rows: u32,
): void {
  if (pf != 0) addScaledRows(f, pf, cPrevious, rows);
  sigmoidPanel(f, rows);
  if (coupled) {
    complement(f, i, rows);
  } else {
    if (pi != 0) addScaledRows(i, pi, cPrevious, rows);
    sigmoidPanel(i, rows);
  }
  tanhPanel(g, g, rows);
  newCells(i, f, g, cPrevious, c, rows);
}

/** target = 1 - source, [rows][C] both. */
function complement(source: usize, target: usize, rows: u32): void {
  for (; rows != 0; rows--, source += ROW, target += ROW) {
    const one = v128.load_splat<real>(ONE);
    const low = v128.sub<real>(one, v128.load(source)),
      high = v128.sub<real>(one, v128.load(source, 16));
    storeRow(target, low, high);
  }
}

/**
 * From dh to the gradients of the output gate's sum and of what tanh sees of the cell state, [rows][C] each: do~ is
 * written, the other added to dSeen.
 */
export function outputBackward(
  o: usize,
  tanhC: usize,
  dh: usize,
  dSum: usize,
  dSeen: usize,
  rows: u32,
  least: real,
): void {
  const floor = v128.splat<real>(least);
  const size: usize = rows * ROW;
  for (let at: usize = 0; at < size; at += ROW) {
    const one = v128.load_splat<real>(ONE);
    const oAt = o + at,
      tanhAt = tanhC + at,
      dhAt = dh + at,
      dSumAt = dSum + at,
      dSeenAt = dSeen + at;
    const o0 = v128.load(oAt),
      o1 = v128.load(oAt, 16);
    const tanh0 = v128.load(tanhAt),
      tanh1 = v128.load(tanhAt, 16);
    const dhO0 = v128.mul<real>(v128.load(dhAt), o0),
      dhO1 = v128.mul<real>(v128.load(dhAt, 16), o1);
    const seen0 = multiplyAdd(dhO0, v128.sub<real>(one, v128.mul<real>(tanh0, tanh0)), v128.load(dSeenAt)),
      seen1 = multiplyAdd(dhO1, v128.sub<real>(one, v128.mul<real>(tanh1, tanh1)), v128.load(dSeenAt, 16));
    const do0 = cutBelow(v128.mul<real>(v128.mul<real>(dhO0, tanh0), v128.sub<real>(one, o0)), floor),
      do1 = cutBelow(v128.mul<real>(v128.mul<real>(dhO1, tanh1), v128.sub<real>(one, o1)), floor);
    storeRow(dSeenAt, seen0, seen1);
    storeRow(dSumAt, do0, do1);
  }
}

/**
 * From dc_t to the gradients of the other gates' sums and to dc_{t-1}, in place.
 *
 * di: written, with `coupled` zeros. pi, pf: [C], zeros where there are no peepholes. Gradients below `least` are zero.
 */
export function variantCellBackward(
  coupled: bool,
  i: usize,
  f: usize,
  g: usize,
  pi: usize,
  pf: usize,
  cPrevious: usize,
  dc: usize,
  di: usize,
  df: usize,
  dg: usize,
  rows: u32,
  least: real,
): void {
  const floor = v128.splat<real>(least);
  const own = v128.splat<u32>(coupled ? 0 : 0xffffffff);
  const pi0 = v128.load(pi),
    pi1 = v128.load(pi, 16),
    pf0 = v128.load(pf),
    pf1 = v128.load(pf, 16);
  const size: usize = rows * ROW;
  for (let at: usize = 0; at < size; at += ROW) {
    const one = v128.load_splat<real>(ONE);
    const iAt = i + at,
      fAt = f + at,
      gAt = g + at,
      previousAt = cPrevious + at,
      dcAt = dc + at;
    const i0 = v128.load(iAt),
      i1 = v128.load(iAt, 16);
    const f0 = v128.load(fAt),
      f1 = v128.load(fAt, 16);
    const g0 = v128.load(gAt),
      g1 = v128.load(gAt, 16);
    const dc0 = v128.load(dcAt),
      dc1 = v128.load(dcAt, 16);
    const dcI0 = v128.mul<real>(dc0, i0),
      dcI1 = v128.mul<real>(dc1, i1);
    const dcF0 = v128.mul<real>(dc0, f0),
      dcF1 = v128.mul<real>(dc1, f1);
    // Coupled, f takes from g what it gives to the state before.
    const moved0 = v128.sub<real>(v128.load(previousAt), v128.andnot(g0, own)),
      moved1 = v128.sub<real>(v128.load(previousAt, 16), v128.andnot(g1, own));
    const df0 = cutBelow(v128.mul<real>(v128.mul<real>(dcF0, moved0), v128.sub<real>(one, f0)), floor),
      df1 = cutBelow(v128.mul<real>(v128.mul<real>(dcF1, moved1), v128.sub<real>(one, f1)), floor);
    const wrote0 = v128.mul<real>(v128.mul<real>(dcI0, g0), v128.sub<real>(one, i0)),
      wrote1 = v128.mul<real>(v128.mul<real>(dcI1, g1), v128.sub<real>(one, i1));
    const di0 = cutBelow(v128.and(wrote0, own), floor),
      di1 = cutBelow(v128.and(wrote1, own), floor);
    const dg0 = cutBelow(v128.mul<real>(dcI0, v128.sub<real>(one, v128.mul<real>(g0, g0))), floor),
      dg1 = cutBelow(v128.mul<real>(dcI1, v128.sub<real>(one, v128.mul<real>(g1, g1))), floor);
    const kept0 = multiplyAdd(pi0, di0, multiplyAdd(pf0, df0, dcF0)),
      kept1 = multiplyAdd(pi1, di1, multiplyAdd(pf1, df1, dcF1));
    storeRow(dcAt, cutBelow(kept0, floor), cutBelow(kept1, floor));
    storeRow(di + at, di0, di1);
    storeRow(df + at, df0, df1);
    storeRow(dg + at, dg0, dg1);
  }
}
