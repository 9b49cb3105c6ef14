/**
 * A layer of rglru over all its time steps. Its gates see the input alone: their products come first, of a whole chunk
 * of steps, and what is left over time is elementwise. A panel of a gate reads the units of its heads, see Band.
 */
import {
  addProjectionGradients,
  Band,
  BAND,
  clearInputGradient,
  DiagonalPlan,
  projectInput,
  unitBytes,
} from "./diagonalPlan";
import { clearStatePadding } from "./gateProducts";
import { panelPairProduct, panelProduct } from "./panelProduct";
import { rglruBackwardPanel, rglruGates, rglruStates } from "./rglruCell";
import { addColumnSums, clearUnit, stepsFrom, tiledPairProduct } from "./rowProducts";
import { COLUMNS, QUADS, ROW } from "./simd";
import { transposeBlock } from "./transposeWeights";
import { weightGradientPair } from "./weightGradient";

/** Reads x and the initial rows of states; writes gates and states. */
export function rglruForward(plan: DiagonalPlan): void {
  const units = plan.hiddenPanels;
  const gate: usize = units * plan.gatesStride;
  for (let start: u32 = 0; start < plan.timeSteps;) {
    const steps = stepsFrom(plan, start);
    const first: usize = start * plan.batch * ROW;
    const rows = steps * plan.batch;
    projectInput(plan, first, rows);
    for (let unit: u32 = 0; unit < units; unit++) {
      const i = plan.gates + unit * plan.gatesStride + first;
      const r = i + gate;
      const a = r + gate;
      const u = plan.inputAt(first) + unit * plan.inputStride();
      const states = plan.states + unit * plan.statesStride + first;
      gateProducts(plan, unit, first, rows);
      rglruGates(i, r, a, a + gate, plan.factors + unit * ROW, rows);
      rglruStates(i, a, a + gate, u, states, plan.batch, steps);
    }
    start += steps;
  }
}

/** The pre-activations of i and r. */
function gateProducts(plan: DiagonalPlan, unit: u32, first: usize, rows: u32): void {
  const band = bandOf(plan.bands, unit);
  const uStride = plan.inputStride();
  const u = plan.inputAt(first) + band.first * uStride;
  const w = plan.inner + band.offset;
  const bias = plan.innerBias + unit * ROW;
  const i = plan.gates + unit * plan.gatesStride + first;
  const r = i + plan.hiddenPanels * plan.gatesStride;
  const wSecond = w + plan.gateWeights,
    biasSecond = bias + unitBytes(plan);
  tiledPairProduct(u, uStride, band.panels * QUADS, w, wSecond, bias, biasSecond, i, r, rows);
  clearUnit(plan, unit, i, rows);
  clearUnit(plan, unit, r, rows);
}

// @ts-ignore: decorator
@inline
function bandOf(bands: usize, unit: u32): Band {
  return changetype<Band>(bands + unit * BAND);
}

/** Reads what rglruForward left and dStates; completes dStates, accumulates dInput and the gradients of the weights. */
export function rglruBackward(plan: DiagonalPlan): void {
  const units = plan.hiddenPanels;
  for (let end = plan.timeSteps; end > 0;) {
    const steps = min(plan.chunkSteps, end);
    const start = end - steps;
    const first: usize = start * plan.batch * ROW;
    const rows = steps * plan.batch;
    const du = plan.inputGradientAt(first),
      duStride = plan.inputGradientStride();
    if (du != 0) clearInputGradient(plan, rows);
    for (let unit: u32 = 0; unit < units; unit++) {
      clearUnit(plan, unit, plan.dStates + unit * plan.statesStride + first + plan.batch * ROW, rows);
      const u = plan.inputAt(first) + unit * plan.inputStride();
      rglruBackwardPanel(plan, unit, u, du == 0 ? 0 : du + unit * duStride, start, end);
    }
    if (plan.dWeights != 0) gateGradients(plan, first, rows);
    if (du != 0) throughGates(plan, du, duStride, rows);
    if (plan.dWeights != 0) addProjectionGradients(plan, first, rows);
    end = start;
  }
  clearStatePadding(plan, 0);
}

/** Of a chunk, the gradients of the weights and biases of i and r. */
function gateGradients(plan: DiagonalPlan, first: usize, rows: u32): void {
  const uStride = plan.inputStride();
  for (let unit: u32 = 0; unit < plan.hiddenPanels; unit++) {
    const band = bandOf(plan.bands, unit);
    const u = plan.inputAt(first) + band.first * uStride;
    const di = plan.dGates + unit * plan.dGatesStride;
    const dr = di + plan.hiddenPanels * plan.dGatesStride;
    const dw = plan.dInner + band.offset;
    weightGradientPair(u, uStride, band.panels * QUADS, di, dr, dw, dw + plan.gateWeights, rows);
    const bias = plan.dInnerBias + unit * ROW;
    addColumnSums(di, rows, bias);
    addColumnSums(dr, rows, bias + unitBytes(plan));
  }
}

/** du += di·W_i + dr·W_r of a chunk. */
function throughGates(plan: DiagonalPlan, du: usize, duStride: usize, rows: u32): void {
  const units = plan.hiddenPanels;
  const stride = plan.dGatesStride;
  for (let unit: u32 = 0; unit < units; unit++) {
    const band = bandOf(plan.bands, unit);
    const di = plan.dGates + band.first * stride;
    const dr = di + units * stride;
    const quads = band.panels * QUADS;
    const w = plan.innerTransposed + 2 * band.offset;
    const target = du + unit * duStride;
    if (unit + 1 < units && bandOf(plan.bands, unit + 1).first == band.first) {
      const next = bandOf(plan.bands, unit + 1);
      if (next.panels == band.panels) {
        const wSecond = plan.innerTransposed + 2 * next.offset,
          second = target + duStride;
        panelPairProduct(
          di,
          stride,
          quads,
          dr,
          stride,
          band.panels,
          w,
          wSecond,
          target,
          second,
          ROW,
          target,
          second,
          rows,
        );
        unit++;
        continue;
      }
    }
    panelProduct(di, stride, quads, dr, stride, band.panels, w, target, ROW, target, rows);
  }
}

/**
 * For each panel of inputs the weights of i and of r that read it, turned around: out[panel] is [2·C·panels][C], at
 * twice the offset of its band. w: weights of i; those of r are `gateWeights` bytes after them.
 */
export function transposeBands(w: usize, gateWeights: usize, bands: usize, units: u32, out: usize): void {
  for (let unit: u32 = 0; unit < units; unit++) {
    const band = bandOf(bands, unit);
    let target: usize = out + 2 * band.offset;
    for (let gate: u32 = 0; gate < 2; gate++) {
      for (let panel: u32 = 0; panel < band.panels; panel++) {
        const reader = bandOf(bands, band.first + panel);
        transposeBlock(w + gate * gateWeights + reader.offset + (unit - reader.first) * COLUMNS * ROW, target);
        target += COLUMNS * ROW;
      }
    }
  }
}
