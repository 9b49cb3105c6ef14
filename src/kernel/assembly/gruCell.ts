/**
 * The GRU's elementwise part for one time step and eight units, with PyTorch's hidden bias inside the reset product:
 *   n = tanh(nx + r·nh),   h_t = (1-z)·n + z·h_{t-1};   r, z logistic of their pre-activations.
 */
import { sigmoidPanel, tanhPanel } from "./activations";
import { multiplyAdd, ROW } from "./simd";

/**
 * r, z: [rows][8], pre-activations in, gates out. n: x's part of the pre-activation in, gate out. nh: h's part, with
 * its bias, read. hPrevious, h: [rows][8]; h is written.
 */
export function gruCell(r: usize, z: usize, n: usize, nh: usize, hPrevious: usize, h: usize, rows: u32): void {
  sigmoidPanel(r, rows);
  sigmoidPanel(z, rows);
  const size: usize = rows * ROW;
  for (let at: usize = 0; at < size; at += 16)
    v128.store(n + at, multiplyAdd(v128.load(r + at), v128.load(nh + at), v128.load(n + at)));
  tanhPanel(n, n, rows);
  for (let at: usize = 0; at < size; at += 16) {
    const nGate = v128.load(n + at);
    v128.store(h + at, multiplyAdd(v128.load(z + at), f32x4.sub(v128.load(hPrevious + at), nGate), nGate));
  }
}

/**
 * The transpose of it:
 *   dn = dh·(1-z)·(1-n²),  dz = dh·(h_{t-1}-n)·z(1-z),  dr = dn·nh·r(1-r),  dnh = dn·r,  dh_{t-1} += dh·z.
 *
 * r, z, n, nh, hPrevious, dh: [rows][8], read. dhPrevious: [rows][8], accumulated. d: where [rows][8] of dn is written,
 * dr, dz, dnh at multiples of dGate bytes from there. The column sums of dr, dz, dn are added to inputBias ([8] each,
 * biasGate bytes apart), those of dnh to hiddenBias ([8]).
 */
export function gruCellBackward(
  r: usize,
  z: usize,
  n: usize,
  nh: usize,
  hPrevious: usize,
  dh: usize,
  dhPrevious: usize,
  d: usize,
  dGate: usize,
  inputBias: usize,
  biasGate: usize,
  hiddenBias: usize,
  rows: u32,
): void {
  const one = f32x4.splat(1);
  const dr = d + dGate,
    dz = dr + dGate,
    dnh = dz + dGate;
  const zSum = inputBias + biasGate,
    nSum = zSum + biasGate;
  for (let lane: usize = 0; lane < ROW; lane += 16) {
    let rBias = v128.load(inputBias + lane),
      zBias = v128.load(zSum + lane),
      nBias = v128.load(nSum + lane),
      nhBias = v128.load(hiddenBias + lane);
    let at = lane;
    for (let row = rows; row != 0; row--) {
      const dhRow = v128.load(dh + at);
      const zGate = v128.load(z + at);
      const nGate = v128.load(n + at);
      const dhZ = f32x4.mul(dhRow, zGate);
      const dnRow = f32x4.mul(f32x4.sub(dhRow, dhZ), f32x4.sub(one, f32x4.mul(nGate, nGate)));
      const dzRow = f32x4.mul(f32x4.mul(dhZ, f32x4.sub(one, zGate)), f32x4.sub(v128.load(hPrevious + at), nGate));
      const rGate = v128.load(r + at);
      const dnhRow = f32x4.mul(dnRow, rGate);
      const drRow = f32x4.mul(f32x4.mul(dnhRow, f32x4.sub(one, rGate)), v128.load(nh + at));
      v128.store(dhPrevious + at, f32x4.add(v128.load(dhPrevious + at), dhZ));
      v128.store(d + at, dnRow);
      v128.store(dr + at, drRow);
      v128.store(dz + at, dzRow);
      v128.store(dnh + at, dnhRow);
      rBias = f32x4.add(rBias, drRow);
      zBias = f32x4.add(zBias, dzRow);
      nBias = f32x4.add(nBias, dnRow);
      nhBias = f32x4.add(nhBias, dnhRow);
      at += ROW;
    }
    (v128.store(inputBias + lane, rBias),
      v128.store(zSum + lane, zBias),
      v128.store(nSum + lane, nBias),
      v128.store(hiddenBias + lane, nhBias));
  }
}
