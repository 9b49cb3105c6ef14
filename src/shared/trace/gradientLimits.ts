/** The limits at which a gradient counts as vanishing or exploding, one set for the charts and the diagnosis. */
import type { EngineName } from "./trace";

export const GRADIENT_LIMITS = {
  /**
   * Norm of the whole gradient from which growth over time counts as an explosion. Practice; clips are 0.1 to 10
   * (Pascanu, Mikolov and Bengio, 2013).
   */
  explodingNorm: 1000,
  /**
   * |dL/dh_1| / |dL/dh_T| below it: what happened first no longer counts (Bengio, Simard and Frasconi, 1994, for the
   * effect; the number is practice).
   */
  vanishingRatio: 1e-4,
  /** Sequences of fewer steps back do not vanish. */
  vanishingSteps: 5,
  /** Below this norm a run has converged, and ratios of its gradients mean nothing. */
  arrivedNorm: 1e-9,
} as const;

/**
 * Smallest |value| of a gradient over time that an engine holds with full precision. On the way back, the kernels make
 * entries below 2^-100 (float32) and 2^-996 (float64) zero, see FLOOR in src/kernel/assembly/simd.ts; a norm that is
 * not much larger lacks some of its entries. Runs of earlier versions, and of PyTorch, go on to 2^-126 and 2^-1022.
 */
export function smallestGradient(engine: EngineName): number {
  return engine === "float32" ? 2 ** -93 : 2 ** -989;
}

export type GradientVerdict = "vanishes" | "explodes";

/**
 * What the limits say about one gradient over time; null where they say nothing. The diagnosis asks the same of many
 * iterations.
 *
 *   vanishes   first / last < 1e-4 over 5 steps or more, unless the run has converged
 *   explodes   first / last > 1, and the norm of the whole gradient is above 1000 or not a number
 *
 * @param first |dL/dh| at the first step that the gradient reaches, `steps` before the last one
 * @param gradientNorm norm of the whole gradient
 */
export function judgeGradient(
  first: number,
  last: number,
  steps: number,
  gradientNorm: number,
): GradientVerdict | null {
  if (steps < 1 || !(last > 0)) return null;
  const ratio = first / last;
  const { arrivedNorm, explodingNorm, vanishingRatio, vanishingSteps } = GRADIENT_LIMITS;
  if (steps >= vanishingSteps && gradientNorm > arrivedNorm && ratio < vanishingRatio) return "vanishes";
  return ratio > 1 && !(gradientNorm <= explodingNorm) ? "explodes" : null;
}
