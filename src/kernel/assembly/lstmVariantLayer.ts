/**
 * A layer of an lstm with peepholes, a coupled input gate or layer normalization over all its time steps. Gate panels
 * in the order i, f, g, o, or, coupled, f, g, o; G groups of them.
 *
 * Groups of the gates: four, of which coupled the last is i; with layer normalization then G each of W_ih x and of
 * W_hh h, normalized, and one of the cell state, normalized; and one panel each for 1 / sigma of these three. Groups of
 * the gate gradients: four, then G of W_hh h, before which the scratch of a step is there, and two panels of scratch.
 */
import { sigmoidPanel, tanhPanel } from "./activations";
import { multiplyRows } from "./elementwise";
import {
  clearStatePadding,
  gateWeightGradient,
  gateWeightGradients,
  inputGradient,
  leastGradient,
  stateGradient,
} from "./gateProducts";
import { normalize, normalizeBack } from "./layerNorm";
import { LayerPlan } from "./layerPlan";
import { addProductSums, addScaledRows } from "./lruCell";
import { outputBackward, variantCell, variantCellBackward } from "./lstmVariantCell";
import { panelPairProduct, panelProduct } from "./panelProduct";
import { addColumnSums, clearUnit } from "./rowProducts";
import { COLUMNS, ROW, storeRow, ZEROS } from "./simd";

// @ts-ignore: decorator
@inline const COUPLED: u32 = 1;

/** G: the groups that have weights. */
// @ts-ignore: decorator
@inline
function groupsOf(plan: LayerPlan): u32 {
  return plan.form == COUPLED ? 3 : 4;
}

/** Of a gate the place among the groups, by its place in i, f, g, o. */
// @ts-ignore: decorator
@inline
function groupOf(plan: LayerPlan, gate: u32): u32 {
  return plan.form == COUPLED ? (gate + 3) & 3 : gate;
}

/** Of i, f, o the peepholes of a panel of units, or their gradients; `none` where there are none. */
function peepholeOf(plan: LayerPlan, peepholes: usize, gate: u32, unit: u32, none: usize): usize {
  if (peepholes == 0) return none;
  if (plan.form != COUPLED) return peepholes + ((gate == 3 ? 2 : gate) * plan.hiddenPanels + unit) * ROW;
  return gate == 0 ? none : peepholes + ((gate == 3 ? 1 : 0) * plan.hiddenPanels + unit) * ROW;
}

/** Where a group begins among the gates at byte `row` of each panel. */
// @ts-ignore: decorator
@inline
function groupAt(plan: LayerPlan, group: u32, row: usize): usize {
  return plan.gates + group * plan.hiddenPanels * plan.gatesStride + row;
}

/** Where the 1 / sigma of W_ih x are (0), of W_hh h (1) and of the cell state (2). */
function scalesAt(plan: LayerPlan, which: u32, row: usize): usize {
  return groupAt(plan, 2 * groupsOf(plan) + 5, row) + which * plan.gatesStride;
}

/** Reads x and the initial rows of states and cells; writes gates, states, cells, tanhCells. */
export function lstmVariantForward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  const step: usize = plan.batch * ROW;
  for (let t: u32 = 0; t < plan.timeSteps; t++) {
    const row: usize = t * step;
    if (plan.gains == 0) sumProducts(plan, t, true, true, plan.bias, plan.gates + row);
    else normalizedSums(plan, t);
    for (let unit: u32 = 0; unit < units; unit++) newCell(plan, unit, row, row + step);
    if (plan.gains != 0) normalizeCells(plan, row, row + step);
    for (let unit: u32 = 0; unit < units; unit++) newOutput(plan, unit, row, row + step);
  }
}

/**
 * The products of step t with the weights of x, of h, or of both, into the panels from `target` on. bias: [G·H], or 0
 * for zeros.
 */
