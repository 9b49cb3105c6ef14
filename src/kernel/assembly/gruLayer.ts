/**
 * A GRU layer over all its time steps. Weight panels in PyTorch's order r, z, n, H/8 panels each. Gates, and the starts
 * in `bias`, have a fourth group: the hidden part of n. Gate gradients lie as n, r, z, hidden part of n, so that what
 * belongs to x (the first three groups) and what belongs to h (the last three) each are one run; the transposed weights
 * have that order too.
 */
import { clearStatePadding, gateProduct, gateWeightGradient, inputGradient, stateGradient } from "./gateProducts";
import { gruCell, gruCellBackward } from "./gruCell";
import { LayerPlan } from "./layerPlan";
import { clearPadding } from "./padding";
import { panelProduct } from "./panelProduct";
import { ROW } from "./simd";

/** Reads x and the initial rows of states; writes gates and states. */
export function gruForward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  const batch = plan.batch;
  const gate: usize = units * plan.gatesStride;
  const step: usize = batch * ROW;
  const inputRows: usize = plan.xQuads * 4 * ROW;
  const weightPanel: usize = inputRows + units * 8 * ROW;
  for (let t: u32 = 0; t < plan.timeSteps; t++) {
    const previous: usize = t * step;
    for (let unit: u32 = 0; unit < units; unit++) {
      const padded = plan.isPadded(unit);
      gateProduct(plan, t, unit, padded);
      gateProduct(plan, t, units + unit, padded);
      const nWeights = plan.weights + (2 * units + unit) * weightPanel;
      const nBias = plan.bias + (2 * units + unit) * ROW;
      const r = plan.gates + unit * plan.gatesStride + previous;
      const state: usize = plan.states + unit * plan.statesStride + previous;
      panelProduct(plan.x + previous, plan.xStride, plan.xQuads, 0, 0, 0, nWeights, nBias, 0, r + 2 * gate, batch);
      panelProduct(
        0,
        0,
        0,
        plan.states + previous,
        plan.statesStride,
        plan.stateQuads(t),
        nWeights + inputRows,
        nBias + units * ROW,
        0,
        r + 3 * gate,
        batch,
      );
      if (padded) {
        clearPadding(r + 2 * gate, plan.lastColumns, batch);
        clearPadding(r + 3 * gate, plan.lastColumns, batch);
      }
      gruCell(r, r + gate, r + 2 * gate, r + 3 * gate, state, state + step, batch);
    }
  }
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
        );
      }
      if (!cut) stateGradient(plan, plan.dGates + dGate + chunkRows, 3 * units, previous);
    }
    inputGradient(plan, plan.dGates, 3 * units, start * batch, steps * batch);
    for (let panel: u32 = 0; panel < 3 * units; panel++) {
      // Panels of r and z lie one group further on; those of n two groups back for x, one forward for h.
      const isN = panel >= 2 * units;
      const g = plan.dGates + panel * plan.dGatesStride;
      gateWeightGradient(plan, panel, isN ? g - 2 * dGate : g + dGate, g + dGate, start * batch, steps * batch);
    }
    end = start;
  }
  clearStatePadding(plan, 0);
}
