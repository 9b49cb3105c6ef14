/**
 * The elementwise parts of minGRU and minLSTM for one panel of units and a chunk of time steps. With n = g(u), which is
 * u in the variant "plain" and in "log-space" u + 1/2 for u >= 0, sigmoid(u) for u < 0:
 *   minGRU    h_t = (1-z)·h_{t-1} + z·n,    z logistic of its pre-activation
 *   minLSTM   h_t = f·h_{t-1} + i·n,        f = s(p) / (s(p)+s(a)),  i = s(a) / (s(p)+s(a)),  s logistic
 *
 * A panel of a chunk is [steps·batch][C]; `states` and `dStates` have one step more in front, that before the chunk.
 * The loops over time are inside those over the batch: a state stays in registers, and the sequences, which do not
 * depend on each other, overlap.
 */
import { sigmoidPanel } from "./activations";
import { decayPanel } from "./exponentials";
import { LayerPlan } from "./layerPlan";
import { addColumnSums } from "./rowProducts";
import { cutBelow, FLOOR, multiplyAdd, ONE, ROW, storeRow } from "./simd";

// @ts-ignore: decorator
@inline export const LOG_SPACE: u32 = 1;
// @ts-ignore: decorator
@inline const HALF: usize = memory.data<real>([0.5]);

/** values = g(values), [rows][C]. scratch: [rows][C], overwritten. sigmoid(0) is 1/2 to the last bit. */
export function candidatePanel(variant: u32, values: usize, scratch: usize, rows: u32): void {
  if (variant != LOG_SPACE) return;
  const size: usize = rows * ROW;
  for (let at: usize = 0; at < size; at += ROW) {
    const valueAt = values + at;
    const zero = v128.splat<real>(0);
    const low = v128.load(valueAt),
      high = v128.load(valueAt, 16);
    storeRow(scratch + at, v128.pmax<real>(low, zero), v128.pmax<real>(high, zero));
    storeRow(valueAt, v128.pmin<real>(low, zero), v128.pmin<real>(high, zero));
  }
  sigmoidPanel(values, rows);
  for (let at: usize = 0; at < size; at += ROW) {
    const valueAt = values + at,
      scratchAt = scratch + at;
    const low = v128.add<real>(v128.load(valueAt), v128.load(scratchAt)),
      high = v128.add<real>(v128.load(valueAt, 16), v128.load(scratchAt, 16));
    storeRow(valueAt, low, high);
  }
}

/** g'(u) from n = g(u). */
// @ts-ignore: decorator
@inline
function candidateSlope(variant: u32, n: v128): v128 {
  const one = v128.load_splat<real>(ONE);
  if (variant != LOG_SPACE) return one;
  return v128.bitselect(one, v128.mul<real>(n, v128.sub<real>(one, n)), v128.ge<real>(n, v128.load_splat<real>(HALF)));
}

/** z, n: gates in. h_1 ... of the chunk are written to `states`. */
export function mingruStates(z: usize, n: usize, states: usize, batch: u32, steps: u32): void {
  const step: usize = batch * ROW;
  for (let first: usize = 0; first < step; first += ROW) {
    let at = first;
    let h0 = v128.load(states + at),
      h1 = v128.load(states + at, 16);
    for (let left = steps; left != 0; left--) {
      const zAt = z + at,
        nAt = n + at;
      const one = v128.load_splat<real>(ONE);
      const z0 = v128.load(zAt),
        z1 = v128.load(zAt, 16);
      const written0 = v128.mul<real>(z0, v128.load(nAt)),
        written1 = v128.mul<real>(z1, v128.load(nAt, 16));
      h0 = multiplyAdd(v128.sub<real>(one, z0), h0, written0);
      h1 = multiplyAdd(v128.sub<real>(one, z1), h1, written1);
      at += step;
      storeRow(states + at, h0, h1);
    }
  }
}

/** i, f, n: gates in. h_1 ... of the chunk are written to `states`. */
export function minlstmStates(i: usize, f: usize, n: usize, states: usize, batch: u32, steps: u32): void {
  const step: usize = batch * ROW;
  for (let first: usize = 0; first < step; first += ROW) {
    let at = first;
    let h0 = v128.load(states + at),
      h1 = v128.load(states + at, 16);
    for (let left = steps; left != 0; left--) {
      const iAt = i + at,
        fAt = f + at,
        nAt = n + at;
      const written0 = v128.mul<real>(v128.load(iAt), v128.load(nAt)),
        written1 = v128.mul<real>(v128.load(iAt, 16), v128.load(nAt, 16));
      h0 = multiplyAdd(v128.load(fAt), h0, written0);
      h1 = multiplyAdd(v128.load(fAt, 16), h1, written1);
      at += step;
      storeRow(states + at, h0, h1);
    }
  }
}

