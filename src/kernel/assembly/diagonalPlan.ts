import { LayerPlan } from "./layerPlan";
import { addColumnSums, addWeightGradients, clearUnit, tiledProducts } from "./rowProducts";
import { QUADS, ROW } from "./simd";

/** The units that a panel of a gate of rglru reads: those of its heads, in whole panels. TypeScript writes it. */
@unmanaged
export class Band {
  /** First of the panels that are read, and how many. */
  first: u32;
  panels: u32;
  /** Bytes from the gate's first weights to those of this panel, [C·panels][C]. */
  offset: u32;
}
/** Bytes of it. */
// @ts-ignore: decorator
@inline export const BAND: usize = 12;

/**
 * What a layer of lru or rglru has beside the fields that all layers have; all u32, in this order. Its `weights` are
 * those that project the input to u, [H/C][4·xQuads][C], where there are such; `bias` is theirs.
 *
 * Of lru, `cells` and `dCells` hold the complex states z and their gradients, [(T+1)·B, 2 H]: real parts, and imaginary
 * parts with the other sign. Its `gates` are B u, [T·B, 2 H], and `inner` and `outer` B [2 H/C][H][C] and C
 * [H/C][2 H][C], C's real part first. Of rglru, `gates` are i, r, a and m, and `inner` the weights of i, then of r.
 */
@unmanaged
export class DiagonalPlan extends LayerPlan {
  /** 1 where u is projected from x; else it is x. */
  projects: u32;
  /** [T·B, H] u where it is projected, and [chunkSteps·B, H] its gradient in one chunk. */
  u: u32;
  uStride: u32;
  du: u32;
  duStride: u32;
  /** A Band for each panel of units; rglru. */
  bands: u32;
  /** Bytes of the weights of a gate; rglru. */
  gateWeights: u32;
  inner: u32;
  /** [H] for each gate of rglru. */
  innerBias: u32;
  innerTransposed: u32;
  outer: u32;
  outerTransposed: u32;
  /** [H] each. lru: D. rglru: none. */
  skip: u32;
  /** [H] each, see diagonalWeights.ts. */
  factors: u32;
  /** Where gradients are added: laid out as inner, innerBias, outer. */
  dInner: u32;
  dInnerBias: u32;
  dOuter: u32;
  /** [H] each. lru: those of nu_log, theta_log, gamma_log and D. rglru: of a_param. */
  dUnits: u32;

  /** u of the rows that begin at byte `first`. */
  @inline
  inputAt(first: usize): usize {
    return (this.projects ? this.u : this.x) + first;
  }

  @inline
  inputStride(): usize {
    return this.projects ? this.uStride : this.xStride;
  }

  /** Where dL/du of the chunk whose rows begin at byte `first` is added; 0 where nobody needs it. */
  @inline
  inputGradientAt(first: usize): usize {
    if (this.projects) return this.dWeights == 0 ? 0 : this.du;
    return this.dInput == 0 ? 0 : this.dInput + first;
  }

  @inline
  inputGradientStride(): usize {
    return this.projects ? this.duStride : this.dInputStride;
  }
}

/** u = x·W + bias in the rows of a chunk, where u is not x. */
export function projectInput(plan: DiagonalPlan, first: usize, rows: u32): void {
  if (!plan.projects) return;
  const units = plan.hiddenPanels;
  const u = plan.u + first;
  tiledProducts(plan.x + first, plan.xStride, plan.xQuads, plan.weights, plan.bias, ROW, u, plan.uStride, units, rows);
  clearUnit(plan, units - 1, u + (units - 1) * plan.uStride, rows);
}

/** Zeroes where dL/du of a chunk is added, unless that is dL/dx of the layer below. */
export function clearInputGradient(plan: DiagonalPlan, rows: u32): void {
  if (!plan.projects) return;
  for (let unit: u32 = 0; unit < plan.hiddenPanels; unit++) memory.fill(plan.du + unit * plan.duStride, 0, rows * ROW);
}

/** Of a chunk, from dL/du to the gradients of what projects the input, where it is projected. */
export function addProjectionGradients(plan: DiagonalPlan, first: usize, rows: u32): void {
  if (!plan.projects) return;
  const units = plan.hiddenPanels;
  const x = plan.x + first;
  const du = plan.du,
    duStride = plan.duStride;
  addWeightGradients(x, plan.xStride, plan.xQuads, du, duStride, plan.dWeights, units, rows);
  for (let unit: u32 = 0; unit < units; unit++) addColumnSums(du + unit * duStride, rows, plan.dInputBias + unit * ROW);
}

/** Quads of the columns of u. */
// @ts-ignore: decorator
@inline
export function unitQuads(plan: DiagonalPlan): u32 {
  return plan.hiddenPanels * QUADS;
}

/** Bytes of a vector of H numbers. */
// @ts-ignore: decorator
@inline
export function unitBytes(plan: DiagonalPlan): usize {
  return plan.hiddenPanels * ROW;
}
