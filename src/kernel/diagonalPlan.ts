/** Where lies what lru and rglru have beside other cells: what follows from their parameters, and their plans. */
import type { NetworkSpec } from "../core/network/network";
import type { PackedDiagonal } from "./diagonalParameters";
import type { Address } from "./kernelModule";
import { paddedToPanel, type NumberFormat, type PanelMatrix } from "./panelMatrix";

/** The fields of the kernel's DiagonalPlan (src/kernel/assembly/diagonalPlan.ts) after those of all layers. */
const DIAGONAL_FIELDS = [
  "projects",
  "u",
  "uStride",
  "du",
  "duStride",
  "bands",
  "gateWeights",
  "inner",
  "innerBias",
  "innerTransposed",
  "outer",
  "outerTransposed",
  "skip",
  "factors",
  "dInner",
  "dInnerBias",
  "dOuter",
  "dUnits",
] as const;
export type DiagonalPlan = Record<(typeof DIAGONAL_FIELDS)[number], number>;
export const DIAGONAL_PLAN_BYTES = 4 * DIAGONAL_FIELDS.length;

/** Of a layer, what follows from its parameters. */
export interface DerivedDiagonal {
  /** Vectors of H' numbers: those of FACTORS. */
  readonly factors: Address;
  /** lru: B as [H'/C][2 H'][C]. rglru: for each band the rows of i and of r. */
  readonly innerTransposed: Address;
  /** lru: C as [2 H'/C][H'][C]. */
  readonly outerTransposed: Address;
  /** See Band in src/kernel/assembly/diagonalPlan.ts. */
  readonly bands: Address;
}

/**
 * lru: lambda as real and imaginary part, gamma; then the slopes of lambda's parts by nu_log, and by theta_log. rglru:
 * s, and what a_param's gradient is of the sum of r·e, see rglruCell.ts.
 */
const FACTORS = { lru: 7, rglru: 2 } as const;
/** Words of a band. */
export const BAND_WORDS = 3;

/** @param take hands out room for so many numbers */
export function placeDiagonal(
  { cell, hiddenSize }: NetworkSpec,
  format: NumberFormat,
  { gateWeights, bands }: PackedDiagonal,
  take: (numbers: number) => Address,
): DerivedDiagonal {
  const hidden = paddedToPanel(hiddenSize, format);
  const isLru = cell === "lru";
  return {
    factors: take(FACTORS[isLru ? "lru" : "rglru"] * hidden),
    innerTransposed: take(2 * gateWeights),
    outerTransposed: isLru ? take(2 * hidden * hidden) : 0,
    bands: take(Math.ceil((BAND_WORDS * 4 * bands.length) / format.bytes)),
  };
}

/**
 * @param addresses gradients: where one thread adds those of the parameters; zeros: as many as two gates have units
 * @param projected u where it is projected, and the gradients of a chunk of it
 */
export function planDiagonal(
  { hiddenSize }: NetworkSpec,
  format: NumberFormat,
  packedLayer: PackedDiagonal,
  { factors, innerTransposed, outerTransposed, bands }: DerivedDiagonal,
  {
    parameters,
    gradients,
    zeros,
    unusedBias,
  }: Readonly<Record<"parameters" | "gradients" | "zeros" | "unusedBias", Address>>,
  projected: { readonly u: PanelMatrix; readonly du: PanelMatrix },
): DiagonalPlan {
  const { bytes } = format;
  const { projects, units, inner, innerBias, outer, gateWeights } = packedLayer;
  const hidden = paddedToPanel(hiddenSize, format);
  return {
    projects: projects ? 1 : 0,
    u: projected.u.address,
    uStride: projected.u.stride,
    du: projected.du.address,
    duStride: projected.du.stride,
    bands,
    gateWeights: gateWeights * bytes,
    inner: parameters + inner * bytes,
    innerBias: innerBias === null ? zeros : parameters + innerBias * bytes,
    innerTransposed,
    outer: parameters + outer * bytes,
    outerTransposed,
    skip: parameters + (units + 3 * hidden) * bytes,
    factors,
    dInner: gradients + inner * bytes,
    dInnerBias: innerBias === null ? unusedBias : gradients + innerBias * bytes,
    dOuter: gradients + outer * bytes,
    dUnits: gradients + units * bytes,
  };
}

export function writeDiagonalPlan(words: Uint32Array, address: Address, plan: DiagonalPlan): void {
  DIAGONAL_FIELDS.forEach((field, index) => (words[(address >> 2) + index] = plan[field]));
}
