/**
 * The elementwise parts of lru for one panel of units and a chunk of time steps. With lambda = a + i b, B u = p + i q,
 * and z kept as re - i ic, ic being minus its imaginary part:
 *   re_t = a·re_{t-1} + b·ic_{t-1} + gamma·p_t,    ic_t = a·ic_{t-1} - b·re_{t-1} - gamma·q_t
 * so that Re(C z) is the plain product of (re, ic) with (C_re, C_im).
 *
 * The loops over time are inside those over the batch, see minCell.ts.
 */
import { DiagonalPlan, unitBytes } from "./diagonalPlan";
import { addRow, firstFloor } from "./minCell";
import { cutBelow, FLOOR, multiplyAdd, ROW, storeRow } from "./simd";

/** Reads B u in the gates, and the states before the chunk, whose rows begin at byte `first`; writes those in it. */
export function lruStates(plan: DiagonalPlan, unit: u32, first: usize, steps: u32): void {
  const step: usize = plan.batch * ROW;
  const p = plan.gates + unit * plan.gatesStride + first;
  const q = p + plan.hiddenPanels * plan.gatesStride;
  const re = plan.cells + unit * plan.statesStride + first;
  const ic = re + plan.hiddenPanels * plan.statesStride;
  const aAt = plan.factors + unit * ROW;
  const bAt = aAt + unitBytes(plan);
  const gammaAt = bAt + unitBytes(plan);
  const a0 = v128.load(aAt),
    a1 = v128.load(aAt, 16),
    b0 = v128.load(bAt),
    b1 = v128.load(bAt, 16),
    gamma0 = v128.load(gammaAt),
    gamma1 = v128.load(gammaAt, 16);
  for (let row: usize = 0; row < step; row += ROW) {
    let at = row;
    const reFirst = re + at,
      icFirst = ic + at;
    let re0 = v128.load(reFirst),
      re1 = v128.load(reFirst, 16),
      ic0 = v128.load(icFirst),
      ic1 = v128.load(icFirst, 16);
    for (let left = steps; left != 0; left--) {
      const pAt = p + at,
        qAt = q + at;
      at += step;
      const reAt = re + at,
        icAt = ic + at;
      const in0 = multiplyAdd(b0, ic0, v128.mul<real>(gamma0, v128.load(pAt))),
        in1 = multiplyAdd(b1, ic1, v128.mul<real>(gamma1, v128.load(pAt, 16)));
      const out0 = multiplyAdd(b0, re0, v128.mul<real>(gamma0, v128.load(qAt))),
        out1 = multiplyAdd(b1, re1, v128.mul<real>(gamma1, v128.load(qAt, 16)));
      re0 = multiplyAdd(a0, re0, in0);
      re1 = multiplyAdd(a1, re1, in1);
      ic0 = v128.sub<real>(v128.mul<real>(a0, ic0), out0);
      ic1 = v128.sub<real>(v128.mul<real>(a1, ic1), out1);
      storeRow(reAt, re0, re1);
      storeRow(icAt, ic0, ic1);
    }
  }
}

/**
 * The way back through steps start ... end - 1, with dre and dic for the gradients of re and ic:
 *   dp = gamma·dre,   dq = -gamma·dic,   dre_{t-1} += a·dre - b·dic,   dic_{t-1} += b·dre + a·dic.
 *
 * Completes the gradients of the states, whose part of the same step is in dCells. dp and dq are written to the panels
 * of dGates, from their first row on; the gradients of nu_log, theta_log and gamma_log are added to dUnits. Gradients
 * on their way back are cut as in `leastGradient`.
 */
