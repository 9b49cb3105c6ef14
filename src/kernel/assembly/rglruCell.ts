/**
 * The elementwise parts of rglru for one panel of units and a chunk of time steps:
 *   a_t = exp(-s·r_t),   m_t = sqrt(1 - a_t²),   h_t = a_t·h_{t-1} + m_t·i_t·u_t,   s = 8 softplus(a_param)
 * with i and r logistic of their pre-activations. 1 - a² is tanh(s r)·(1 + a²), which keeps its digits where a is
 * almost 1.
 *
 * The loops over time are inside those over the batch, see minCell.ts.
 */
import { sigmoidPanel, tanhPanel } from "./activations";
import { DiagonalPlan, unitBytes } from "./diagonalPlan";
import { decayPanel } from "./exponentials";
import { addRow, firstFloor } from "./minCell";
import { cutBelow, FLOOR, multiplyAdd, ONE, ROW, storeRow } from "./simd";

// 1/2, and what the derivative of the square root is at most.
// @ts-ignore: decorator
@inline const SLOPE: usize = memory.data<real>([0.5, 1000]);

/** i, r: pre-activations in, gates out. a, m: out. All [rows][C]. s: [C]. */
export function rglruGates(i: usize, r: usize, a: usize, m: usize, s: usize, rows: u32): void {
  sigmoidPanel(i, rows);
  // r by its exponential, as m grows with the root of it: it has all its digits where it is small.
  decayPanel(r, a, rows);
  decayRates(r, a, s, rows);
  tanhPanel(a, m, rows);
  decayPanel(a, a, rows);
  inputScales(a, m, rows);
}

/** r = logistic of r, from e^-|r| in `rate`; rate = s·r. */
function decayRates(r: usize, rate: usize, s: usize, rows: u32): void {
  const s0 = v128.load(s),
    s1 = v128.load(s, 16);
  for (; rows != 0; rows--, r += ROW, rate += ROW) {
    const one = v128.load_splat<real>(ONE);
    const zero = v128.splat<real>(0);
    const e0 = v128.load(rate),
      e1 = v128.load(rate, 16);
    const top0 = v128.bitselect(one, e0, v128.ge<real>(v128.load(r), zero)),
      top1 = v128.bitselect(one, e1, v128.ge<real>(v128.load(r, 16), zero));
    const r0 = v128.div<real>(top0, v128.add<real>(one, e0)),
      r1 = v128.div<real>(top1, v128.add<real>(one, e1));
    storeRow(r, r0, r1);
    storeRow(rate, v128.mul<real>(s0, r0), v128.mul<real>(s1, r1));
  }
}

/** m = sqrt(m·(1 + a²)) */
function inputScales(a: usize, m: usize, rows: u32): void {
  for (; rows != 0; rows--, a += ROW, m += ROW) {
    const one = v128.load_splat<real>(ONE);
    const a0 = v128.load(a),
      a1 = v128.load(a, 16);
    const m0 = v128.sqrt<real>(v128.mul<real>(v128.load(m), multiplyAdd(a0, a0, one))),
      m1 = v128.sqrt<real>(v128.mul<real>(v128.load(m, 16), multiplyAdd(a1, a1, one)));
    storeRow(m, m0, m1);
  }
}

/** i, a, m: gates. u: inputs. h_1 ... of the chunk are written to `states`. */
export function rglruStates(i: usize, a: usize, m: usize, u: usize, states: usize, batch: u32, steps: u32): void {
  const step: usize = batch * ROW;
  for (let first: usize = 0; first < step; first += ROW) {
    let at = first;
    const hFirst = states + at;
    let h0 = v128.load(hFirst),
      h1 = v128.load(hFirst, 16);
    for (let left = steps; left != 0; left--) {
      const iAt = i + at,
        aAt = a + at,
        mAt = m + at,
        uAt = u + at;
      at += step;
      const hAt = states + at;
      const written0 = v128.mul<real>(v128.mul<real>(v128.load(mAt), v128.load(iAt)), v128.load(uAt)),
        written1 = v128.mul<real>(v128.mul<real>(v128.load(mAt, 16), v128.load(iAt, 16)), v128.load(uAt, 16));
      h0 = multiplyAdd(v128.load(aAt), h0, written0);
      h1 = multiplyAdd(v128.load(aAt, 16), h1, written1);
      storeRow(hAt, h0, h1);
    }
  }
}

/**
 * The way back through steps start ... end - 1, with e = a·(dh·h_{t-1} - 2 a·k·dh·i·u) and k = 1 / (2 m), at most 1000:
 *   di = dh·m·u·i·(1-i),   dr = -s·e·r·(1-r),   du += dh·m·i,   dh_{t-1} += dh·a
 * and da_param is the sum of r·e times its slope.
 *
 * Completes dStates. di and dr are written to the panels of dGates, from their first row on. du: where the chunk's
 * gradients of u are added, 0 where nobody needs them. Gradients on their way back are cut as in `leastGradient`.
 */
