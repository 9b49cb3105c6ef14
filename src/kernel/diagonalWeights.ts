/** What lru and rglru compute with, from their parameters, once a step. */
import { unitFactors } from "../core/cells/lru";
import { logDecaySlope, paramSlope } from "../core/cells/rglru";
import type { NetworkSpec } from "../core/network/network";
import { BAND_WORDS } from "./diagonalPlan";
import type { Address, Kernel } from "./kernelModule";
import type { ParameterMemory } from "./networkMemory";
import { paddedToPanel, placeIn, ROW_BYTES, type Floats } from "./panelMatrix";

/** Fills the factors of all layers, and says where the bands are. */
export function deriveFactors(spec: NetworkSpec, memory: ParameterMemory, floats: Floats): void {
  const { format, layers } = memory.packed;
  const { hiddenSize: H } = spec;
  const hidden = paddedToPanel(H, format);
  layers.forEach(({ diagonal }, l) => {
    const { factors, bands } = memory.layers[l]!.diagonal!;
    const start = placeIn(floats, memory.parameters) + diagonal!.units;
    const vector = (index: number): Float64Array =>
      Float64Array.from(floats.subarray(start + index * hidden, start + index * hidden + H));
    const values = spec.cell === "lru" ? lruFactors(vector) : rglruFactors(vector(0));
    values.forEach((each, index) => floats.set(each, placeIn(floats, factors) + index * hidden));
    const words = new Uint32Array(floats.buffer, bands, BAND_WORDS * diagonal!.bands.length);
    diagonal!.bands.forEach(({ first, panels, offset }, panel) =>
      words.set([first, panels, offset * format.bytes], BAND_WORDS * panel),
    );
  });
}

function lruFactors(vector: (index: number) => Float64Array): Float64Array[] {
  const [nu, theta, gamma] = [0, 1, 2].map(vector);
  const own = { nu_log: nu!, theta_log: theta!, gamma_log: gamma! };
  const { re, im, gamma: scale } = unitFactors(own);
  const byNu = nu!.map((value) => -Math.exp(value));
  const byTheta = theta!.map(Math.exp);
  return [
    re,
    im,
    scale,
    re.map((value, j) => value * byNu[j]!),
    im.map((value, j) => value * byNu[j]!),
    im.map((value, j) => -value * byTheta[j]!),
    re.map((value, j) => value * byTheta[j]!),
  ];
}

function rglruFactors(aParam: Float64Array): Float64Array[] {
  return [aParam.map((value) => -logDecaySlope(value)), aParam.map(paramSlope)];
}

/** The transposed weights of the backward pass. */
export function transposeDiagonal(kernel: Kernel, spec: NetworkSpec, memory: ParameterMemory): void {
  const { format, layers } = memory.packed;
  const hidden = paddedToPanel(spec.hiddenSize, format);
  const units = hidden / format.columns;
  const panel = hidden * ROW_BYTES;
  layers.forEach(({ diagonal }, l) => {
    const { innerTransposed, outerTransposed, bands } = memory.layers[l]!.diagonal!;
    const { projects, inner, outer, gateWeights } = diagonal!;
    const addressOf = (numbers: number): Address => memory.parameters + numbers * format.bytes;
    if (spec.cell === "lru")
      kernel.transposeWeights(addressOf(outer), 2 * panel, units, 2 * units, outerTransposed, panel);
    // Nobody asks for the gradient of what comes from the data.
    if (l === 0 && !projects) return;
    if (spec.cell === "lru")
      kernel.transposeWeights(addressOf(inner), panel, 2 * units, units, innerTransposed, 2 * panel);
    else kernel.transposeBands(addressOf(inner), gateWeights * format.bytes, bands, units, innerTransposed);
  });
}

/** Zeroes the gradients of the places that no head has. */
export function clearHoles({ packed, gradients }: ParameterMemory, floats: Floats): void {
  const start = placeIn(floats, gradients[0]!);
  for (const { diagonal } of packed.layers) {
    if (diagonal === null || diagonal.holes.length === 0) continue;
    const { inner, gateWeights, holes } = diagonal;
    for (const hole of holes) floats[start + inner + hole] = floats[start + inner + gateWeights + hole] = 0;
  }
}
