/**
 * The rates of the leaks of a leaky network, and its noise. Of the process
 * tau dv = (-v + ...) dt + sqrt(2 tau) sigma dW, Euler's step dt adds sqrt(2 alpha) sigma xi to v, which is alpha times
 * sqrt(2 / alpha) sigma xi in the sum (Song, Yang and Wang, PLoS Computational Biology 12, 2016). Inputs get the latter
 * as well.
 */
import { noiseScale, type CtrnnSpec } from "../../shared/trace/ctrnnSpec";
import { normal, type RandomSource } from "../numerics/random";
import { sigmoid } from "../numerics/sigmoid";

/** alpha of each unit, [H]. @param leak null: the same for all */
export function leakRates({ alpha }: CtrnnSpec, leak: Float64Array | null, H: number): Float64Array {
  return leak === null ? new Float64Array(H).fill(alpha) : leak.map(sigmoid);
}

/** x [B, T, I] += sqrt(2 / alpha) sigma xi, one normal number an element, in order. */
export function addInputNoise({ inputNoise, alpha }: CtrnnSpec, x: Float64Array, random: RandomSource): void {
  if (inputNoise === 0) return;
  const scale = noiseScale(inputNoise, alpha);
  for (let i = 0; i < x.length; i++) x[i] = x[i]! + scale * normal(random);
}

/**
 * n [B, T, H], empty without noise: one normal number an element, in order; zeros in evaluation.
 * @param alphas of each unit, [H]
 */
export function drawNoise(
  { noise: sigma }: CtrnnSpec,
  alphas: Float64Array,
  noise: Float64Array,
  random: RandomSource | null,
): void {
  if (random === null) {
    noise.fill(0);
    return;
  }
  const scales = alphas.map((alpha) => noiseScale(sigma, alpha));
  for (let i = 0; i < noise.length; i++) noise[i] = scales[i % scales.length]! * normal(random);
}
