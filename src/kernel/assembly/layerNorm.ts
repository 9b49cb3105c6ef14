/**
 * Layer normalization of the rows of several panels together, as src/core/cells/layerNorm.ts has it, and its way back.
 * What belongs to a row fills a row of one panel: its mean, 1 / sigma.
 */
import { addValues, multiplyRows } from "./elementwise";
import { LayerPlan } from "./layerPlan";
import { addProductRows, addThroughNorm, addWeightedRows, subtractRows } from "./layerNormRows";
import { clearUnit } from "./rowProducts";
import { COLUMNS, ROW } from "./simd";

// @ts-ignore: decorator
@inline const EPSILON: real = <real>1e-5;

/**
 * x becomes x^ in place. x: panels of `groups` groups of hidden units, in the gates, [B][C] each. scales: [B][C], out
 * come 1 / sigma of the rows.
 */
export function normalize(plan: LayerPlan, x: usize, groups: u32, scales: usize): void {
  const stride = plan.gatesStride;
  const rows = plan.batch;
  const panels = groups * plan.hiddenPanels;
  const count = groups * plan.hiddenUnits();
  const size: usize = rows * ROW;
  memory.fill(scales, 0, size);
  for (let panel: u32 = 0, at = x; panel < panels; panel++, at += stride) addValues(scales, at, scales, rows * COLUMNS);
  spreadSums(scales, count, rows, false);
  for (let panel: u32 = 0, at = x; panel < panels; panel++, at += stride) {
    subtractRows(at, scales, rows);
    clearUnit(plan, panel % plan.hiddenPanels, at, rows);
  }
  memory.fill(scales, 0, size);
  for (let panel: u32 = 0, at = x; panel < panels; panel++, at += stride) addProductRows(scales, at, at, rows);
  spreadSums(scales, count, rows, true);
  for (let panel: u32 = 0, at = x; panel < panels; panel++, at += stride) multiplyRows(at, scales, at, rows);
}

/**
 * target += dx of dy, or, where the target is dy, dx in its place. dy lies in the gate gradients, as do two panels of
 * scratch, `means`; x^ (`normalized`) and `scales` in the gates. gain: [C] of each panel, with zeros in the padding.
 */
export function normalizeBack(
  plan: LayerPlan,
  dy: usize,
  gain: usize,
  normalized: usize,
  scales: usize,
  groups: u32,
  target: usize,
  targetStride: usize,
  means: usize,
  least: real,
): void {
  const stride = plan.dGatesStride;
  const normalizedStride = plan.gatesStride;
  const rows = plan.batch;
  const panels = groups * plan.hiddenPanels;
  const count = groups * plan.hiddenUnits();
  const along = means + stride;
  memory.fill(means, 0, rows * ROW);
  memory.fill(along, 0, rows * ROW);
  for (let panel: u32 = 0; panel < panels; panel++)
    addWeightedRows(means, along, gain + panel * ROW, dy + panel * stride, normalized + panel * normalizedStride, rows);
  spreadSums(means, count, rows, false);
  spreadSums(along, count, rows, false);
  for (let panel: u32 = 0; panel < panels; panel++) {
    const to = target + panel * targetStride,
      from = dy + panel * stride;
    addThroughNorm(
      to,
      gain + panel * ROW,
      from,
      normalized + panel * normalizedStride,
      means,
      along,
      scales,
      rows,
      least,
    );
    clearUnit(plan, panel % plan.hiddenPanels, to, rows);
  }
}

/** Each row's sum over `count`, in all its columns; with `scales` 1 / sqrt of that and epsilon. */
function spreadSums(sums: usize, count: u32, rows: u32, scales: bool): void {
  for (const end = sums + rows * ROW; sums < end; sums += ROW) {
    const v = v128.add<real>(v128.load(sums), v128.load(sums, 16));
    let sum = v128.extract_lane<real>(v, 0) + v128.extract_lane<real>(v, 1);
    if (sizeof<real>() == 4) sum += <real>(f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
    const mean = sum / <real>count;
    const all = v128.splat<real>(scales ? <real>1 / sqrt<real>(mean + EPSILON) : mean);
    v128.store(sums, all, 16);
    v128.store(sums, all);
  }
}
