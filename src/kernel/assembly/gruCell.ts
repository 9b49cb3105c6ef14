/**
 * The GRU's elementwise part for one time step and eight units, with PyTorch's hidden bias inside the reset product:
 *   n = tanh(nx + r·nh),   h_t = (1-z)·n + z·h_{t-1};   r, z logistic of their pre-activations.
 */
import { sigmoidPanel, tanhPanel } from "./activations";
import { cutBelow, multiplyAdd, ONE, ROW, storeRow } from "./simd";

/**
 * r, z: [rows][C], pre-activations in, gates out. n: x's part of the pre-activation in, gate out. nh: h's part, with
 * its bias, read. hPrevious, h: [rows][C]; h is written.
 */
export function gruCell(r: usize, z: usize, n: usize, nh: usize, hPrevious: usize, h: usize, rows: u32): void {
  sigmoidPanel(r, rows);
  sigmoidPanel(z, rows);
  const size: usize = rows * ROW;
  for (let at: usize = 0; at < size; at += ROW) {
    const rRow = r + at,
      nhRow = nh + at,
      nRow = n + at;
    const low = multiplyAdd(v128.load(rRow), v128.load(nhRow), v128.load(nRow)),
      high = multiplyAdd(v128.load(rRow, 16), v128.load(nhRow, 16), v128.load(nRow, 16));
    storeRow(nRow, low, high);
  }
  tanhPanel(n, n, rows);
  for (let at: usize = 0; at < size; at += ROW) {
    const zRow = z + at,
      nRow = n + at,
      previousRow = hPrevious + at;
    const n0 = v128.load(nRow),
      n1 = v128.load(nRow, 16);
    const low = multiplyAdd(v128.load(zRow), v128.sub<real>(v128.load(previousRow), n0), n0),
      high = multiplyAdd(v128.load(zRow, 16), v128.sub<real>(v128.load(previousRow, 16), n1), n1);
    storeRow(h + at, low, high);
  }
}

/**
 * The transpose of it:
 *   dn = dh·(1-z)·(1-n²),  dz = dh·(h_{t-1}-n)·z(1-z),  dr = dn·nh·r(1-r),  dnh = dn·r,  dh_{t-1} += dh·z.
 *
 * r, z, n, nh, hPrevious, dh: [rows][C], read. dhPrevious: [rows][C], accumulated. d: where [rows][C] of dn is written,
 * dr, dz, dnh at multiples of dGate bytes from there. The column sums of dr, dz, dn are added to inputBias ([C] each,
 * biasGate bytes apart), those of dnh to hiddenBias ([C]). Gradients below `least` are zero.
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
  least: real,
): void {
  const floor = v128.splat<real>(least);
  const dr = d + dGate,
    dz = dr + dGate,
    dnh = dz + dGate;
  const zSum = inputBias + biasGate,
    nSum = zSum + biasGate;
  let rBias0 = v128.load(inputBias),
    rBias1 = v128.load(inputBias, 16),
    zBias0 = v128.load(zSum),
    zBias1 = v128.load(zSum, 16),
    nBias0 = v128.load(nSum),
    nBias1 = v128.load(nSum, 16),
    nhBias0 = v128.load(hiddenBias),
    nhBias1 = v128.load(hiddenBias, 16);
  let at: usize = 0;
  for (let row = rows; row != 0; row--, at += ROW) {
    const one = v128.load_splat<real>(ONE);
    const dhAt = dh + at,
      zAt = z + at,
      nAt = n + at,
      previousAt = hPrevious + at,
      rAt = r + at,
      nhAt = nh + at,
      targetAt = dhPrevious + at;
    const dh0 = v128.load(dhAt),
      dh1 = v128.load(dhAt, 16);
    const z0 = v128.load(zAt),
      z1 = v128.load(zAt, 16);
    const n0 = v128.load(nAt),
      n1 = v128.load(nAt, 16);
    const dhZ0 = v128.mul<real>(dh0, z0),
      dhZ1 = v128.mul<real>(dh1, z1);
    const dn0 = cutBelow(v128.mul<real>(v128.sub<real>(dh0, dhZ0), v128.sub<real>(one, v128.mul<real>(n0, n0))), floor),
      dn1 = cutBelow(v128.mul<real>(v128.sub<real>(dh1, dhZ1), v128.sub<real>(one, v128.mul<real>(n1, n1))), floor);
    const change0 = v128.sub<real>(v128.load(previousAt), n0),
      change1 = v128.sub<real>(v128.load(previousAt, 16), n1);
    const dz0 = cutBelow(v128.mul<real>(v128.mul<real>(dhZ0, v128.sub<real>(one, z0)), change0), floor),
      dz1 = cutBelow(v128.mul<real>(v128.mul<real>(dhZ1, v128.sub<real>(one, z1)), change1), floor);
    const r0 = v128.load(rAt),
      r1 = v128.load(rAt, 16);
    const dnh0 = cutBelow(v128.mul<real>(dn0, r0), floor),
      dnh1 = cutBelow(v128.mul<real>(dn1, r1), floor);
    const dr0 = cutBelow(v128.mul<real>(v128.mul<real>(dnh0, v128.sub<real>(one, r0)), v128.load(nhAt)), floor),
      dr1 = cutBelow(v128.mul<real>(v128.mul<real>(dnh1, v128.sub<real>(one, r1)), v128.load(nhAt, 16)), floor);
    const target0 = v128.add<real>(v128.load(targetAt), cutBelow(dhZ0, floor)),
      target1 = v128.add<real>(v128.load(targetAt, 16), cutBelow(dhZ1, floor));
    ((rBias0 = v128.add<real>(rBias0, dr0)), (rBias1 = v128.add<real>(rBias1, dr1)));
    ((zBias0 = v128.add<real>(zBias0, dz0)), (zBias1 = v128.add<real>(zBias1, dz1)));
    ((nBias0 = v128.add<real>(nBias0, dn0)), (nBias1 = v128.add<real>(nBias1, dn1)));
    ((nhBias0 = v128.add<real>(nhBias0, dnh0)), (nhBias1 = v128.add<real>(nhBias1, dnh1)));
    storeRow(targetAt, target0, target1);
    storeRow(d + at, dn0, dn1);
    storeRow(dr + at, dr0, dr1);
    storeRow(dz + at, dz0, dz1);
    storeRow(dnh + at, dnh0, dnh1);
  }
  storeRow(inputBias, rBias0, rBias1);
  storeRow(zSum, zBias0, zBias1);
  storeRow(nSum, nBias0, nBias1);
  storeRow(hiddenBias, nhBias0, nhBias1);
}
