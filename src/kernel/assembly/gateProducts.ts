/** The three products every recurrent layer shares, over whole groups of panels. */
import { LayerPlan } from "./layerPlan";
import { clearPadding } from "./padding";
import { panelProduct } from "./panelProduct";
import { ROW } from "./simd";
import { weightGradient } from "./weightGradient";

/**
 * The pre-activations of gate panel `panel` at time step t: bias + x_t·Wx + h_{t-1}·Wh, into the plan's gates.
 * `padded`: whether the panel has padding columns.
 */
export function gateProduct(plan: LayerPlan, t: u32, panel: u32, padded: bool): void {
  const first: usize = t * plan.batch * ROW;
  const weightPanel: usize = (plan.xQuads * 4 + plan.hiddenPanels * 8) * ROW;
  const gates: usize = plan.gates + panel * plan.gatesStride + first;
  panelProduct(
    plan.x + first,
    plan.xStride,
    plan.xQuads,
    plan.states + first,
    plan.statesStride,
    plan.stateQuads(t),
    plan.weights + panel * weightPanel,
    plan.bias + panel * ROW,
    0,
    gates,
    plan.batch,
  );
  if (padded) clearPadding(gates, plan.lastColumns, plan.batch);
}

/** Clears the padding columns of dL/dh in the rows of one time step. `first`: byte offset of these rows. */
export function clearStatePadding(plan: LayerPlan, first: usize): void {
  if (plan.lastColumns == 8) return;
  const panel = plan.dStates + (plan.hiddenPanels - 1) * plan.statesStride;
  clearPadding(panel + first, plan.lastColumns, plan.batch);
}

/**
 * dh_{t-1} += (gate gradients of `row` on)·W_hh, from gate panel `firstPanel` on. `first`: byte offset of the rows of
 * h_{t-1}.
 */
export function stateGradient(plan: LayerPlan, dGates: usize, gatePanels: u32, first: usize): void {
  const transposedPanel: usize = gatePanels * 8 * ROW;
  let weights: usize = plan.hiddenTransposed;
  let target: usize = plan.dStates + first;
  for (let panel = plan.hiddenPanels; panel != 0; panel--) {
    panelProduct(0, 0, 0, dGates, plan.dGatesStride, gatePanels * 2, weights, target, ROW, target, plan.batch);
    weights += transposedPanel;
    target += plan.statesStride;
  }
}

/** dx += (gate gradients of a chunk)·W_ih for the chunk that starts at row `firstRow`. */
export function inputGradient(plan: LayerPlan, dGates: usize, gatePanels: u32, firstRow: u32, rows: u32): void {
  if (plan.dInput == 0) return;
  const transposedPanel: usize = gatePanels * 8 * ROW;
  let weights: usize = plan.inputTransposed;
  let target: usize = plan.dInput + firstRow * ROW;
  for (let panel = plan.xQuads >> 1; panel != 0; panel--) {
    panelProduct(0, 0, 0, dGates, plan.dGatesStride, gatePanels * 2, weights, target, ROW, target, rows);
    weights += transposedPanel;
    target += plan.dInputStride;
  }
}

/**
 * The rows of dW for x, and those for h, of gate panel `panel`, from the chunk's gradients dx and dh of that panel
 * ([rows][8] each).
 */
export function gateWeightGradient(
  plan: LayerPlan,
  panel: u32,
  gInput: usize,
  gHidden: usize,
  firstRow: u32,
  rows: u32,
): void {
  const inputRows: usize = plan.xQuads * 4 * ROW;
  const dw = plan.dWeights + panel * (inputRows + plan.hiddenPanels * 8 * ROW);
  weightGradient(plan.x + firstRow * ROW, plan.xStride, plan.xQuads, gInput, dw, rows);
  const zeroRows = firstRow == 0 && plan.zeroStart ? plan.batch : 0;
  const skipped = allFinite(gHidden, zeroRows) ? zeroRows : 0;
  if (rows == skipped) return;
  const skip: usize = skipped * ROW;
  weightGradient(
    plan.states + firstRow * ROW + skip,
    plan.statesStride,
    plan.hiddenPanels * 2,
    gHidden + skip,
    dw + inputRows,
    rows - skipped,
  );
}

/** Whether no element is infinite or NaN: 0·g is 0 then. g: [rows][8]. */
function allFinite(g: usize, rows: u32): bool {
  const zero = f32x4.splat(0);
  let sum = zero;
  for (let half = rows << 1; half != 0; half--, g += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(g), zero));
  return !v128.any_true(f32x4.ne(sum, sum));
}
