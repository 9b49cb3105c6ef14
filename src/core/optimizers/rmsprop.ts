import type { UpdateOf } from "../network/network";

/**
 * RMSprop (Hinton, Coursera lecture 6, 2012) as PyTorch's torch.optim.RMSprop: g' = g + d p,
 *
 *   s <- alpha s + (1 - alpha) g'^2      u = g' / (sqrt(s) + epsilon)
 *   v <- momentum v + u                  p <- p - lr v
 *
 * @param square s, zeros before the first step
 * @param velocity v, zeros before the first step
 */
export function rmspropUpdate(
  parameters: Float64Array,
  gradients: Float64Array,
  square: Float64Array,
  velocity: Float64Array,
  { learningRate, alpha, epsilon, momentum, weightDecay }: UpdateOf<"rmsprop">,
): void {
  for (let i = 0; i < parameters.length; i++) {
    const p = parameters[i]!;
    const g = gradients[i]! + weightDecay * p;
    const s = alpha * square[i]! + (1 - alpha) * g * g;
    const v = momentum * velocity[i]! + g / (Math.sqrt(s) + epsilon);
    square[i] = s;
    velocity[i] = v;
    parameters[i] = p - learningRate * v;
  }
}
