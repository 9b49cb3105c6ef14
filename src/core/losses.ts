/**
 * Mean squared error over all n outputs: L = 1/n sum_i (y_i - t_i)^2, dL/dy_i = 2 (y_i - t_i) / n.
 * Writes dL/dy into `gradient` and returns L. All three arrays hold n numbers.
 */
export function meanSquaredError(outputs: Float64Array, targets: Float64Array, gradient: Float64Array): number {
  const n = targets.length;
  const scale = 2 / n;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const difference = outputs[i]! - targets[i]!;
    sum += difference * difference;
    gradient[i] = scale * difference;
  }
  return sum / n;
}
