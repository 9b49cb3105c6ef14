/** What layer normalization does with the rows of one panel, [rows][C] each. */
import { cutBelow, multiplyAdd, ROW, storeRow } from "./simd";

/** values -= b. */
export function subtractRows(values: usize, b: usize, rows: u32): void {
  for (; rows != 0; rows--, values += ROW, b += ROW) {
    const low = v128.sub<real>(v128.load(values), v128.load(b)),
      high = v128.sub<real>(v128.load(values, 16), v128.load(b, 16));
    storeRow(values, low, high);
  }
}

/** sums += a·b; a may be b. */
export function addProductRows(sums: usize, a: usize, b: usize, rows: u32): void {
  for (; rows != 0; rows--, sums += ROW, a += ROW, b += ROW) {
    const low = multiplyAdd(v128.load(a), v128.load(b), v128.load(sums)),
      high = multiplyAdd(v128.load(a, 16), v128.load(b, 16), v128.load(sums, 16));
    storeRow(sums, low, high);
  }
}

/** means += gain·dy and along += gain·dy·normalized, with gain [C]. */
export function addWeightedRows(
  means: usize,
  along: usize,
  gain: usize,
  dy: usize,
  normalized: usize,
  rows: u32,
): void {
  const g0 = v128.load(gain),
    g1 = v128.load(gain, 16);
  const size: usize = rows * ROW;
  for (let at: usize = 0; at < size; at += ROW) {
    const dyAt = dy + at,
      normalizedAt = normalized + at,
      meansAt = means + at,
      alongAt = along + at;
    const d0 = v128.mul<real>(g0, v128.load(dyAt)),
      d1 = v128.mul<real>(g1, v128.load(dyAt, 16));
    const mean0 = v128.add<real>(v128.load(meansAt), d0),
      mean1 = v128.add<real>(v128.load(meansAt, 16), d1);
    const along0 = multiplyAdd(d0, v128.load(normalizedAt), v128.load(alongAt)),
      along1 = multiplyAdd(d1, v128.load(normalizedAt, 16), v128.load(alongAt, 16));
    storeRow(meansAt, mean0, mean1);
    storeRow(alongAt, along0, along1);
  }
}

/**
 * target += scale·(gain·dy - mean - normalized·along); where the target is dy, it becomes that. Below `least` it adds
 * nothing.
 */
export function addThroughNorm(
  target: usize,
  gain: usize,
  dy: usize,
  normalized: usize,
  means: usize,
  along: usize,
  scales: usize,
  rows: u32,
  least: real,
): void {
  const floor = v128.splat<real>(least);
  const added = v128.splat<u32>(target == dy ? 0 : 0xffffffff);
  const g0 = v128.load(gain),
    g1 = v128.load(gain, 16);
  const size: usize = rows * ROW;
  for (let at: usize = 0; at < size; at += ROW) {
    const targetAt = target + at,
      dyAt = dy + at,
      normalizedAt = normalized + at,
      meansAt = means + at,
      alongAt = along + at,
      scalesAt = scales + at;
    const d0 = v128.sub<real>(v128.mul<real>(g0, v128.load(dyAt)), v128.load(meansAt)),
      d1 = v128.sub<real>(v128.mul<real>(g1, v128.load(dyAt, 16)), v128.load(meansAt, 16));
    const n0 = v128.mul<real>(v128.load(normalizedAt), v128.load(alongAt)),
      n1 = v128.mul<real>(v128.load(normalizedAt, 16), v128.load(alongAt, 16));
    const dx0 = cutBelow(v128.mul<real>(v128.load(scalesAt), v128.sub<real>(d0, n0)), floor),
      dx1 = cutBelow(v128.mul<real>(v128.load(scalesAt, 16), v128.sub<real>(d1, n1)), floor);
    const low = v128.add<real>(v128.and(v128.load(targetAt), added), dx0),
      high = v128.add<real>(v128.and(v128.load(targetAt, 16), added), dx1);
    storeRow(targetAt, low, high);
  }
}