/**
 * i, f: pre-activations a, p in, gates out. iSlope, fSlope: 1-s(a) and 1-s(p) out. All [rows][C].
 *
 * With A = e^-|a| and P = e^-|p|, s(a)(1+A)(1+P) is (1 or A)(1+P), 1 for a >= 0; s(p) alike. So no sum overflows, and
 * the gates are right where both s are tiny.
 */
export function minlstmGates(i: usize, f: usize, iSlope: usize, fSlope: usize, rows: u32): void {
  decayPanel(i, iSlope, rows);
  decayPanel(f, fSlope, rows);
  const size: usize = rows * ROW;
  // One vector at a time: two need more registers than there are.
  for (let at: usize = 0; at < size; at += 16) {
    const one = v128.load_splat<real>(ONE);
    const iAt = i + at,
      fAt = f + at,
      iSlopeAt = iSlope + at,
      fSlopeAt = fSlope + at;
    const zero = v128.splat<real>(0);
    const a = v128.load(iSlopeAt),
      p = v128.load(fSlopeAt);
    const isWriting = v128.ge<real>(v128.load(iAt), zero),
      isKeeping = v128.ge<real>(v128.load(fAt), zero);
    const aSum = v128.add<real>(one, a),
      pSum = v128.add<real>(one, p);
    const writes = v128.mul<real>(v128.bitselect(one, a, isWriting), pSum),
      keeps = v128.mul<real>(v128.bitselect(one, p, isKeeping), aSum);
    const whole = v128.add<real>(writes, keeps);
    v128.store(iAt, v128.div<real>(writes, whole));
    v128.store(fAt, v128.div<real>(keeps, whole));
    v128.store(iSlopeAt, v128.div<real>(v128.bitselect(a, one, isWriting), aSum));
    v128.store(fSlopeAt, v128.div<real>(v128.bitselect(p, one, isKeeping), pSum));
  }
}

/**
 * The way back through steps start ... end - 1:
 *   dz = dh·z·(1-z)·(n-h_{t-1}),  dn = dh·z·g',  dh_{t-1} += dh·(1-z).
 *
 * z, n: [steps·batch][C], gates. states, dStates: with the step before the chunk in front; dStates is completed. dz:
 * where [steps·batch][C] of dz is written, dn `dGate` bytes from there. Their column sums are added to zBias and nBias,
 * [C] each. Gradients on their way back are cut as in `leastGradient`.
 */
export function mingruBackwardPanel(
  plan: LayerPlan,
  z: usize,
  n: usize,
  states: usize,
  dStates: usize,
  dz: usize,
  dGate: usize,
  zBias: usize,
  nBias: usize,
  start: u32,
  end: u32,
): void {
  const step: usize = plan.batch * ROW;
  const variant = plan.activation;
  const dn = dz + dGate;
  let zSum0 = v128.load(zBias),
    zSum1 = v128.load(zBias, 16),
    nSum0 = v128.load(nBias),
    nSum1 = v128.load(nBias, 16);
  for (let first: usize = 0; first < step; first += ROW) {
    let floor = firstFloor(plan, end);
    let carry0 = v128.splat<real>(0),
      carry1 = carry0;
    let at = first + (end - start) * step;
    for (let t = end; t-- > start;) {
      const dhAt = dStates + at;
      const d0 = v128.add<real>(v128.load(dhAt), carry0),
        d1 = v128.add<real>(v128.load(dhAt, 16), carry1);
      at -= step;
      const one = v128.load_splat<real>(ONE);
      const zAt = z + at,
        nAt = n + at,
        hAt = states + at;
      const z0 = v128.load(zAt),
        z1 = v128.load(zAt, 16);
      const n0 = v128.load(nAt),
        n1 = v128.load(nAt, 16);
      const kept0 = v128.mul<real>(d0, v128.sub<real>(one, z0)),
        kept1 = v128.mul<real>(d1, v128.sub<real>(one, z1));
      const change0 = v128.sub<real>(n0, v128.load(hAt)),
        change1 = v128.sub<real>(n1, v128.load(hAt, 16));
      const dz0 = cutBelow(v128.mul<real>(v128.mul<real>(kept0, z0), change0), floor),
        dz1 = cutBelow(v128.mul<real>(v128.mul<real>(kept1, z1), change1), floor);
      const dn0 = cutBelow(v128.mul<real>(v128.mul<real>(d0, z0), candidateSlope(variant, n0)), floor),
        dn1 = cutBelow(v128.mul<real>(v128.mul<real>(d1, z1), candidateSlope(variant, n1)), floor);
      if (plan.cutsBefore(t)) {
        carry0 = carry1 = v128.splat<real>(0);
      } else {
        carry0 = cutBelow(kept0, floor);
        carry1 = cutBelow(kept1, floor);
      }
      ((zSum0 = v128.add<real>(zSum0, dz0)), (zSum1 = v128.add<real>(zSum1, dz1)));
      ((nSum0 = v128.add<real>(nSum0, dn0)), (nSum1 = v128.add<real>(nSum1, dn1)));
      storeRow(dhAt, d0, d1);
      storeRow(dz + at, dz0, dz1);
      storeRow(dn + at, dn0, dn1);
      floor = v128.load_splat<real>(FLOOR);
    }
    addRow(dStates + first, carry0, carry1);
  }
  storeRow(zBias, zSum0, zSum1);
  storeRow(nBias, nSum0, nSum1);
}

