/**
 * A layer of minGRU or minLSTM over all its time steps. Gates and candidate see the input alone: the products of a
 * whole chunk of steps come first, and what is left over time is elementwise. A weight panel has the rows for x only.
 *
 * Gates: minGRU z, n; minLSTM i, f, n, and after them 1 - sigmoid of the pre-activations of i and f. Gate gradients and
 * weights have the first two, and the first three.
 */
import { sigmoidPanel } from "./activations";
import { clearStatePadding, inputGradient } from "./gateProducts";
import { LayerPlan } from "./layerPlan";
import { candidatePanel, mingruBackwardPanel, mingruStates } from "./minCell";
import { minlstmBackwardPanel, minlstmGates, minlstmStates } from "./minCell";
import { addWeightGradients, clearUnit, stepsFrom, tiledProducts } from "./rowProducts";
import { ROW } from "./simd";

/** Reads x and the initial rows of states; writes gates and states. */
export function mingruForward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  for (let start: u32 = 0; start < plan.timeSteps;) {
    const steps = stepsFrom(plan, start);
    const rows = steps * plan.batch;
    const first: usize = start * plan.batch * ROW;
    inputProducts(plan, 2, first, rows);
    for (let unit: u32 = 0; unit < units; unit++) {
      const z = plan.gates + unit * plan.gatesStride + first;
      const n = z + units * plan.gatesStride;
      const states = plan.states + unit * plan.statesStride + first;
      clearUnit(plan, unit, z, rows);
      sigmoidPanel(z, rows);
      candidatePanel(plan.activation, n, states + plan.batch * ROW, rows);
      clearUnit(plan, unit, n, rows);
      mingruStates(z, n, states, plan.batch, steps);
    }
    start += steps;
  }
}

/** Reads x and the initial rows of states; writes gates and states. */
export function minlstmForward(plan: LayerPlan): void {
  const units = plan.hiddenPanels;
  const gate: usize = units * plan.gatesStride;
  for (let start: u32 = 0; start < plan.timeSteps;) {
    const steps = stepsFrom(plan, start);
    const rows = steps * plan.batch;
    const first: usize = start * plan.batch * ROW;
    inputProducts(plan, 3, first, rows);
    for (let unit: u32 = 0; unit < units; unit++) {
      const i = plan.gates + unit * plan.gatesStride + first;
      const f = i + gate;
      const n = f + gate;
      const states = plan.states + unit * plan.statesStride + first;
      clearUnit(plan, unit, i, rows);
      clearUnit(plan, unit, f, rows);
      minlstmGates(i, f, n + gate, n + 2 * gate, rows);
      candidatePanel(plan.activation, n, states + plan.batch * ROW, rows);
      clearUnit(plan, unit, n, rows);
      minlstmStates(i, f, n, states, plan.batch, steps);
    }
    start += steps;
  }
}

/** x·W + bias for all gates of a chunk, whose rows of x and of the gates begin at byte `first`. */
function inputProducts(plan: LayerPlan, groups: u32, first: usize, rows: u32): void {
  const panels = groups * plan.hiddenPanels;
  const c = plan.gates + first;
  tiledProducts(
    plan.x + first,
    plan.xStride,
    plan.xQuads,
    plan.weights,
    plan.bias,
    ROW,
    c,
    plan.gatesStride,
    panels,
    rows,
  );
}

/** Reads what mingruForward left and dStates; completes dStates, accumulates dInput, dWeights and dInputBias. */
export function mingruBackward(plan: LayerPlan): void {
  backward(plan, 2);
}

/** As {@link mingruBackward}. */
export function minlstmBackward(plan: LayerPlan): void {
  backward(plan, 3);
}

function backward(plan: LayerPlan, groups: u32): void {
  const units = plan.hiddenPanels;
  const batch = plan.batch;
  const gate: usize = units * plan.gatesStride;
  const dGate: usize = units * plan.dGatesStride;
  const biasGate: usize = units * ROW;
  for (let end = plan.timeSteps; end > 0;) {
    const steps = min(plan.chunkSteps, end);
    const start = end - steps;
    const rows = steps * batch;
    const first: usize = start * batch * ROW;
    for (let unit: u32 = 0; unit < units; unit++) {
      const gates = plan.gates + unit * plan.gatesStride + first;
      const states = plan.states + unit * plan.statesStride + first;
      const dStates = plan.dStates + unit * plan.statesStride + first;
      const d = plan.dGates + unit * plan.dGatesStride;
      const bias = plan.dInputBias + unit * ROW;
      clearUnit(plan, unit, dStates + batch * ROW, rows);
      if (groups == 2) {
        const nBias = bias + biasGate;
        mingruBackwardPanel(plan, gates, gates + gate, states, dStates, d, dGate, bias, nBias, start, end);
      } else {
        minlstmBackwardPanel(plan, gates, gate, states, dStates, d, dGate, bias, biasGate, start, end);
      }
    }
    inputGradient(plan, plan.dGates, groups * units, start * batch, rows);
    if (plan.dWeights != 0) {
      const x = plan.x + first;
      const dGates = plan.dGates;
      addWeightGradients(x, plan.xStride, plan.xQuads, dGates, plan.dGatesStride, plan.dWeights, groups * units, rows);
    }
    end = start;
  }
  clearStatePadding(plan, 0);
}
