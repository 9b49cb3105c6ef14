/**
 * A plain recurrent layer over all its time steps: h_t = φ(W_ih·x_t + W_hh·h_{t-1} + b). It has no gates:
 * pre-activations go straight into the states.
 */
import {
  clearStatePadding,
  gateWeightGradient,
  gateWeightGradients,
  inputGradient,
  leastGradient,
  stateGradient,
} from "./gateProducts";
import { LayerPlan } from "./layerPlan";
import { clearPadding } from "./padding";
import { panelPairProduct, panelProduct } from "./panelProduct";
import { rnnCell, rnnCellBackward } from "./rnnCell";
import { COLUMNS, ROW } from "./simd";

/** Reads x and the initial rows of states; writes states. */
export function rnnForward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  const batch = plan.batch;
  const step: usize = batch * ROW;
  const weightPanel: usize = (plan.xQuads * 4 + units * COLUMNS) * ROW;
  for (let t: u32 = 0; t < plan.timeSteps; t++) {
    const x = plan.x + t * step,
      previous = plan.states + t * step;
    const statePanels = plan.statePanels(t);
    for (let unit: u32 = 0; unit < units; unit += 2) {
      const w = plan.weights + unit * weightPanel,
        bias = plan.bias + unit * ROW;
      const h = previous + step + unit * plan.statesStride;
      if (unit + 1 == units) {
        panelProduct(x, plan.xStride, plan.xQuads, previous, plan.statesStride, statePanels, w, bias, 0, h, batch);
        activate(plan, unit, h);
        break;
      }
      const second = h + plan.statesStride;
      panelPairProduct(
        x,
        plan.xStride,
        plan.xQuads,
        previous,
        plan.statesStride,
        statePanels,
        w,
        w + weightPanel,
        bias,
        bias + ROW,
        0,
        h,
        second,
        batch,
      );
      activate(plan, unit, h);
      activate(plan, unit + 1, second);
    }
  }
}

function activate(plan: LayerPlan, unit: u32, h: usize): void {
  if (plan.isPadded(unit)) clearPadding(h, plan.lastColumns, plan.batch);
  rnnCell(plan.activation, h, plan.batch);
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
      const least = leastGradient(plan, t);
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
          least,
        );
      }
      if (!plan.cutsBefore(t)) stateGradient(plan, plan.dGates + chunkRows, units, t * step);
    }
    inputGradient(plan, plan.dGates, units, start * batch, steps * batch);
    for (let panel: u32 = 0; panel < units; panel += 2) {
      const g = plan.dGates + panel * plan.dGatesStride;
      const second = g + plan.dGatesStride;
      if (panel + 1 == units) gateWeightGradient(plan, panel, g, g, start * batch, steps * batch);
      else gateWeightGradients(plan, panel, panel + 1, g, second, g, second, start * batch, steps * batch);
    }
    end = start;
  }
  clearStatePadding(plan, 0);
}