function sumProducts(plan: LayerPlan, t: u32, ofX: bool, ofH: bool, bias: usize, target: usize): void {
  const panels = groupsOf(plan) * plan.hiddenPanels;
  const row: usize = t * plan.batch * ROW;
  const inputRows: usize = plan.xQuads * 4 * ROW;
  const weightPanel: usize = inputRows + plan.hiddenPanels * COLUMNS * ROW;
  const x = plan.x + row,
    h = plan.states + row;
  const xStride = plan.xStride,
    hStride = plan.statesStride;
  const xQuads = ofX ? plan.xQuads : 0,
    hPanels = ofH ? plan.statePanels(t) : 0;
  const step: usize = bias == 0 ? 0 : ROW;
  let w = plan.weights + (ofX ? 0 : inputRows),
    init = bias == 0 ? ZEROS : bias;
  for (let panel: u32 = 0; panel < panels; panel += 2) {
    const next = w + weightPanel,
      initNext = init + step;
    if (panel + 1 == panels) {
      panelProduct(x, xStride, xQuads, h, hStride, hPanels, w, init, 0, target, plan.batch);
    } else {
      const second = target + plan.gatesStride;
      panelPairProduct(x, xStride, xQuads, h, hStride, hPanels, w, next, init, initNext, 0, target, second, plan.batch);
      clearUnit(plan, (panel + 1) % plan.hiddenPanels, second, plan.batch);
    }
    clearUnit(plan, panel % plan.hiddenPanels, target, plan.batch);
    ((w = next + weightPanel), (init = initNext + step), (target += 2 * plan.gatesStride));
  }
}

/** The sums of the gates from the two products, each normalized. */
function normalizedSums(plan: LayerPlan, t: u32): void {
  const groups = groupsOf(plan);
  const panels = groups * plan.hiddenPanels;
  const rows = plan.batch;
  const row: usize = t * rows * ROW;
  const ofX = groupAt(plan, 4, row);
  const ofH = groupAt(plan, 4 + groups, row);
  sumProducts(plan, t, true, false, 0, ofX);
  sumProducts(plan, t, false, true, 0, ofH);
  normalize(plan, ofX, groups, scalesAt(plan, 0, row));
  normalize(plan, ofH, groups, scalesAt(plan, 1, row));
  for (let panel: u32 = 0; panel < panels; panel++) {
    const sum = plan.gates + panel * plan.gatesStride + row,
      gain = plan.gains + panel * ROW;
    fillRows(sum, plan.bias + panel * ROW, rows);
    addScaledRows(sum, gain, ofX + panel * plan.gatesStride, rows);
    addScaledRows(sum, gain + panels * ROW, ofH + panel * plan.gatesStride, rows);
  }
}

/** Each row = source, [C]. */
function fillRows(target: usize, source: usize, rows: u32): void {
  const low = v128.load(source),
    high = v128.load(source, 16);
  for (; rows != 0; rows--, target += ROW) storeRow(target, low, high);
}

/** row, next: of the step in the gates, and in the states. */
function newCell(plan: LayerPlan, unit: u32, row: usize, next: usize): void {
  const state: usize = plan.cells + unit * plan.statesStride;
  const panel: usize = unit * plan.gatesStride;
  variantCell(
    plan.form == COUPLED,
    groupAt(plan, groupOf(plan, 0), row) + panel,
    groupAt(plan, groupOf(plan, 1), row) + panel,
    groupAt(plan, groupOf(plan, 2), row) + panel,
    peepholeOf(plan, plan.peepholes, 0, unit, 0),
    peepholeOf(plan, plan.peepholes, 1, unit, 0),
    state + row,
    state + next,
    plan.batch,
  );
}

/** What the outputs see of the cell states goes into tanhCells, before tanh. */
function normalizeCells(plan: LayerPlan, row: usize, next: usize): void {
  const groups = groupsOf(plan);
  const units = plan.hiddenPanels;
  const normalized = groupAt(plan, 4 + 2 * groups, row);
  for (let unit: u32 = 0; unit < units; unit++)
    memory.copy(normalized + unit * plan.gatesStride, plan.cells + unit * plan.statesStride + next, plan.batch * ROW);
  normalize(plan, normalized, 1, scalesAt(plan, 2, row));
  for (let unit: u32 = 0; unit < units; unit++) {
    const seen = plan.tanhCells + unit * plan.statesStride + next;
    fillRows(seen, plan.cellBias + unit * ROW, plan.batch);
    const gain = plan.gains + (2 * groups * units + unit) * ROW;
    addScaledRows(seen, gain, normalized + unit * plan.gatesStride, plan.batch);
  }
}

