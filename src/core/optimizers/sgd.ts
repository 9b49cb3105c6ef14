import type { UpdateOf } from "../network/network";

/**
 * Gradient descent with optional weight decay d: g' = g + d p.  Formulas as PyTorch's torch.optim.SGD.
 *
 *   sgd:       p <- p - lr g'
 *   momentum:  v <- m v + g'    p <- p - lr v            (v = g' at the first step)
 *   nesterov:  v <- m v + g'    p <- p - lr (g' + m v)
 */
export function sgdUpdate(
  parameters: Float64Array,
  gradients: Float64Array,
  { learningRate, weightDecay }: UpdateOf<"sgd">,
): void {
  for (let i = 0; i < parameters.length; i++) {
    const p = parameters[i]!;
    parameters[i] = p - learningRate * (gradients[i]! + weightDecay * p);
  }
}

type MomentumUpdate = UpdateOf<"momentum" | "nesterov">;

/** @param velocity zeros before the first step */
export function momentumUpdate(
  parameters: Float64Array,
  gradients: Float64Array,
  velocity: Float64Array,
  { kind, learningRate, momentum, weightDecay }: MomentumUpdate,
): void {
  const nesterov = kind === "nesterov";
  for (let i = 0; i < parameters.length; i++) {
    const p = parameters[i]!;
    const g = gradients[i]! + weightDecay * p;
    const v = momentum * velocity[i]! + g;
    velocity[i] = v;
    parameters[i] = p - learningRate * (nesterov ? g + momentum * v : v);
  }
}
