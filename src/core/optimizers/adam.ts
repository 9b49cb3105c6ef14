import type { UpdateOf } from "../network/network";

type AdamUpdate = UpdateOf<"adam" | "adamw">;

/**
 * Adam (Kingma and Ba, ICLR 2015) and AdamW (Loshchilov and Hutter, ICLR 2019) as PyTorch's torch.optim.
 *
 *   adam:  g' = g + d p            adamw:  p <- p - lr d p,  g' = g
 *   m <- beta1 m + (1 - beta1) g'          v <- beta2 v + (1 - beta2) g'^2
 *   p <- p - lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * @param first m, @param second v, zeros before the first step
 * @param t number of this step, from 1
 */
export function adamUpdate(
  parameters: Float64Array,
  gradients: Float64Array,
  first: Float64Array,
  second: Float64Array,
  t: number,
  { kind, learningRate, beta1, beta2, epsilon, weightDecay }: AdamUpdate,
): void {
  const decoupled = kind === "adamw";
  const rate = learningRate / (1 - beta1 ** t);
  const correction = Math.sqrt(1 - beta2 ** t);
  const shrink = decoupled ? 1 - learningRate * weightDecay : 1;
  const decay = decoupled ? 0 : weightDecay;
  for (let i = 0; i < parameters.length; i++) {
    const p = parameters[i]! * shrink;
    const g = gradients[i]! + decay * p;
    const m = beta1 * first[i]! + (1 - beta1) * g;
    const v = beta2 * second[i]! + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    parameters[i] = p - (rate * m) / (Math.sqrt(v) / correction + epsilon);
  }
}