export function rglruBackwardPanel(plan: DiagonalPlan, unit: u32, u: usize, du: usize, start: u32, end: u32): void {
  const step: usize = plan.batch * ROW;
  const first: usize = start * step;
  const gate: usize = plan.hiddenPanels * plan.gatesStride;
  const i = plan.gates + unit * plan.gatesStride + first;
  const r = i + gate;
  const a = r + gate;
  const m = a + gate;
  const states = plan.states + unit * plan.statesStride + first;
  const dStates = plan.dStates + unit * plan.statesStride + first;
  const di = plan.dGates + unit * plan.dGatesStride;
  const dr = di + plan.hiddenPanels * plan.dGatesStride;
  const sAt = plan.factors + unit * ROW;
  let sum0 = v128.splat<real>(0),
    sum1 = sum0;
  for (let row: usize = 0; row < step; row += ROW) {
    let floor = firstFloor(plan, end);
    let carry0 = v128.splat<real>(0),
      carry1 = carry0;
    let at = row + (end - start) * step;
    for (let t = end; t-- > start;) {
      const dhAt = dStates + at;
      at -= step;
      const iAt = i + at,
        rAt = r + at,
        aAt = a + at,
        mAt = m + at,
        uAt = u + at,
        hAt = states + at,
        diAt = di + at,
        drAt = dr + at;
      const d0 = v128.add<real>(v128.load(dhAt), carry0),
        d1 = v128.add<real>(v128.load(dhAt, 16), carry1);
      const i0 = v128.load(iAt),
        i1 = v128.load(iAt, 16),
        m0 = v128.load(mAt),
        m1 = v128.load(mAt, 16);
      const written0 = v128.mul<real>(v128.mul<real>(d0, i0), v128.load(uAt)),
        written1 = v128.mul<real>(v128.mul<real>(d1, i1), v128.load(uAt, 16));
      if (du != 0) {
        const duAt = du + at;
        const du0 = v128.add<real>(v128.load(duAt), cutBelow(v128.mul<real>(v128.mul<real>(d0, i0), m0), floor)),
          du1 = v128.add<real>(v128.load(duAt, 16), cutBelow(v128.mul<real>(v128.mul<real>(d1, i1), m1), floor));
        storeRow(duAt, du0, du1);
      }
      const one = v128.load_splat<real>(ONE);
      const di0 = cutBelow(v128.mul<real>(v128.mul<real>(written0, m0), v128.sub<real>(one, i0)), floor),
        di1 = cutBelow(v128.mul<real>(v128.mul<real>(written1, m1), v128.sub<real>(one, i1)), floor);
      const half = v128.load_splat<real>(SLOPE),
        most = v128.load_splat<real>(SLOPE, sizeof<real>());
      const k0 = v128.pmin<real>(v128.div<real>(half, m0), most),
        k1 = v128.pmin<real>(v128.div<real>(half, m1), most);
      const a0 = v128.load(aAt),
        a1 = v128.load(aAt, 16);
      const twice0 = v128.add<real>(a0, a0),
        twice1 = v128.add<real>(a1, a1);
      const kept0 = v128.mul<real>(d0, a0),
        kept1 = v128.mul<real>(d1, a1);
      const lost0 = v128.mul<real>(v128.mul<real>(twice0, k0), v128.mul<real>(written0, a0)),
        lost1 = v128.mul<real>(v128.mul<real>(twice1, k1), v128.mul<real>(written1, a1));
      const r0 = v128.load(rAt),
        r1 = v128.load(rAt, 16);
      const e0 = v128.mul<real>(r0, v128.sub<real>(v128.mul<real>(kept0, v128.load(hAt)), lost0)),
        e1 = v128.mul<real>(r1, v128.sub<real>(v128.mul<real>(kept1, v128.load(hAt, 16)), lost1));
      const s0 = v128.load(sAt),
        s1 = v128.load(sAt, 16);
      const dr0 = cutBelow(v128.mul<real>(v128.mul<real>(e0, s0), v128.sub<real>(r0, one)), floor),
        dr1 = cutBelow(v128.mul<real>(v128.mul<real>(e1, s1), v128.sub<real>(r1, one)), floor);
      ((sum0 = v128.add<real>(sum0, e0)), (sum1 = v128.add<real>(sum1, e1)));
      if (plan.cutsBefore(t)) {
        carry0 = carry1 = v128.splat<real>(0);
      } else {
        carry0 = cutBelow(kept0, floor);
        carry1 = cutBelow(kept1, floor);
      }
      storeRow(dhAt, d0, d1);
      storeRow(diAt, di0, di1);
      storeRow(drAt, dr0, dr1);
      floor = v128.load_splat<real>(FLOOR);
    }
    addRow(dStates + row, carry0, carry1);
  }
  const slope = sAt + unitBytes(plan);
  addRow(plan.dUnits + unit * ROW, v128.mul<real>(v128.load(slope), sum0), v128.mul<real>(v128.load(slope, 16), sum1));
}
