import type { ClipConfig } from "../../config/schema/schema";

/** Gradient clipping by global norm and by value (Pascanu, Mikolov and Bengio, ICML 2013). */

/** Multiplies every element by `factor`, in place. */
export function scaleInPlace(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * factor;
}

/**
 * Cosine between a gradient and the same with each element clamped into [-limit, limit]: g.c / (|g| |c|). 1 where the
 * direction was kept, which a clip by norm always does. Never negative: an element keeps its sign. NaN when an element
 * is NaN.
 * @param norm L2 norm of `values` before the clamp
 * @param clampedNorm the same after it
 */
export function cosineAfterClamp(values: Float64Array, limit: number, norm: number, clampedNorm: number): number {
  if (norm <= limit) return 1;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const clamped = value > limit ? limit : value < -limit ? -limit : value;
    // Divided first: products of large elements would overflow.
    sum += (value / norm) * (clamped / clampedNorm);
  }
  return Math.min(1, sum);
}

/**
 * What a gradient of this norm is multiplied by, as in PyTorch's clip_grad_norm_: at an infinite norm the finite
 * elements become 0 and the others NaN; at a norm of NaN all of them become NaN.
 */
export function factorOfNorm(norm: number, limit: number): number {
  return norm <= limit ? 1 : limit / norm;
}

/** The limits of a clip; null where it has none of that kind. */
export function limitsOf(clip: ClipConfig): { readonly norm: number | null; readonly value: number | null } {
  return {
    norm: clip !== null && "norm" in clip ? clip.norm : null,
    value: clip !== null && "value" in clip ? clip.value : null,
  };
}

/** Each element into [-limit, limit], in place. NaN stays NaN. */
export function clampInPlace(values: Float64Array, limit: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value > limit) values[i] = limit;
    else if (value < -limit) values[i] = -limit;
  }
}