function newOutput(plan: LayerPlan, unit: u32, row: usize, next: usize): void {
  const rows = plan.batch;
  const state: usize = unit * plan.statesStride + next;
  const o = groupAt(plan, groupOf(plan, 3), row) + unit * plan.gatesStride;
  const peephole = peepholeOf(plan, plan.peepholes, 3, unit, 0);
  if (peephole != 0) addScaledRows(o, peephole, plan.cells + state, rows);
  sigmoidPanel(o, rows);
  const tanhC = plan.tanhCells + state;
  tanhPanel(plan.gains == 0 ? plan.cells + state : tanhC, tanhC, rows);
  multiplyRows(o, tanhC, plan.states + state, rows);
}

/**
 * Reads what lstmVariantForward left and dStates; completes dStates, accumulates dInput and the gradients of all
 * parameters.
 */
export function lstmVariantBackward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  const batch = plan.batch;
  const groups = groupsOf(plan);
  const stride = plan.dGatesStride;
  const step: usize = batch * ROW;
  // The gradients of the products with h are those of the sums, unless these are normalized.
  const ofH = plan.gains == 0 ? plan.dGates : plan.dGates + 4 * units * stride;
  for (let end = plan.timeSteps; end > 0;) {
    const steps = min(plan.chunkSteps, end);
    const start = end - steps;
    for (let t = end; t-- > start;) {
      const row: usize = t * step;
      const chunkRow: usize = (t - start) * step;
      const least = leastGradient(plan, t);
      clearStatePadding(plan, row + step);
      outputsBackward(plan, row, chunkRow, least);
      for (let unit: u32 = 0; unit < units; unit++) cellBackward(plan, unit, row, chunkRow, least);
      if (plan.gains != 0) sumsBackward(plan, row, chunkRow, least);
      if (plan.cutsBefore(t)) memory.fill(plan.dCells, 0, units * plan.dCellsStride);
      else stateGradient(plan, ofH + chunkRow, groups * units, row);
    }
    inputGradient(plan, plan.dGates, groups * units, start * batch, steps * batch);
    for (let panel: u32 = 0; panel < groups * units && plan.dWeights != 0; panel += 2) {
      const x = plan.dGates + panel * stride,
        h = ofH + panel * stride;
      if (panel + 1 == groups * units) gateWeightGradient(plan, panel, x, h, start * batch, steps * batch);
      else gateWeightGradients(plan, panel, panel + 1, x, x + stride, h, h + stride, start * batch, steps * batch);
    }
    end = start;
  }
  clearStatePadding(plan, 0);
}

/** From dh of all units to the gradients of o's sums, and what comes through the outputs to dc. */
function outputsBackward(plan: LayerPlan, row: usize, chunkRow: usize, least: real): void {
  const units = plan.hiddenPanels;
  const rows = plan.batch;
  const groups = groupsOf(plan);
  const next: usize = row + rows * ROW;
  const output = groupOf(plan, 3);
  const scratch = plan.dGates + 4 * units * plan.dGatesStride + chunkRow;
  for (let unit: u32 = 0; unit < units; unit++) {
    const state: usize = unit * plan.statesStride + next;
    const dc = plan.dCells + unit * plan.dCellsStride;
    const dSum = plan.dGates + (output * units + unit) * plan.dGatesStride + chunkRow;
    let dSeen = dc;
    if (plan.gains != 0) {
      dSeen = scratch + unit * plan.dGatesStride;
      memory.fill(dSeen, 0, rows * ROW);
    }
    const o = groupAt(plan, output, row) + unit * plan.gatesStride;
    outputBackward(o, plan.tanhCells + state, plan.dStates + state, dSum, dSeen, rows, least);
    addColumnSums(dSum, rows, plan.dInputBias + (output * units + unit) * ROW);
    if (plan.peepholes == 0) continue;
    addScaledRows(dc, peepholeOf(plan, plan.peepholes, 3, unit, 0), dSum, rows);
    addProductSums(dSum, plan.cells + state, rows, peepholeOf(plan, plan.dPeepholes, 3, unit, 0));
  }
  if (plan.gains == 0) return;
  const normalized = groupAt(plan, 4 + 2 * groups, row);
  const place: usize = 2 * groups * units * ROW;
  addGainSums(plan, scratch, normalized, units, plan.dGains + place);
  for (let unit: u32 = 0; unit < units; unit++)
    addColumnSums(scratch + unit * plan.dGatesStride, rows, plan.dCellBias + unit * ROW);
  const scales = scalesAt(plan, 2, row);
  const means = scratch + groups * units * plan.dGatesStride;
  const stride = plan.dCellsStride;
  normalizeBack(plan, scratch, plan.gains + place, normalized, scales, 1, plan.dCells, stride, means, least);
}

