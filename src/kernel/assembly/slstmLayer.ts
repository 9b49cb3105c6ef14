/**
 * An sLSTM layer over all its time steps. Gate panels in the order i, f, g, o, H/C panels each; the gates have a fifth
 * group, the slopes of ln f. Recurrent weights between heads are zero.
 */
import { LayerPlan } from "./layerPlan";
import {
  clearStatePadding,
  gateProducts,
  gateWeightGradients,
  inputGradient,
  leastGradient,
  stateGradient,
} from "./gateProducts";
import { ROW } from "./simd";
import { slstmCell, slstmCellBackward } from "./slstmCell";

/** Reads x and the initial rows of states, cells, normalizers and stabilizers; writes them and the gates. */
export function slstmForward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  const gate: usize = units * plan.gatesStride;
  const step: usize = plan.batch * ROW;
  for (let t: u32 = 0; t < plan.timeSteps; t++) {
    const previous: usize = t * step;
    for (let unit: u32 = 0; unit < units; unit++) {
      const padded = plan.isPadded(unit);
      gateProducts(plan, t, unit, units + unit, padded);
      gateProducts(plan, t, 2 * units + unit, 3 * units + unit, padded);
      const i = plan.gates + unit * plan.gatesStride + previous;
      const state: usize = unit * plan.statesStride + previous;
      const c = plan.cells + state,
        n = plan.normalizers + state,
        m = plan.stabilizers + state;
      slstmCell(
        plan.activation,
        i,
        i + gate,
        i + 2 * gate,
        i + 3 * gate,
        i + 4 * gate,
        c,
        n,
        m,
        c + step,
        n + step,
        m + step,
        plan.states + state + step,
        plan.batch,
      );
    }
  }
}

/** Reads what slstmForward left and dStates; completes dStates, accumulates dInput, dWeights and dInputBias. */
export function slstmBackward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  const batch = plan.batch;
  const gate: usize = units * plan.gatesStride;
  const dGate: usize = units * plan.dGatesStride;
  const step: usize = batch * ROW;
  memory.fill(plan.dWeightLogs, 0, units * plan.dCellsStride);
  for (let end = plan.timeSteps; end > 0;) {
    const steps = min(plan.chunkSteps, end);
    const start = end - steps;
    for (let t = end; t-- > start;) {
      const previous: usize = t * step;
      const chunkRows: usize = (t - start) * step;
      const least = leastGradient(plan, t);
      clearStatePadding(plan, previous + step);
      for (let unit: u32 = 0; unit < units; unit++) {
        const state: usize = unit * plan.statesStride + previous + step;
        const carried: usize = unit * plan.dCellsStride;
        slstmCellBackward(
          plan.gates + unit * plan.gatesStride + previous,
          gate,
          plan.cells + state,
          plan.normalizers + state,
          step,
          plan.dStates + state,
          plan.dCells + carried,
          plan.dWeightLogs + carried,
          plan.dGates + unit * plan.dGatesStride + chunkRows,
          dGate,
          plan.dInputBias + unit * ROW,
          units * ROW,
          batch,
          least,
        );
      }
      if (plan.cutsBefore(t)) {
        memory.fill(plan.dCells, 0, units * plan.dCellsStride);
        memory.fill(plan.dWeightLogs, 0, units * plan.dCellsStride);
      } else {
        stateGradient(plan, plan.dGates + chunkRows, 4 * units, previous);
      }
    }
    inputGradient(plan, plan.dGates, 4 * units, start * batch, steps * batch);
    for (let panel: u32 = 0; panel < 4 * units && plan.dWeights != 0; panel += 2) {
      const g = plan.dGates + panel * plan.dGatesStride;
      const second = g + plan.dGatesStride;
      gateWeightGradients(plan, panel, panel + 1, g, second, g, second, start * batch, steps * batch);
    }
    end = start;
  }
  clearStatePadding(plan, 0);
}
