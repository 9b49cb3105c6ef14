import type { UpdateOf } from "../network/network";

/**
 * Resilient backpropagation (Riedmiller and Braun, 1993), elementwise. Two variants.
 *
 * The tutorial's, without limits:
 *   s = sign(g);  step <- step * (s = previousSign ? etaPlus : etaMinus);  p <- p - s * step;  previousSign <- s
 * The sign before the first update is 0, so the first update is made with etaMinus * initialStep. While a gradient is
 * exactly 0 its step stays as it is: grown at each update it would overflow, and 0 times infinity is not a number.
 */
export function rpropUpdate(
  parameters: Float64Array,
  gradients: Float64Array,
  step: Float64Array,
  sign: Float64Array,
  { etaPlus, etaMinus }: UpdateOf<"rprop">,
): void {
  for (let i = 0; i < parameters.length; i++) {
    const s = signOf(gradients[i]!);
    const factor = s !== sign[i] ? etaMinus : s === 0 ? 1 : etaPlus;
    const size = step[i]! * factor;
    step[i] = size;
    sign[i] = s;
    parameters[i] = parameters[i]! - s * size;
  }
}

/**
 * PyTorch's torch.optim.Rprop. Where the sign changed the step shrinks and no move is made, and the next step keeps its
 * size; the first step is made with initialStep as it is. Steps stay within [minStep, maxStep].
 */
export function rpropPytorchUpdate(
  parameters: Float64Array,
  gradients: Float64Array,
  step: Float64Array,
  sign: Float64Array,
  { etaPlus, etaMinus, minStep, maxStep }: UpdateOf<"rprop-pytorch">,
): void {
  for (let i = 0; i < parameters.length; i++) {
    const current = signOf(gradients[i]!);
    const agreement = current * sign[i]!;
    const factor = agreement > 0 ? etaPlus : agreement < 0 ? etaMinus : 1;
    const size = Math.min(maxStep, Math.max(minStep, step[i]! * factor));
    const s = agreement < 0 ? 0 : current;
    step[i] = size;
    sign[i] = s;
    parameters[i] = parameters[i]! - s * size;
  }
}

/** NaN stays NaN, so that a broken gradient shows in the parameters instead of passing for zero. */
function signOf(g: number): number {
  return g > 0 ? 1 : g < 0 ? -1 : g;
}
