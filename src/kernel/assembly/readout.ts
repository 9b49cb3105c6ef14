/** The linear read-out out = h·Wᵀ + b over many rows, and its transpose. */
import { panelProduct } from "./panelProduct";
import { ROW, storeRow } from "./simd";
import { weightGradient } from "./weightGradient";

/** Rows taken at a time, so that they stay in the second-level cache while all panels of the outputs pass. */
// @ts-ignore: decorator
@inline const BLOCK: u32 = 128;

/**
 * h: [rows, 8·hPanels]. w: [outPanels][8·hPanels][8]. bias: [8·outPanels]. out: [rows, 8·outPanels], written; overlaps
 * nothing.
 */
export function readoutForward(
  h: usize,
  hStride: usize,
  hPanels: u32,
  w: usize,
  bias: usize,
  out: usize,
  outStride: usize,
  outPanels: u32,
  rows: u32,
): void {
  for (let row: u32 = 0; row < rows; row += BLOCK) {
    const first: usize = row * ROW;
    for (let panel: u32 = 0; panel < outPanels; panel++) {
      panelProduct(
        0,
        0,
        0,
        h + first,
        hStride,
        hPanels * 2,
        w + panel * hPanels * 8 * ROW,
        bias + panel * ROW,
        0,
        out + panel * outStride + first,
        min(BLOCK, rows - row),
      );
    }
  }
}

/**
 * h, dOut: as h and out of the forward pass. wTransposed: [hPanels][8·outPanels][8]. dh: as h, dw: as w, dBias: as
 * bias, all accumulated.
 */
export function readoutBackward(
  h: usize,
  hStride: usize,
  hPanels: u32,
  dOut: usize,
  outStride: usize,
  outPanels: u32,
  wTransposed: usize,
  dh: usize,
  dw: usize,
  dBias: usize,
  rows: u32,
): void {
  for (let row: u32 = 0; row < rows; row += BLOCK) {
    const first: usize = row * ROW;
    const count = min(BLOCK, rows - row);
    for (let panel: u32 = 0; panel < hPanels; panel++) {
      const target = dh + panel * hStride + first;
      panelProduct(
        0,
        0,
        0,
        dOut + first,
        outStride,
        outPanels * 2,
        wTransposed + panel * outPanels * 8 * ROW,
        target,
        ROW,
        target,
        count,
      );
    }
    for (let panel: u32 = 0; panel < outPanels; panel++) {
      const g = dOut + panel * outStride + first;
      weightGradient(h + first, hStride, hPanels * 2, g, dw + panel * hPanels * 8 * ROW, count);
      columnSums(g, dBias + panel * ROW, count);
    }
  }
}

/** sums += Σ over the rows of g, [rows][8]. */
function columnSums(g: usize, sums: usize, rows: u32): void {
  let low = v128.load(sums),
    high = v128.load(sums, 16);
  for (; rows != 0; rows--, g += ROW) {
    low = f32x4.add(low, v128.load(g));
    high = f32x4.add(high, v128.load(g, 16));
  }
  storeRow(sums, low, high);
}