/**
 * The way back through steps start ... end - 1, with e = dh·(h_{t-1}-n)·f·i:
 *   da = -e·(1-s(a)),  dp = e·(1-s(p)),  dn = dh·i·g',  dh_{t-1} += dh·f.
 *
 * gates: where i lies; f, n, 1-s(a) and 1-s(p) at multiples of `gate` bytes from there. da: where it is written, dp and
 * dn at multiples of dGate. bias: where the column sums of da are added, [C], those of dp and dn at multiples of
 * biasGate. The rest is that of {@link mingruBackwardPanel}.
 */
export function minlstmBackwardPanel(
  plan: LayerPlan,
  gates: usize,
  gate: usize,
  states: usize,
  dStates: usize,
  da: usize,
  dGate: usize,
  bias: usize,
  biasGate: usize,
  start: u32,
  end: u32,
): void {
  const step: usize = plan.batch * ROW;
  const variant = plan.activation;
  const dp = da + dGate;
  const dn = dp + dGate;
  for (let first: usize = 0; first < step; first += ROW) {
    let floor = firstFloor(plan, end);
    let carry0 = v128.splat<real>(0),
      carry1 = carry0;
    let at = first + (end - start) * step;
    for (let t = end; t-- > start;) {
      const dhAt = dStates + at;
      const d0 = v128.add<real>(v128.load(dhAt), carry0),
        d1 = v128.add<real>(v128.load(dhAt, 16), carry1);
      at -= step;
      const iAt = gates + at;
      const fAt = iAt + gate;
      const nAt = fAt + gate;
      const iSlopeAt = nAt + gate;
      const fSlopeAt = iSlopeAt + gate;
      const hAt = states + at;
      const n0 = v128.load(nAt),
        n1 = v128.load(nAt, 16);
      const kept0 = v128.mul<real>(d0, v128.load(fAt)),
        kept1 = v128.mul<real>(d1, v128.load(fAt, 16));
      const i0 = v128.load(iAt),
        i1 = v128.load(iAt, 16);
      const e0 = v128.mul<real>(v128.mul<real>(kept0, i0), v128.sub<real>(v128.load(hAt), n0)),
        e1 = v128.mul<real>(v128.mul<real>(kept1, i1), v128.sub<real>(v128.load(hAt, 16), n1));
      const da0 = cutBelow(v128.neg<real>(v128.mul<real>(e0, v128.load(iSlopeAt))), floor),
        da1 = cutBelow(v128.neg<real>(v128.mul<real>(e1, v128.load(iSlopeAt, 16))), floor);
      const dp0 = cutBelow(v128.mul<real>(e0, v128.load(fSlopeAt)), floor),
        dp1 = cutBelow(v128.mul<real>(e1, v128.load(fSlopeAt, 16)), floor);
      const dn0 = cutBelow(v128.mul<real>(v128.mul<real>(d0, i0), candidateSlope(variant, n0)), floor),
        dn1 = cutBelow(v128.mul<real>(v128.mul<real>(d1, i1), candidateSlope(variant, n1)), floor);
      if (plan.cutsBefore(t)) {
        carry0 = carry1 = v128.splat<real>(0);
      } else {
        carry0 = cutBelow(kept0, floor);
        carry1 = cutBelow(kept1, floor);
      }
      storeRow(dhAt, d0, d1);
      storeRow(da + at, da0, da1);
      storeRow(dp + at, dp0, dp1);
      storeRow(dn + at, dn0, dn1);
      floor = v128.load_splat<real>(FLOOR);
    }
    addRow(dStates + first, carry0, carry1);
  }
  const rows = (end - start) * plan.batch;
  addColumnSums(da, rows, bias);
  addColumnSums(dp, rows, bias + biasGate);
  addColumnSums(dn, rows, bias + 2 * biasGate);
}

/** The size below which gradients of the last step of a chunk are cut: none where they come from the loss alone. */
// @ts-ignore: decorator
@inline
export function firstFloor(plan: LayerPlan, end: u32): v128 {
  return end == plan.timeSteps ? v128.splat<real>(0) : v128.load_splat<real>(FLOOR);
}

// @ts-ignore: decorator
@inline
export function addRow(target: usize, low: v128, high: v128): void {
  const sum0 = v128.add<real>(v128.load(target), low),
    sum1 = v128.add<real>(v128.load(target, 16), high);
  storeRow(target, sum0, sum1);
}
