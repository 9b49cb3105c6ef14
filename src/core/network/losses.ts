/**
 * Losses with their gradients, each the mean as PyTorch's `reduction="mean"` takes it. They write dL/dy into `gradient`
 * and return L. Outputs and gradient hold n numbers.
 */
import type { LossKind } from "../../config/facts/taskTraits";

/** @param classes numbers per prediction, for cross-entropy */
export function evaluateLoss(
  kind: LossKind,
  outputs: Float64Array,
  targets: Float64Array,
  gradient: Float64Array,
  classes: number,
): number {
  switch (kind) {
    case "mse":
      return meanSquaredError(outputs, targets, gradient);
    case "bce-with-logits":
      return binaryCrossEntropy(outputs, targets, gradient);
    case "cross-entropy":
      return softmaxCrossEntropy(outputs, targets, gradient, classes);
  }
}

/** L = 1/n sum_i (y_i - t_i)^2,  dL/dy_i = 2 (y_i - t_i) / n. */
function meanSquaredError(outputs: Float64Array, targets: Float64Array, gradient: Float64Array): number {
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

/**
 * Of logits y and targets t of [0, 1]:
 * L = 1/n sum_i y (1 - t) - min(y, 0) + ln(1 + e^-|y|),  dL/dy_i = (sigmoid(y) - t) / n.
 * That is -t ln s - (1 - t) ln (1 - s), s = sigmoid(y), without a logarithm of 0 or an overflow.
 */
function binaryCrossEntropy(outputs: Float64Array, targets: Float64Array, gradient: Float64Array): number {
  const n = targets.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const y = outputs[i]!;
    const t = targets[i]!;
    const e = Math.exp(-Math.abs(y));
    // Written so that NaN is not lost in a maximum, and in PyTorch's order, which decides what infinite logits give.
    sum += y * (1 - t) - (y < 0 ? y : 0) + Math.log1p(e);
    gradient[i] = ((y >= 0 ? 1 / (1 + e) : e / (1 + e)) - t) / n;
  }
  return sum / n;
}

/**
 * Of the logits y [R, C] and the index of the right class t [R]:
 * L = 1/R sum_r ln(sum_c e^(y_rc - m_r)) - (y_rt - m_r), m the largest of the row; dL/dy_rc = (softmax(y_r)_c -
 * [c = t_r]) / R.
 */
function softmaxCrossEntropy(
  outputs: Float64Array,
  targets: Float64Array,
  gradient: Float64Array,
  classes: number,
): number {
  const rows = targets.length;
  let total = 0;
  for (let r = 0; r < rows; r++) {
    const start = r * classes;
    const right = start + targets[r]!;
    let largest = -Infinity;
    for (let c = start; c < start + classes; c++) largest = Math.max(largest, outputs[c]!);
    let sum = 0;
    for (let c = start; c < start + classes; c++) {
      const e = Math.exp(outputs[c]! - largest);
      gradient[c] = e;
      sum += e;
    }
    for (let c = start; c < start + classes; c++) gradient[c] = gradient[c]! / sum / rows;
    gradient[right] = gradient[right]! - 1 / rows;
    total += Math.log(sum) - (outputs[right]! - largest);
  }
  return total / rows;
}
