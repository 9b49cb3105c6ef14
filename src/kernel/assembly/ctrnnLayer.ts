/**
 * A leaky layer over all its time steps, in its three forms (ctrnnCell.ts). Gates have one group: of the form rate f of
 * the sum, of the others the sum itself. Of the form current `cells` are the states v and `states` the outputs f(v);
 * dStates are dL/dv in the end.
 */
import {
  activatePanel,
  CURRENT,
  ctrnnCellBackward,
  leakGradient,
  leakPanel,
  RATE,
  slopePanel,
  SOFTPLUS,
} from "./ctrnnCell";
import { addValues, multiplyValues } from "./elementwise";
import {
  clearStatePadding,
  gateProducts,
  gateWeightGradient,
  gateWeightGradients,
  inputGradient,
  leastGradient,
  stateGradient,
} from "./gateProducts";
import { LayerPlan } from "./layerPlan";
import { clearPadding } from "./padding";
import { panelProduct } from "./panelProduct";
import { COLUMNS, ROW } from "./simd";

/** Reads x, noise and the initial rows of states, of current those of cells; writes gates, states and cells. */
export function ctrnnForward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  if (plan.form == CURRENT)
    for (let unit: u32 = 0; unit < units; unit++) {
      const state: usize = unit * plan.statesStride;
      activate(plan, unit, plan.cells + state, plan.states + state);
    }
  for (let t: u32 = 0; t < plan.timeSteps; t++) {
    for (let unit: u32 = 0; unit < units; unit += 2) {
      if (unit + 1 == units) {
        lastGateProduct(plan, t, unit);
        leak(plan, t, unit);
      } else {
        gateProducts(plan, t, unit, unit + 1, false);
        leak(plan, t, unit);
        leak(plan, t, unit + 1);
      }
    }
  }
}

function lastGateProduct(plan: LayerPlan, t: u32, unit: u32): void {
  const row: usize = t * plan.batch * ROW;
  const weightPanel: usize = (plan.xQuads * 4 + plan.hiddenPanels * COLUMNS) * ROW;
  panelProduct(
    plan.x + row,
    plan.xStride,
    plan.xQuads,
    plan.states + row,
    plan.statesStride,
    plan.statePanels(t),
    plan.weights + unit * weightPanel,
    plan.bias + unit * ROW,
    0,
    plan.gates + unit * plan.gatesStride + row,
    plan.batch,
  );
}

/** f of one step. The gate gradients are free during the forward pass. */
function activate(plan: LayerPlan, unit: u32, source: usize, target: usize): void {
  activatePanel(plan.activation, source, target, plan.dGates, plan.batch);
  if (plan.activation == SOFTPLUS && plan.isPadded(unit)) clearPadding(target, plan.lastColumns, plan.batch);
}

/** From the products of one step to its state. */
function leak(plan: LayerPlan, t: u32, unit: u32): void {
  const batch = plan.batch;
  const step: usize = batch * ROW;
  const row: usize = t * step;
  const p = plan.gates + unit * plan.gatesStride + row;
  const alphas = plan.alphas + unit * ROW;
  const state: usize = unit * plan.statesStride + row;
  const h = plan.states + state + step;
  if (plan.isPadded(unit)) clearPadding(p, plan.lastColumns, batch);
  if (plan.noise != 0) addValues(p, plan.noise + unit * plan.gatesStride + row, p, batch * COLUMNS);
  if (plan.form == RATE) {
    activate(plan, unit, p, p);
    leakPanel(alphas, plan.states + state, p, h, batch);
  } else {
    const sums = plan.form == CURRENT ? plan.cells + state : plan.states + state;
    leakPanel(alphas, sums, p, sums + step, batch);
    activate(plan, unit, sums + step, h);
  }
}

/**
 * Reads what ctrnnForward left and dStates; completes dStates, accumulates dInput, dWeights, dInputBias and dLeak.
 */
export function ctrnnBackward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  const batch = plan.batch;
  const step: usize = batch * ROW;
  for (let end = plan.timeSteps; end > 0;) {
    const steps = min(plan.chunkSteps, end);
    const start = end - steps;
    for (let t = end; t-- > start;) {
      const chunkRows: usize = (t - start) * step;
      clearStatePadding(plan, (t + 1) * step);
      const cut = plan.cutsBefore(t);
      for (let unit: u32 = 0; unit < units; unit++)
        backThrough(plan, t, unit, plan.dGates + unit * plan.dGatesStride + chunkRows, cut);
      if (!cut) stateGradient(plan, plan.dGates + chunkRows, units, t * step);
      else if (plan.form == CURRENT) memory.fill(plan.dCells, 0, units * plan.dCellsStride);
    }
    inputGradient(plan, plan.dGates, units, start * batch, steps * batch);
    for (let panel: u32 = 0; panel < units && plan.dWeights != 0; panel += 2) {
      const g = plan.dGates + panel * plan.dGatesStride;
      const second = g + plan.dGatesStride;
      if (panel + 1 == units) gateWeightGradient(plan, panel, g, g, start * batch, steps * batch);
      else gateWeightGradients(plan, panel, panel + 1, g, second, g, second, start * batch, steps * batch);
    }
    end = start;
  }
  clearStatePadding(plan, 0);
  if (plan.form == CURRENT) addStartGradients(plan);
}

/** Step t of one panel of units. d: where dp is written, [batch][C]. */
function backThrough(plan: LayerPlan, t: u32, unit: u32, d: usize, cut: bool): void {
  const batch = plan.batch;
  const step: usize = batch * ROW;
  const row: usize = t * step;
  const form = plan.form;
  const state: usize = unit * plan.statesStride + row;
  const hidden = plan.gates + unit * plan.gatesStride + row;
  const alphas = plan.alphas + unit * ROW;
  const dh = plan.dStates + state + step;
  const carry = plan.dCells + unit * plan.dCellsStride;
  slopePanel(plan.activation, form == RATE ? hidden : plan.states + state + step, d, batch);
  // Beside the states of current, what truncation drops goes there, too.
  const passed = form == CURRENT || cut ? carry : plan.dStates + state;
  const bias = plan.dInputBias + unit * ROW;
  ctrnnCellBackward(form, alphas, dh, d, passed, bias, batch, leastGradient(plan, t));
  if (plan.dLeak == 0) return;
  const previous = (form == CURRENT ? plan.cells : plan.states) + state;
  const noise = plan.noise == 0 ? 0 : plan.noise + unit * plan.gatesStride + row;
  leakGradient(form, alphas, hidden, previous, dh, d, noise, plan.dLeak + unit * ROW, batch);
}

/** dv_0 = dh_0·f'(v_0) + what v_1 passed on, in place of dh_0. The slopes lie in the first rows of dGates. */
function addStartGradients(plan: LayerPlan): void {
  const size = plan.batch * COLUMNS;
  for (let unit: u32 = 0; unit < plan.hiddenPanels; unit++) {
    const state: usize = unit * plan.statesStride;
    const dh = plan.dStates + state;
    slopePanel(plan.activation, plan.states + state, plan.dGates, plan.batch);
    multiplyValues(dh, plan.dGates, dh, size);
    addValues(dh, plan.dCells + unit * plan.dCellsStride, dh, size);
  }
}
