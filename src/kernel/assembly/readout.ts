/** The linear read-out out = h·Wᵀ + b over many rows, and its transpose. */
import { panelProduct } from "./panelProduct";
import { addColumnSums } from "./rowProducts";
import { COLUMNS, QUADS, ROW } from "./simd";
import { weightGradient } from "./weightGradient";

/** Rows taken at a time, so that they stay in the second-level cache while all panels of the outputs pass. */
// @ts-ignore: decorator
@inline const BLOCK: u32 = 128;

/**
 * h: [rows, C·hPanels]. w: [outPanels][C·hPanels][C]. bias: [C·outPanels]. out: [rows, C·outPanels], written; overlaps
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
        hPanels,
        w + panel * hPanels * COLUMNS * ROW,
        bias + panel * ROW,
        0,
        out + panel * outStride + first,
        min(BLOCK, rows - row),
      );
    }
  }
}

/**
 * h, dOut: as h and out of the forward pass. wTransposed: [hPanels][C·outPanels][C]. dh: as h, dw: as w, dBias: as
 * bias, all accumulated. dw 0: only dh is wanted.
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
        outPanels,
        wTransposed + panel * outPanels * COLUMNS * ROW,
        target,
        ROW,
        target,
        count,
      );
    }
    for (let panel: u32 = 0; panel < outPanels && dw != 0; panel++) {
      const g = dOut + panel * outStride + first;
      weightGradient(h + first, hStride, hPanels * QUADS, g, dw + panel * hPanels * COLUMNS * ROW, count);
      addColumnSums(g, count, dBias + panel * ROW);
    }
  }
}
