/**
 * Where the tensors start that only lru and rglru have, whatever the scheme of the other weights: as in lrnnx
 * 1.0.0.post1 and in recurrentgemma 1.0.1.
 *
 * Ring: the squares of the radii are uniform between those of its bounds, so that the factors of the units are uniform
 * over its area. Of lru the radius is |lambda|, and the phases are uniform from 0 to maxPhase; of rglru it is
 * exp(-softplus(a_param)), which a gate of 1 raises to the 8th power.
 *
 *   lru     gamma_log = ln sqrt(1 - |lambda|^2)    B normal / sqrt(2 H)    C normal / sqrt(H)    D normal
 *   rglru   weights of the gates normal / sqrt(H / heads)    their biases 0
 */
import type { ModelConfig } from "../../config/schema/schema";
import { hasRing, resolveRing } from "../../config/facts/ringStart";
import { ownTensors, sizeOf, type NetworkSpec } from "../../shared/trace/networkSpec";
import type { ParameterInfo } from "../../shared/trace/trace";
import { normal, type RandomSource } from "../numerics/random";

/** As in the package, so that no radius is 1. */
const LEAST_LOSS = 1e-8;

/** Whether a tensor is one of those. */
export function isDiagonal({ cell }: NetworkSpec, name: string): boolean {
  return hasRing(cell) && !/^(weight|bias)_ih_l|^readout\./.test(name);
}

/** Fills the own tensors of every layer. @param parameters [all of the layout] */
export function drawDiagonal(
  parameters: Float64Array,
  layout: readonly ParameterInfo[],
  spec: NetworkSpec,
  init: ModelConfig["init"],
  random: RandomSource,
): void {
  if (!hasRing(spec.cell)) return;
  const ring = resolveRing(spec.cell, init);
  for (let l = 0; l < spec.numLayers; l++) {
    const tensors = new Map(
      ownTensors(spec, l).map(({ name, shape }) => {
        const { offset } = layout.find((info) => info.name === `${name}_l${l}`)!;
        return [name, parameters.subarray(offset, offset + sizeOf(shape))];
      }),
    );
    if (init.scheme === "constant") for (const values of tensors.values()) values.fill(init.constant);
    else if (spec.cell === "lru") drawLru(tensors, spec.hiddenSize, ring, init.maxPhase, random);
    else drawRglru(tensors, spec.hiddenSize / (spec.heads ?? 1), ring, random);
  }
}

type Tensors = ReadonlyMap<string, Float64Array>;

function drawLru(
  tensors: Tensors,
  H: number,
  { rMin, rMax }: ReturnType<typeof resolveRing>,
  maxPhase: number,
  random: RandomSource,
): void {
  const nu = tensors.get("nu_log")!;
  const gamma = tensors.get("gamma_log")!;
  for (let j = 0; j < H; j++) {
    const square = random.double() * (rMax ** 2 - rMin ** 2) + rMin ** 2;
    nu[j] = Math.log(-0.5 * Math.log(square));
    gamma[j] = 0.5 * Math.log(1 - square);
  }
  const theta = tensors.get("theta_log")!;
  for (let j = 0; j < H; j++) theta[j] = Math.log(maxPhase * random.double());
  for (const name of ["B_re", "B_im"]) drawNormal(tensors.get(name)!, 1 / Math.sqrt(2 * H), random);
  for (const name of ["C_re", "C_im"]) drawNormal(tensors.get(name)!, 1 / Math.sqrt(H), random);
  drawNormal(tensors.get("D")!, 1, random);
}

/** @param width of a head */
function drawRglru(
  tensors: Tensors,
  width: number,
  { rMin, rMax }: ReturnType<typeof resolveRing>,
  random: RandomSource,
): void {
  const aParam = tensors.get("a_param")!;
  for (let j = 0; j < aParam.length; j++) {
    const square = random.double() * (rMax ** 2 - rMin ** 2) + rMin ** 2 + LEAST_LOSS;
    // softplus(a_param) = -ln of the radius
    aParam[j] = Math.log(Math.expm1(-0.5 * Math.log(Math.min(square, 1 - LEAST_LOSS))));
  }
  for (const name of ["input_gate_weight", "a_gate_weight"])
    drawNormal(tensors.get(name)!, 1 / Math.sqrt(width), random);
}

function drawNormal(values: Float64Array, deviation: number, random: RandomSource): void {
  for (let i = 0; i < values.length; i++) values[i] = normal(random) * deviation;
}