/** sums += dy·x^ over the rows of each panel, [C] each. */
function addGainSums(plan: LayerPlan, dy: usize, normalized: usize, panels: u32, sums: usize): void {
  for (let panel: u32 = 0; panel < panels; panel++)
    addProductSums(
      dy + panel * plan.dGatesStride,
      normalized + panel * plan.gatesStride,
      plan.batch,
      sums + panel * ROW,
    );
}

/** From dc_t of a panel of units to dc_{t-1} and the gradients of the other gates' sums. */
function cellBackward(plan: LayerPlan, unit: u32, row: usize, chunkRow: usize, least: real): void {
  const units = plan.hiddenPanels;
  const rows = plan.batch;
  const coupled = plan.form == COUPLED;
  const panel: usize = unit * plan.gatesStride;
  const before = plan.cells + unit * plan.statesStride + row;
  const sum = plan.dGates + unit * plan.dGatesStride + chunkRow;
  const group = units * plan.dGatesStride;
  const di = sum + groupOf(plan, 0) * group,
    df = sum + groupOf(plan, 1) * group,
    dg = sum + groupOf(plan, 2) * group;
  variantCellBackward(
    coupled,
    groupAt(plan, groupOf(plan, 0), row) + panel,
    groupAt(plan, groupOf(plan, 1), row) + panel,
    groupAt(plan, groupOf(plan, 2), row) + panel,
    peepholeOf(plan, plan.peepholes, 0, unit, ZEROS),
    peepholeOf(plan, plan.peepholes, 1, unit, ZEROS),
    before,
    plan.dCells + unit * plan.dCellsStride,
    di,
    df,
    dg,
    rows,
    least,
  );
  if (!coupled) addColumnSums(di, rows, plan.dInputBias + unit * ROW);
  addColumnSums(df, rows, plan.dInputBias + (groupOf(plan, 1) * units + unit) * ROW);
  addColumnSums(dg, rows, plan.dInputBias + (groupOf(plan, 2) * units + unit) * ROW);
  if (plan.peepholes == 0) return;
  if (!coupled) addProductSums(di, before, rows, peepholeOf(plan, plan.dPeepholes, 0, unit, 0));
  addProductSums(df, before, rows, peepholeOf(plan, plan.dPeepholes, 1, unit, 0));
}

/** From the gradients of the sums to those of the two products: of x in their place, of h behind them. */
function sumsBackward(plan: LayerPlan, row: usize, chunkRow: usize, least: real): void {
  const groups = groupsOf(plan);
  const panels = groups * plan.hiddenPanels;
  const stride = plan.dGatesStride;
  const ofX = groupAt(plan, 4, row),
    ofH = groupAt(plan, 4 + groups, row);
  const sums = plan.dGates + chunkRow;
  const hidden = sums + 4 * plan.hiddenPanels * stride;
  const means = hidden + panels * stride;
  const hiddenGains: usize = panels * ROW;
  addGainSums(plan, sums, ofX, panels, plan.dGains);
  addGainSums(plan, sums, ofH, panels, plan.dGains + hiddenGains);
  for (let panel: u32 = 0; panel < panels; panel++) memory.fill(hidden + panel * stride, 0, plan.batch * ROW);
  const gains = plan.gains;
  const scales = scalesAt(plan, 1, row);
  normalizeBack(plan, sums, gains + hiddenGains, ofH, scales, groups, hidden, stride, means, least);
  normalizeBack(plan, sums, gains, ofX, scalesAt(plan, 0, row), groups, sums, stride, means, least);
}
