/**
 * Rows of the two directions of a bidirectional layer, [steps·batch, C·panels] with row t·batch + b. In the order of
 * one direction, step t of a sequence of n steps is step n - 1 - t in that of the other; what follows it keeps its
 * place.
 */
import { ROW, storeRow } from "./simd";

/** The row that belongs to step t, in the other order; with `ends` the last of the sequence, for every step. */
// @ts-ignore: decorator
@inline
function partnerOf(t: u32, b: u32, batch: u32, lengths: usize, ends: bool): usize {
  const length = load<u32>(lengths + 4 * b);
  const step = ends ? length - 1 : t < length ? length - 1 - t : t;
  return (step * batch + b) * ROW;
}

/** target, by its rows, becomes the partners of these in source. lengths: u32 of each sequence. */
export function gatherPartners(
  source: usize,
  sourceStride: usize,
  target: usize,
  targetStride: usize,
  panels: u32,
  batch: u32,
  steps: u32,
  lengths: usize,
  ends: bool,
): void {
  for (; panels != 0; panels--, source += sourceStride, target += targetStride) {
    let to = target;
    for (let t: u32 = 0; t < steps; t++)
      for (let b: u32 = 0; b < batch; b++, to += ROW) {
        const from = source + partnerOf(t, b, batch, lengths, ends);
        const low = v128.load(from),
          high = v128.load(from, 16);
        storeRow(to, low, high);
      }
  }
}

/** The transpose of it: each row of source is added to its partner in target. */
export function addToPartners(
  source: usize,
  sourceStride: usize,
  target: usize,
  targetStride: usize,
  panels: u32,
  batch: u32,
  steps: u32,
  lengths: usize,
  ends: bool,
): void {
  for (; panels != 0; panels--, source += sourceStride, target += targetStride) {
    let from = source;
    for (let t: u32 = 0; t < steps; t++)
      for (let b: u32 = 0; b < batch; b++, from += ROW) {
        const to = target + partnerOf(t, b, batch, lengths, ends);
        const low = v128.add<real>(v128.load(to), v128.load(from)),
          high = v128.add<real>(v128.load(to, 16), v128.load(from, 16));
        storeRow(to, low, high);
      }
  }
}
