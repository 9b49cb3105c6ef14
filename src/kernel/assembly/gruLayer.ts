/**
 * A GRU layer over all its time steps. Weight panels in PyTorch's order r, z, n, H/8 panels each. Gates, and the starts
 * in `bias`, have a fourth group: the hidden part of n. Gate gradients lie as n, r, z, hidden part of n, so that what
 * belongs to x (the first three groups) and what belongs to h (the last three) each are one run; the transposed weights
 * have that order too.
 */
import {
  clearStatePadding,
  gateProducts,
  gateWeightGradient,
  gateWeightGradients,
  inputGradient,
  leastGradient,
  stateGradient,
} from "./gateProducts";
import { gruCell, gruCellBackward } from "./gruCell";
import { LayerPlan } from "./layerPlan";
import { clearPadding } from "./padding";
import { panelPairProduct, panelProduct } from "./panelProduct";
import { COLUMNS, ROW } from "./simd";

/** Reads x and the initial rows of states; writes gates and states. */
export function gruForward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  const gate: usize = units * plan.gatesStride;
  const step: usize = plan.batch * ROW;
  for (let t: u32 = 0; t < plan.timeSteps; t++) {
    const row: usize = t * step;
    for (let first: u32 = 0; first < units; first += 2) {
      newGateProducts(plan, t, first);
      const end = min(first + 2, units);
      for (let unit = first; unit < end; unit++) {
        gateProducts(plan, t, unit, units + unit, plan.isPadded(unit));
        const r = plan.gates + unit * plan.gatesStride + row;
        const state: usize = plan.states + unit * plan.statesStride + row;
        gruCell(r, r + gate, r + 2 * gate, r + 3 * gate, state, state + step, plan.batch);
      }
    }
  }
}

/** What gate n is made of, its parts of x and of h apart, for panel `unit` and, where there is one, the next. */
function newGateProducts(plan: LayerPlan, t: u32, unit: u32): void {
  const units = plan.hiddenPanels;
  const batch = plan.batch;
  const row: usize = t * batch * ROW;
  const inputRows: usize = plan.xQuads * 4 * ROW;
  const weightPanel: usize = inputRows + units * COLUMNS * ROW;
  const w = plan.weights + (2 * units + unit) * weightPanel,
    bias = plan.bias + (2 * units + unit) * ROW;
  const x = plan.x + row,
    h = plan.states + row;
  const xStride = plan.xStride,
    hStride = plan.statesStride;
  const xQuads = plan.xQuads,
    hPanels = plan.statePanels(t);
  const ofX = plan.gates + (2 * units + unit) * plan.gatesStride + row;
  const ofH = ofX + units * plan.gatesStride;
  const hWeights = w + inputRows,
    hBias = bias + units * ROW;
  if (unit + 1 == units) {
    panelProduct(x, xStride, xQuads, 0, 0, 0, w, bias, 0, ofX, batch);
    panelProduct(0, 0, 0, h, hStride, hPanels, hWeights, hBias, 0, ofH, batch);
  } else {
    const next = w + weightPanel,
      nextX = ofX + plan.gatesStride,
      nextH = ofH + plan.gatesStride;
    panelPairProduct(x, xStride, xQuads, 0, 0, 0, w, next, bias, bias + ROW, 0, ofX, nextX, batch);
    const hNext = next + inputRows;
    panelPairProduct(0, 0, 0, h, hStride, hPanels, hWeights, hNext, hBias, hBias + ROW, 0, ofH, nextH, batch);
    clearGatePadding(plan, unit + 1, nextX, nextH);
  }
  clearGatePadding(plan, unit, ofX, ofH);
}

function clearGatePadding(plan: LayerPlan, unit: u32, ofX: usize, ofH: usize): void {
  if (!plan.isPadded(unit)) return;
  clearPadding(ofX, plan.lastColumns, plan.batch);
  clearPadding(ofH, plan.lastColumns, plan.batch);
}

/**
 * Reads what gruForward left and dStates; completes dStates, accumulates dInput, dWeights, dInputBias and n's part of
 * dHiddenBias.
 */
export function gruBackward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  const batch = plan.batch;
  const gate: usize = units * plan.gatesStride;
  const dGate: usize = units * plan.dGatesStride;
  const step: usize = batch * ROW;
  for (let end = plan.timeSteps; end > 0;) {
    const steps = min(plan.chunkSteps, end);
    const start = end - steps;
    for (let t = end; t-- > start;) {
      const previous: usize = t * step;
      const chunkRows: usize = (t - start) * step;
      const least = leastGradient(plan, t);
      clearStatePadding(plan, previous + step);
      const cut = plan.cutsBefore(t);
      for (let unit: u32 = 0; unit < units; unit++) {
        const r = plan.gates + unit * plan.gatesStride + previous;
        const state: usize = unit * plan.statesStride + previous;
        gruCellBackward(
          r,
          r + gate,
          r + 2 * gate,
          r + 3 * gate,
          plan.states + state,
          plan.dStates + state + step,
          cut ? plan.dCells + unit * plan.dCellsStride : plan.dStates + state,
          plan.dGates + unit * plan.dGatesStride + chunkRows,
          dGate,
          plan.dInputBias + unit * ROW,
          units * ROW,
          plan.dHiddenBias + (2 * units + unit) * ROW,
          batch,
          least,
        );
      }
      if (!cut) stateGradient(plan, plan.dGates + dGate + chunkRows, 3 * units, previous);
    }
    inputGradient(plan, plan.dGates, 3 * units, start * batch, steps * batch);
    weightGradients(plan, start * batch, steps * batch);
    end = start;
  }
  clearStatePadding(plan, 0);
}

/** Of r and z together, and of n in pairs of units, for the rows of a chunk from `first` on. */
function weightGradients(plan: LayerPlan, first: u32, rows: u32): void {
  const units = plan.hiddenPanels;
  const stride = plan.dGatesStride;
  const dGate: usize = units * stride;
  for (let unit: u32 = 0; unit < units; unit++) {
    const r = plan.dGates + dGate + unit * stride;
    const z = r + dGate;
    gateWeightGradients(plan, unit, units + unit, r, z, r, z, first, rows);
  }
  for (let unit: u32 = 0; unit < units; unit += 2) {
    const panel = 2 * units + unit;
    const n = plan.dGates + unit * stride;
    const nh = n + 3 * dGate;
    if (unit + 1 == units) gateWeightGradient(plan, panel, n, nh, first, rows);
    else gateWeightGradients(plan, panel, panel + 1, n, n + stride, nh, nh + stride, first, rows);
  }
}
