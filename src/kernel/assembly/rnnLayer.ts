/**
 * A plain recurrent layer over all its time steps: h_t = φ(W_ih·x_t + W_hh·h_{t-1} + b). It has no gates:
 * pre-activations go straight into the states.
 */
import { clearStatePadding, gateWeightGradient, inputGradient, stateGradient } from "./gateProducts";
import { LayerPlan } from "./layerPlan";
import { clearPadding } from "./padding";
import { panelProduct } from "./panelProduct";
import { rnnCell, rnnCellBackward } from "./rnnCell";
import { ROW } from "./simd";

/** Reads x and the initial rows of states; writes states. */
export function rnnForward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  const batch = plan.batch;
  const step: usize = batch * ROW;
  const weightPanel: usize = (plan.xQuads * 4 + units * 8) * ROW;
  for (let t: u32 = 0; t < plan.timeSteps; t++) {
    const previous: usize = t * step;
    for (let unit: u32 = 0; unit < units; unit++) {
      const h = plan.states + unit * plan.statesStride + previous + step;
      panelProduct(
        plan.x + previous,
        plan.xStride,
        plan.xQuads,
        plan.states + previous,
        plan.statesStride,
        plan.stateQuads(t),
        plan.weights + unit * weightPanel,
        plan.bias + unit * ROW,
        0,
        h,
        batch,
      );
      if (plan.isPadded(unit)) clearPadding(h, plan.lastColumns, batch);
      rnnCell(plan.activation, h, batch);
    }
  }
}

/** Reads what rnnForward left and dStates; completes dStates, accumulates dInput, dWeights and dInputBias. */
export function rnnBackward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  const batch = plan.batch;
  const step: usize = batch * ROW;
  for (let end = plan.timeSteps; end > 0;) {
    const steps = min(plan.chunkSteps, end);
    const start = end - steps;
    for (let t = end; t-- > start;) {
      const chunkRows: usize = (t - start) * step;
      clearStatePadding(plan, (t + 1) * step);
      for (let unit: u32 = 0; unit < units; unit++) {
        const state: usize = unit * plan.statesStride + (t + 1) * step;
        rnnCellBackward(
          plan.activation,
          plan.states + state,
          plan.dStates + state,
          plan.dGates + unit * plan.dGatesStride + chunkRows,
          plan.dInputBias + unit * ROW,
          batch,
        );
      }
      if (!plan.cutsBefore(t)) stateGradient(plan, plan.dGates + chunkRows, units, t * step);
    }
    inputGradient(plan, plan.dGates, units, start * batch, steps * batch);
    for (let panel: u32 = 0; panel < units; panel++) {
      const g = plan.dGates + panel * plan.dGatesStride;
      gateWeightGradient(plan, panel, g, g, start * batch, steps * batch);
    }
    end = start;
  }
  clearStatePadding(plan, 0);
}
