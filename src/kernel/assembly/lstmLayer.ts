/** An LSTM layer over all its time steps. Gate panels in PyTorch's order i, f, g, o, H/8 panels each. */
import {
  clearStatePadding,
  gateProducts,
  gateWeightGradients,
  inputGradient,
  leastGradient,
  stateGradient,
} from "./gateProducts";
import { LayerPlan } from "./layerPlan";
import { lstmCell, lstmCellBackward } from "./lstmCell";
import { ROW } from "./simd";

/** Reads x, the initial rows of states and cells; writes gates, states, cells, tanhCells. */
export function lstmForward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  const gate: usize = units * plan.gatesStride;
  const step: usize = plan.batch * ROW;
  for (let t: u32 = 0; t < plan.timeSteps; t++) {
    const previous: usize = t * step;
    for (let unit: u32 = 0; unit < units; unit++) {
      // The four gates of eight units one after the other, so that the activations find them in the first-level cache.
      const padded = plan.isPadded(unit);
      gateProducts(plan, t, unit, units + unit, padded);
      gateProducts(plan, t, 2 * units + unit, 3 * units + unit, padded);
      const i = plan.gates + unit * plan.gatesStride + previous;
      const state: usize = unit * plan.statesStride + previous;
      lstmCell(
        i,
        i + gate,
        i + 2 * gate,
        i + 3 * gate,
        plan.cells + state,
        plan.cells + state + step,
        plan.tanhCells + state + step,
        plan.states + state + step,
        plan.batch,
      );
    }
  }
}

/** Reads what lstmForward left and dStates; completes dStates, accumulates dInput, dWeights and dInputBias. */
export function lstmBackward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  const batch = plan.batch;
  const gate: usize = units * plan.gatesStride;
  const dGate: usize = units * plan.dGatesStride;
  const step: usize = batch * ROW;
  // Chunks of time steps, last first: a chunk's gate gradients are still in the second-level cache when the weights
  // take them.
  for (let end = plan.timeSteps; end > 0;) {
    const steps = min(plan.chunkSteps, end);
    const start = end - steps;
    for (let t = end; t-- > start;) {
      const previous: usize = t * step;
      const chunkRows: usize = (t - start) * step;
      const least = leastGradient(plan, t);
      clearStatePadding(plan, previous + step);
      for (let unit: u32 = 0; unit < units; unit++) {
        const i = plan.gates + unit * plan.gatesStride + previous;
        const state: usize = unit * plan.statesStride + previous;
        lstmCellBackward(
          i,
          i + gate,
          i + 2 * gate,
          i + 3 * gate,
          plan.cells + state,
          plan.tanhCells + state + step,
          plan.dStates + state + step,
          plan.dCells + unit * plan.dCellsStride,
          plan.dGates + unit * plan.dGatesStride + chunkRows,
          dGate,
          plan.dInputBias + unit * ROW,
          units * ROW,
          batch,
          least,
        );
      }
      if (plan.cutsBefore(t)) memory.fill(plan.dCells, 0, units * plan.dCellsStride);
      else stateGradient(plan, plan.dGates + chunkRows, 4 * units, previous);
    }
    inputGradient(plan, plan.dGates, 4 * units, start * batch, steps * batch);
    for (let panel: u32 = 0; panel < 4 * units; panel += 2) {
      const g = plan.dGates + panel * plan.dGatesStride;
      const second = g + plan.dGatesStride;
      gateWeightGradients(plan, panel, panel + 1, g, second, g, second, start * batch, steps * batch);
    }
    end = start;
  }
  clearStatePadding(plan, 0);
}
