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
import { clearPadding } from "./padding";
import { panelPairProduct, panelProduct } from "./panelProduct";
import { ROW } from "./simd";
import { weightGradient, weightGradientPair } from "./weightGradient";

/** Rows that a tile of products has at least, whatever the build. */
// @ts-ignore: decorator
@inline const TILE: u32 = 4;

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
      clearGate(plan, unit, z, rows);
      sigmoidPanel(z, rows);
      candidatePanel(plan.activation, n, states + plan.batch * ROW, rows);
      clearGate(plan, unit, n, rows);
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
      clearGate(plan, unit, i, rows);
      clearGate(plan, unit, f, rows);
      minlstmGates(i, f, n + gate, n + 2 * gate, rows);
      candidatePanel(plan.activation, n, states + plan.batch * ROW, rows);
      clearGate(plan, unit, n, rows);
      minlstmStates(i, f, n, states, plan.batch, steps);
    }
    start += steps;
  }
}

/** Steps of the chunk that begins at `start`. What would be less than a tile after it belongs to it. */
function stepsFrom(plan: LayerPlan, start: u32): u32 {
  const left = plan.timeSteps - start;
  return left <= plan.chunkSteps || (left - plan.chunkSteps) * plan.batch < TILE ? left : plan.chunkSteps;
}

/**
 * x·W + bias for all gates of a chunk, whose rows of x and of the gates begin at byte `first`. The rows left over by
 * whole tiles are computed in a tile with some before them, so that every row is added up in the same order, however a
 * sequence is cut into pieces. Fewer rows than a tile are those of all steps, and the gates have room for a tile.
 */
function inputProducts(plan: LayerPlan, groups: u32, first: usize, rows: u32): void {
  const whole = max(rows & ~(TILE - 1), TILE);
  gateProductsOf(plan, groups, first, whole);
  if (rows > whole) gateProductsOf(plan, groups, first + (rows - TILE) * ROW, TILE);
}

function gateProductsOf(plan: LayerPlan, groups: u32, first: usize, rows: u32): void {
  const panels = groups * plan.hiddenPanels;
  const weightPanel: usize = plan.xQuads * 4 * ROW;
  const x = plan.x + first;
  const xStride = plan.xStride,
    xQuads = plan.xQuads;
  let w: usize = plan.weights,
    bias: usize = plan.bias,
    c: usize = plan.gates + first;
  let panel: u32 = 0;
  for (; panel + 1 < panels; panel += 2) {
    const wSecond = w + weightPanel,
      cSecond = c + plan.gatesStride;
    panelPairProduct(x, xStride, xQuads, 0, 0, 0, w, wSecond, bias, bias + ROW, 0, c, cSecond, rows);
    ((w = wSecond + weightPanel), (bias += 2 * ROW), (c = cSecond + plan.gatesStride));
  }
  if (panel < panels) panelProduct(x, xStride, xQuads, 0, 0, 0, w, bias, 0, c, rows);
}

function clearGate(plan: LayerPlan, unit: u32, gate: usize, rows: u32): void {
  if (plan.isPadded(unit)) clearPadding(gate, plan.lastColumns, rows);
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
      clearGate(plan, unit, dStates + batch * ROW, rows);
      if (groups == 2) {
        const nBias = bias + biasGate;
        mingruBackwardPanel(plan, gates, gates + gate, states, dStates, d, dGate, bias, nBias, start, end);
      } else {
        minlstmBackwardPanel(plan, gates, gate, states, dStates, d, dGate, bias, biasGate, start, end);
      }
    }
    inputGradient(plan, plan.dGates, groups * units, start * batch, rows);
    if (plan.dWeights != 0) weightGradients(plan, groups * units, first, rows);
    end = start;
  }
  clearStatePadding(plan, 0);
}

/** Of all gate panels for the rows of a chunk, whose rows of x begin at byte `first`. */
function weightGradients(plan: LayerPlan, panels: u32, first: usize, rows: u32): void {
  const weightPanel: usize = plan.xQuads * 4 * ROW;
  const x = plan.x + first;
  let g: usize = plan.dGates,
    dw: usize = plan.dWeights;
  let panel: u32 = 0;
  for (; panel + 1 < panels; panel += 2) {
    const gSecond = g + plan.dGatesStride,
      dwSecond = dw + weightPanel;
    weightGradientPair(x, plan.xStride, plan.xQuads, g, gSecond, dw, dwSecond, rows);
    ((g = gSecond + plan.dGatesStride), (dw = dwSecond + weightPanel));
  }
  if (panel < panels) weightGradient(x, plan.xStride, plan.xQuads, g, dw, rows);
}
