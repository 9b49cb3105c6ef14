/**
 * Products of many rows at once, those of all time steps of a chunk, and the gradients of their weights: what layers
 * have whose gates see the input alone.
 */
import { LayerPlan } from "./layerPlan";
import { clearPadding } from "./padding";
import { panelPairProduct, panelProduct } from "./panelProduct";
import { ROW, storeRow } from "./simd";
import { weightGradient, weightGradientPair } from "./weightGradient";

/** Rows that a tile of products has at least, whatever the build. */
// @ts-ignore: decorator
@inline const TILE: u32 = 4;

/** Steps of the chunk that begins at `start`. What would be less than a tile after it belongs to it. */
export function stepsFrom(plan: LayerPlan, start: u32): u32 {
  const left = plan.timeSteps - start;
  return left <= plan.chunkSteps || (left - plan.chunkSteps) * plan.batch < TILE ? left : plan.chunkSteps;
}

/**
 * c = bias + x·W for `panels` panels of c, whose weights follow each other, as do their biases every `biasStep` bytes.
 *
 * The rows left over by whole tiles are computed in a tile with some before them, so that every row is added up in the
 * same order, however a sequence is cut into pieces. Fewer rows than a tile are those of all steps, and c has room for
 * a tile.
 */
export function tiledProducts(
  x: usize,
  xStride: usize,
  xQuads: u32,
  w: usize,
  bias: usize,
  biasStep: usize,
  c: usize,
  cStride: usize,
  panels: u32,
  rows: u32,
): void {
  const panelBytes: usize = xQuads * 4 * ROW;
  for (; panels > 1; panels -= 2) {
    const wSecond = w + panelBytes,
      cSecond = c + cStride;
    tiledPairProduct(x, xStride, xQuads, w, wSecond, bias, bias + biasStep, c, cSecond, rows);
    ((w = wSecond + panelBytes), (bias += 2 * biasStep), (c = cSecond + cStride));
  }
  if (panels == 0) return;
  const whole = wholeTiles(rows);
  panelProduct(x, xStride, xQuads, 0, 0, 0, w, bias, 0, c, whole);
  if (rows <= whole) return;
  const last: usize = (rows - TILE) * ROW;
  panelProduct(x + last, xStride, xQuads, 0, 0, 0, w, bias, 0, c + last, TILE);
}

/** {@link tiledProducts} of two panels that lie anywhere. */
export function tiledPairProduct(
  x: usize,
  xStride: usize,
  xQuads: u32,
  w: usize,
  wSecond: usize,
  bias: usize,
  biasSecond: usize,
  c: usize,
  cSecond: usize,
  rows: u32,
): void {
  const whole = wholeTiles(rows);
  panelPairProduct(x, xStride, xQuads, 0, 0, 0, w, wSecond, bias, biasSecond, 0, c, cSecond, whole);
  if (rows <= whole) return;
  const last: usize = (rows - TILE) * ROW;
  const xLast = x + last,
    cLast = c + last,
    cSecondLast = cSecond + last;
  panelPairProduct(xLast, xStride, xQuads, 0, 0, 0, w, wSecond, bias, biasSecond, 0, cLast, cSecondLast, TILE);
}

// @ts-ignore: decorator
@inline
function wholeTiles(rows: u32): u32 {
  return max(rows & ~(TILE - 1), TILE);
}

/** dW += xᵀ·G for `panels` panels of G, gStride bytes apart. */
export function addWeightGradients(
  x: usize,
  xStride: usize,
  xQuads: u32,
  g: usize,
  gStride: usize,
  dw: usize,
  panels: u32,
  rows: u32,
): void {
  const panelBytes: usize = xQuads * 4 * ROW;
  for (; panels > 1; panels -= 2) {
    const gSecond = g + gStride,
      dwSecond = dw + panelBytes;
    weightGradientPair(x, xStride, xQuads, g, gSecond, dw, dwSecond, rows);
    ((g = gSecond + gStride), (dw = dwSecond + panelBytes));
  }
  if (panels != 0) weightGradient(x, xStride, xQuads, g, dw, rows);
}

/** Clears the padding columns of a panel of hidden units, if it has any. */
export function clearUnit(plan: LayerPlan, unit: u32, values: usize, rows: u32): void {
  if (plan.isPadded(unit)) clearPadding(values, plan.lastColumns, rows);
}

/** sums += the sum of the rows, [C]. values: [rows][C]. */
export function addColumnSums(values: usize, rows: u32, sums: usize): void {
  let low = v128.load(sums),
    high = v128.load(sums, 16);
  for (; rows != 0; rows--, values += ROW) {
    low = v128.add<real>(low, v128.load(values));
    high = v128.add<real>(high, v128.load(values, 16));
  }
  storeRow(sums, low, high);
}
