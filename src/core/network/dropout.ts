/**
 * Inverted dropout (Srivastava et al., JMLR 15, 2014).
 *
 *   y = x m     dx = dy m     m = 0 with probability p, else 1 / (1 - p)
 */
import type { RandomSource } from "../numerics/random";

/** One draw an element, in order: u < p drops it. */
export function drawDropoutMask(mask: Float64Array, p: number, random: RandomSource): void {
  const kept = 1 / (1 - p);
  for (let i = 0; i < mask.length; i++) mask[i] = random.double() < p ? 0 : kept;
}

/** Both ways: the values times the mask, in place. */
export function applyDropoutMask(values: Float64Array, mask: Float64Array): void {
  for (let i = 0; i < mask.length; i++) values[i] = values[i]! * mask[i]!;
}
