/**
 * A layer of lru over all its time steps: B u of a whole chunk of steps comes first, then the states, elementwise over
 * time, then h = Re(C z) + D u. What is complex is in real numbers, see lruCell.ts.
 */
import {
  addProjectionGradients,
  clearInputGradient,
  DiagonalPlan,
  projectInput,
  unitBytes,
  unitQuads,
} from "./diagonalPlan";
import { addProducts } from "./gateProducts";
import { addProductSums, addScaledRows, lruBackwardPanel, lruStates } from "./lruCell";
import { addWeightGradients, clearUnit, stepsFrom, tiledProducts } from "./rowProducts";
import { ROW, ZEROS } from "./simd";

/** Reads x and the initial rows of the complex states; writes these, gates and states. */
export function lruForward(plan: DiagonalPlan): void {
  for (let start: u32 = 0; start < plan.timeSteps;) {
    const steps = stepsFrom(plan, start);
    const first: usize = start * plan.batch * ROW;
    const rows = steps * plan.batch;
    projectInput(plan, first, rows);
    intoState(plan, first, rows);
    for (let unit: u32 = 0; unit < plan.hiddenPanels; unit++) lruStates(plan, unit, first, steps);
    readOut(plan, first, rows);
    start += steps;
  }
}

/** B u of the rows that begin at byte `first`. */
function intoState(plan: DiagonalPlan, first: usize, rows: u32): void {
  const panels = 2 * plan.hiddenPanels;
  const gates = plan.gates + first;
  const u = plan.inputAt(first);
  tiledProducts(u, plan.inputStride(), unitQuads(plan), plan.inner, ZEROS, 0, gates, plan.gatesStride, panels, rows);
  clearBoth(plan, gates, plan.gatesStride, rows);
}

/** h = Re(C z) + D u in the rows whose inputs begin at byte `first`. */
function readOut(plan: DiagonalPlan, first: usize, rows: u32): void {
  const units = plan.hiddenPanels;
  const stride = plan.statesStride;
  const state: usize = first + plan.batch * ROW;
  const h = plan.states + state;
  tiledProducts(plan.cells + state, stride, 2 * unitQuads(plan), plan.outer, ZEROS, 0, h, stride, units, rows);
  clearUnit(plan, units - 1, h + (units - 1) * stride, rows);
  const u = plan.inputAt(first);
  for (let unit: u32 = 0; unit < units; unit++)
    addScaledRows(h + unit * stride, plan.skip + unit * ROW, u + unit * plan.inputStride(), rows);
}

/** Clears the padding of both parts of what is complex. */
function clearBoth(plan: DiagonalPlan, values: usize, stride: usize, rows: u32): void {
  const last = plan.hiddenPanels - 1;
  clearUnit(plan, last, values + last * stride, rows);
  clearUnit(plan, last, values + (last + plan.hiddenPanels) * stride, rows);
}

/**
 * Reads what lruForward left and dStates; completes dCells, which is zero before, accumulates dInput and the gradients
 * of the weights.
 */
export function lruBackward(plan: DiagonalPlan): void {
  for (let end = plan.timeSteps; end > 0;) {
    const steps = min(plan.chunkSteps, end);
    const start = end - steps;
    const first: usize = start * plan.batch * ROW;
    const rows = steps * plan.batch;
    throughReadOut(plan, first, rows);
    for (let unit: u32 = 0; unit < plan.hiddenPanels; unit++) lruBackwardPanel(plan, unit, start, end);
    throughInput(plan, first, rows);
    end = start;
  }
}

/** From dh to what of it reaches z, and to the gradients of C, of the rows whose inputs begin at byte `first`. */
function throughReadOut(plan: DiagonalPlan, first: usize, rows: u32): void {
  const units = plan.hiddenPanels;
  const state: usize = first + plan.batch * ROW;
  const dh = plan.dStates + state;
  const dz = plan.dCells + state;
  const stride = plan.statesStride;
  clearUnit(plan, units - 1, dh + (units - 1) * stride, rows);
  addProducts(dh, stride, units, plan.outerTransposed, 2 * units, dz, plan.dCellsStride, rows);
  clearBoth(plan, dz, plan.dCellsStride, rows);
  if (plan.dWeights == 0) return;
  addWeightGradients(plan.cells + state, stride, 2 * unitQuads(plan), dh, stride, plan.dOuter, units, rows);
}

/** From the gradients of B u and what of dh goes through D to the gradients of B, D and u, and of what projects u. */
function throughInput(plan: DiagonalPlan, first: usize, rows: u32): void {
  const units = plan.hiddenPanels;
  const dGates = plan.dGates,
    dGatesStride = plan.dGatesStride;
  const u = plan.inputAt(first),
    uStride = plan.inputStride();
  const dh = plan.dStates + first + plan.batch * ROW;
  const du = plan.inputGradientAt(first),
    duStride = plan.inputGradientStride();
  if (du != 0) {
    clearInputGradient(plan, rows);
    for (let unit: u32 = 0; unit < units; unit++)
      addScaledRows(du + unit * duStride, plan.skip + unit * ROW, dh + unit * plan.statesStride, rows);
    addProducts(dGates, dGatesStride, 2 * units, plan.innerTransposed, units, du, duStride, rows);
  }
  if (plan.dWeights == 0) return;
  const dSkip = plan.dUnits + 3 * unitBytes(plan);
  for (let unit: u32 = 0; unit < units; unit++)
    addProductSums(dh + unit * plan.statesStride, u + unit * uStride, rows, dSkip + unit * ROW);
  addWeightGradients(u, uStride, unitQuads(plan), dGates, dGatesStride, plan.dInner, 2 * units, rows);
  addProjectionGradients(plan, first, rows);
}