export function lruBackwardPanel(plan: DiagonalPlan, unit: u32, start: u32, end: u32): void {
  const step: usize = plan.batch * ROW;
  const units = plan.hiddenPanels;
  const first: usize = start * step;
  const re = plan.cells + unit * plan.statesStride + first;
  const ic = re + units * plan.statesStride;
  const dre = plan.dCells + unit * plan.dCellsStride + first;
  const dic = dre + units * plan.dCellsStride;
  const p = plan.gates + unit * plan.gatesStride + first;
  const q = p + units * plan.gatesStride;
  const dp = plan.dGates + unit * plan.dGatesStride;
  const dq = dp + units * plan.dGatesStride;
  const aAt = plan.factors + unit * ROW;
  const bAt = aAt + unitBytes(plan);
  const gammaAt = bAt + unitBytes(plan);
  let da0 = v128.splat<real>(0),
    da1 = da0,
    db0 = da0,
    db1 = da0,
    dgamma0 = da0,
    dgamma1 = da0;
  for (let row: usize = 0; row < step; row += ROW) {
    let floor = firstFloor(plan, end);
    let reCarry0 = v128.splat<real>(0),
      reCarry1 = reCarry0,
      icCarry0 = reCarry0,
      icCarry1 = reCarry0;
    let at = row + (end - start) * step;
    for (let t = end; t-- > start;) {
      const dreAt = dre + at,
        dicAt = dic + at;
      at -= step;
      const reAt = re + at,
        icAt = ic + at,
        pAt = p + at,
        qAt = q + at,
        dpAt = dp + at,
        dqAt = dq + at;
      const dre0 = v128.add<real>(v128.load(dreAt), reCarry0),
        dre1 = v128.add<real>(v128.load(dreAt, 16), reCarry1);
      const dic0 = v128.add<real>(v128.load(dicAt), icCarry0),
        dic1 = v128.add<real>(v128.load(dicAt, 16), icCarry1);
      const re0 = v128.load(reAt),
        re1 = v128.load(reAt, 16),
        ic0 = v128.load(icAt),
        ic1 = v128.load(icAt, 16);
      da0 = multiplyAdd(dic0, ic0, multiplyAdd(dre0, re0, da0));
      da1 = multiplyAdd(dic1, ic1, multiplyAdd(dre1, re1, da1));
      db0 = v128.sub<real>(multiplyAdd(dre0, ic0, db0), v128.mul<real>(dic0, re0));
      db1 = v128.sub<real>(multiplyAdd(dre1, ic1, db1), v128.mul<real>(dic1, re1));
      dgamma0 = v128.sub<real>(multiplyAdd(dre0, v128.load(pAt), dgamma0), v128.mul<real>(dic0, v128.load(qAt)));
      dgamma1 = v128.sub<real>(
        multiplyAdd(dre1, v128.load(pAt, 16), dgamma1),
        v128.mul<real>(dic1, v128.load(qAt, 16)),
      );
      const gamma0 = v128.load(gammaAt),
        gamma1 = v128.load(gammaAt, 16);
      const dp0 = cutBelow(v128.mul<real>(gamma0, dre0), floor),
        dp1 = cutBelow(v128.mul<real>(gamma1, dre1), floor);
      const dq0 = cutBelow(v128.neg<real>(v128.mul<real>(gamma0, dic0)), floor),
        dq1 = cutBelow(v128.neg<real>(v128.mul<real>(gamma1, dic1)), floor);
      if (plan.cutsBefore(t)) {
        reCarry0 = reCarry1 = icCarry0 = icCarry1 = v128.splat<real>(0);
      } else {
        const a0 = v128.load(aAt),
          a1 = v128.load(aAt, 16),
          b0 = v128.load(bAt),
          b1 = v128.load(bAt, 16);
        reCarry0 = cutBelow(v128.sub<real>(v128.mul<real>(a0, dre0), v128.mul<real>(b0, dic0)), floor);
        reCarry1 = cutBelow(v128.sub<real>(v128.mul<real>(a1, dre1), v128.mul<real>(b1, dic1)), floor);
        icCarry0 = cutBelow(multiplyAdd(b0, dre0, v128.mul<real>(a0, dic0)), floor);
        icCarry1 = cutBelow(multiplyAdd(b1, dre1, v128.mul<real>(a1, dic1)), floor);
      }
      storeRow(dreAt, dre0, dre1);
      storeRow(dicAt, dic0, dic1);
      storeRow(dpAt, dp0, dp1);
      storeRow(dqAt, dq0, dq1);
      floor = v128.load_splat<real>(FLOOR);
    }
    addRow(dre + row, reCarry0, reCarry1);
    addRow(dic + row, icCarry0, icCarry1);
  }
  addUnitGradients(plan, unit, da0, da1, db0, db1, dgamma0, dgamma1);
}

/** From those of a, b and gamma to those of nu_log, theta_log and gamma_log, which have their slopes in the factors. */
// @ts-ignore: decorator
@inline
function addUnitGradients(
  plan: DiagonalPlan,
  unit: u32,
  da0: v128,
  da1: v128,
  db0: v128,
  db1: v128,
  dgamma0: v128,
  dgamma1: v128,
): void {
  const bytes = unitBytes(plan);
  const gammaAt = plan.factors + unit * ROW + 2 * bytes;
  const aByNu = gammaAt + bytes;
  const bByNu = aByNu + bytes;
  const aByTheta = bByNu + bytes;
  const bByTheta = aByTheta + bytes;
  const nu = plan.dUnits + unit * ROW;
  addRow(
    nu,
    multiplyAdd(v128.load(aByNu), da0, v128.mul<real>(v128.load(bByNu), db0)),
    multiplyAdd(v128.load(aByNu, 16), da1, v128.mul<real>(v128.load(bByNu, 16), db1)),
  );
  addRow(
    nu + bytes,
    multiplyAdd(v128.load(aByTheta), da0, v128.mul<real>(v128.load(bByTheta), db0)),
    multiplyAdd(v128.load(aByTheta, 16), da1, v128.mul<real>(v128.load(bByTheta, 16), db1)),
  );
  addRow(nu + 2 * bytes, v128.mul<real>(v128.load(gammaAt), dgamma0), v128.mul<real>(v128.load(gammaAt, 16), dgamma1));
}

/** target += factor·values. target, values: [rows][C], factor: [C]. */
export function addScaledRows(target: usize, factor: usize, values: usize, rows: u32): void {
  const f0 = v128.load(factor),
    f1 = v128.load(factor, 16);
  for (; rows != 0; rows--, target += ROW, values += ROW) {
    const low = multiplyAdd(f0, v128.load(values), v128.load(target)),
      high = multiplyAdd(f1, v128.load(values, 16), v128.load(target, 16));
    storeRow(target, low, high);
  }
}

/** sums += the sum over the rows of a·b. a, b: [rows][C], sums: [C]. */
export function addProductSums(a: usize, b: usize, rows: u32, sums: usize): void {
  let low = v128.splat<real>(0),
    high = low;
  for (; rows != 0; rows--, a += ROW, b += ROW) {
    low = multiplyAdd(v128.load(a), v128.load(b), low);
    high = multiplyAdd(v128.load(a, 16), v128.load(b, 16), high);
  }
  addRow(sums, low, high);
}
