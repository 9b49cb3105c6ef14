/** The products that every recurrent layer shares, over whole groups of panels, which go in pairs. */
import { LayerPlan } from "./layerPlan";
import { clearPadding } from "./padding";
import { panelPairProduct, panelProduct } from "./panelProduct";
import { COLUMNS, FLOOR, QUADS, ROW } from "./simd";
import { weightGradient, weightGradientPair } from "./weightGradient";

/**
 * The pre-activations of gate panels `first` and `second` at time step t: bias + x_t·Wx + h_{t-1}·Wh, into the plan's
 * gates.
 * `padded`: whether the panels have padding columns.
 */
export function gateProducts(plan: LayerPlan, t: u32, first: u32, second: u32, padded: bool): void {
  const row: usize = t * plan.batch * ROW;
  const weightPanel: usize = (plan.xQuads * 4 + plan.hiddenPanels * COLUMNS) * ROW;
  const gates: usize = plan.gates + row;
  const c = gates + first * plan.gatesStride,
    cSecond = gates + second * plan.gatesStride;
  panelPairProduct(
    plan.x + row,
    plan.xStride,
    plan.xQuads,
    plan.states + row,
    plan.statesStride,
    plan.statePanels(t),
    plan.weights + first * weightPanel,
    plan.weights + second * weightPanel,
    plan.bias + first * ROW,
    plan.bias + second * ROW,
    0,
    c,
    cSecond,
    plan.batch,
  );
  if (!padded) return;
  clearPadding(c, plan.lastColumns, plan.batch);
  clearPadding(cSecond, plan.lastColumns, plan.batch);
}

/** The size below which the gradients of step t are cut: none where they come from the loss and from nowhere else. */
export function leastGradient(plan: LayerPlan, t: u32): real {
  return t + 1 == plan.timeSteps ? 0 : load<real>(FLOOR);
}

/** Clears the padding columns of dL/dh in the rows of one time step. `first`: byte offset of these rows. */
export function clearStatePadding(plan: LayerPlan, first: usize): void {
  if (plan.lastColumns == COLUMNS) return;
  const panel = plan.dStates + (plan.hiddenPanels - 1) * plan.statesStride;
  clearPadding(panel + first, plan.lastColumns, plan.batch);
}

/**
 * dh_{t-1} += dGates·W_hh. dGates: [batch, C·gatePanels], the gate gradients of step t. `first`: byte offset of the
 * rows of h_{t-1}.
 */
export function stateGradient(plan: LayerPlan, dGates: usize, gatePanels: u32, first: usize): void {
  addProducts(
    dGates,
    plan.dGatesStride,
    gatePanels,
    plan.hiddenTransposed,
    plan.hiddenPanels,
    plan.dStates + first,
    plan.statesStride,
    plan.batch,
  );
}

/** dx += (gate gradients of a chunk)·W_ih for the chunk that starts at row `firstRow`. */
export function inputGradient(plan: LayerPlan, dGates: usize, gatePanels: u32, firstRow: u32, rows: u32): void {
  if (plan.dInput == 0) return;
  const target = plan.dInput + firstRow * ROW;
  const panels = plan.xQuads / QUADS;
  addProducts(dGates, plan.dGatesStride, gatePanels, plan.inputTransposed, panels, target, plan.dInputStride, rows);
}

/** target += left·weights, for `panels` panels of the target. */
export function addProducts(
  left: usize,
  leftStride: usize,
  leftPanels: u32,
  weights: usize,
  panels: u32,
  target: usize,
  targetStride: usize,
  rows: u32,
): void {
  const panelBytes: usize = leftPanels * COLUMNS * ROW;
  for (; panels > 1; panels -= 2) {
    const weightsSecond = weights + panelBytes,
      targetSecond = target + targetStride;
    panelPairProduct(
      0,
      0,
      0,
      left,
      leftStride,
      leftPanels,
      weights,
      weightsSecond,
      target,
      targetSecond,
      ROW,
      target,
      targetSecond,
      rows,
    );
    weights = weightsSecond + panelBytes;
    target = targetSecond + targetStride;
  }
  if (panels != 0) panelProduct(0, 0, 0, left, leftStride, leftPanels, weights, target, ROW, target, rows);
}

/**
 * The rows of dW for x, and those for h, of gate panels `first` and `second`, from the chunk's gradients dx and dh of
 * these panels ([rows][C] each).
 */
export function gateWeightGradients(
  plan: LayerPlan,
  first: u32,
  second: u32,
  gInput: usize,
  gInputSecond: usize,
  gHidden: usize,
  gHiddenSecond: usize,
  firstRow: u32,
  rows: u32,
): void {
  const inputRows: usize = plan.xQuads * 4 * ROW;
  const panelBytes = inputRows + plan.hiddenPanels * COLUMNS * ROW;
  const dw = plan.dWeights + first * panelBytes,
    dwSecond = plan.dWeights + second * panelBytes;
  weightGradientPair(plan.x + firstRow * ROW, plan.xStride, plan.xQuads, gInput, gInputSecond, dw, dwSecond, rows);
  const skipped = min(zeroRows(plan, firstRow, gHidden), zeroRows(plan, firstRow, gHiddenSecond));
  if (rows == skipped) return;
  const skip: usize = skipped * ROW;
  weightGradientPair(
    plan.states + firstRow * ROW + skip,
    plan.statesStride,
    plan.hiddenPanels * QUADS,
    gHidden + skip,
    gHiddenSecond + skip,
    dw + inputRows,
    dwSecond + inputRows,
    rows - skipped,
  );
}

/** {@link gateWeightGradients} of one panel. */
export function gateWeightGradient(
  plan: LayerPlan,
  panel: u32,
  gInput: usize,
  gHidden: usize,
  firstRow: u32,
  rows: u32,
): void {
  const inputRows: usize = plan.xQuads * 4 * ROW;
  const dw = plan.dWeights + panel * (inputRows + plan.hiddenPanels * COLUMNS * ROW);
  weightGradient(plan.x + firstRow * ROW, plan.xStride, plan.xQuads, gInput, dw, rows);
  const skipped = zeroRows(plan, firstRow, gHidden);
  if (rows == skipped) return;
  const skip: usize = skipped * ROW;
  weightGradient(
    plan.states + firstRow * ROW + skip,
    plan.statesStride,
    plan.hiddenPanels * QUADS,
    gHidden + skip,
    dw + inputRows,
    rows - skipped,
  );
}

/** Rows from `firstRow` on whose states are zero and add nothing to the gradient g, [rows][C]. */
function zeroRows(plan: LayerPlan, firstRow: u32, g: usize): u32 {
  const rows = firstRow == 0 && plan.zeroStart ? plan.batch : 0;
  return allFinite(g, rows) ? rows : 0;
}

/** Whether no element is infinite or NaN: 0·g is 0 then. g: [rows][C]. */
function allFinite(g: usize, rows: u32): bool {
  const zero = v128.splat<real>(0);
  let sum = zero;
  for (let half = rows << 1; half != 0; half--, g += 16) sum = v128.add<real>(sum, v128.mul<real>(v128.load(g), zero));
  return !v128.any_true(v128.ne<real>(sum, sum));
}
