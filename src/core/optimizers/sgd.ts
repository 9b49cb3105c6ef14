/** Gradient descent: p <- p - learningRate * g. */
export function sgdUpdate(parameters: Float64Array, gradients: Float64Array, learningRate: number): void {
  for (let i = 0; i < parameters.length; i++) parameters[i] = parameters[i]! - learningRate * gradients[i]!;
}
