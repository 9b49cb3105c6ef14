/**
 * Losses with their gradients, each the mean as PyTorch's `reduction="mean"` takes it. They write dL/dy into `gradient`
 * and return L. Outputs and gradient hold n numbers, in rows of one prediction each; `from` and `to` are of rows.
 */
import { isBitLoss, type HuberLoss, type Loss } from "../../config/facts/taskTraits";
import { sumOf } from "../numerics/sum";

/**
 * @param width numbers per prediction
 * @param weights one per prediction; null: all count alike. See {@link weightedMean}
 */
export function evaluateLoss(
  loss: Loss,
  outputs: Float64Array,
  targets: Float64Array,
  gradient: Float64Array,
  width: number,
  weights: Float64Array | null = null,
): number {
  const rows = outputs.length / width;
  const lossOf = rowLossOf(loss, outputs, targets, gradient, width);
  return weights === null ? lossOf(0, rows) : weightedMean(lossOf, rows, gradient, width, weights);
}

function rowLossOf(
  loss: Loss,
  outputs: Float64Array,
  targets: Float64Array,
  gradient: Float64Array,
  width: number,
): RowLoss {
  if (typeof loss === "object" && loss.kind === "bce-with-logits")
    return (from, to) =>
      weightedBinaryCrossEntropy(loss.positiveWeights, outputs, targets, gradient, from * width, to * width);
  switch (loss) {
    case "mse":
      return (from, to) => meanSquaredError(outputs, targets, gradient, from * width, to * width);
    case "bce-with-logits":
      return (from, to) => binaryCrossEntropy(outputs, targets, gradient, from * width, to * width);
    case "cross-entropy":
      return (from, to) => softmaxCrossEntropy(outputs, targets, gradient, width, from, to);
    default: // mae and huber
      return (from, to) => meanErrorLoss(loss, outputs, targets, gradient, from * width, to * width);
  }
}

/**
 * The same with weights of the ones, p_o for output o of a row: L = 1/n sum_i p t y' + (1 - t) y'', y' = ln(1 + e^-y),
 * y'' = ln(1 + e^y); dL/dy_i = ((p t + 1 - t) sigmoid(y) - p t) / n. As PyTorch's `pos_weight`.
 */
function weightedBinaryCrossEntropy(
  positiveWeights: readonly number[],
  outputs: Float64Array,
  targets: Float64Array,
  gradient: Float64Array,
  from: number,
  to: number,
): number {
  const n = to - from;
  const width = positiveWeights.length;
  let sum = 0;
  for (let i = from; i < to; i++) {
    const y = outputs[i]!;
    const t = targets[i]!;
    const ones = positiveWeights[i % width]! * t;
    const e = Math.exp(-Math.abs(y));
    const weight = ones + 1 - t;
    sum += y * (1 - t) + weight * (Math.log1p(e) - (y < 0 ? y : 0));
    gradient[i] = (weight * (y >= 0 ? 1 / (1 + e) : e / (1 + e)) - ones) / n;
  }
  return sum / n;
}

/** The mean loss of the rows `from` to `to`, whose gradients it writes. */
type RowLoss = (from: number, to: number) => number;

/**
 * L = sum_r w_r L_r / sum_r w_r, as PyTorch's cross-entropy with class weights is normalized. Rows of weight 0 have a
 * gradient of 0 whatever their outputs are, also where those are not finite. NaN where no row has a weight.
 */
function weightedMean(
  lossOf: RowLoss,
  rows: number,
  gradient: Float64Array,
  width: number,
  weights: Float64Array,
): number {
  const total = sumOf(weights);
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    const weight = weights[r]! / total;
    if (weights[r] === 0) {
      gradient.fill(0, r * width, (r + 1) * width);
      continue;
    }
    sum += weight * lossOf(r, r + 1);
    for (let i = r * width; i < (r + 1) * width; i++) gradient[i] = gradient[i]! * weight;
  }
  return total === 0 ? NaN : sum;
}

/** L = 1/n sum_i (y_i - t_i)^2,  dL/dy_i = 2 (y_i - t_i) / n. */
function meanSquaredError(
  outputs: Float64Array,
  targets: Float64Array,
  gradient: Float64Array,
  from: number,
  to: number,
): number {
  const n = to - from;
  const scale = 2 / n;
  let sum = 0;
  for (let i = from; i < to; i++) {
    const difference = outputs[i]! - targets[i]!;
    sum += difference * difference;
    gradient[i] = scale * difference;
  }
  return sum / n;
}

/** L = 1/n sum_i l(y_i - t_i),  dL/dy_i = l'(y_i - t_i) / n. */
function meanErrorLoss(
  loss: ErrorLoss,
  outputs: Float64Array,
  targets: Float64Array,
  gradient: Float64Array,
  from: number,
  to: number,
): number {
  const n = to - from;
  let sum = 0;
  for (let i = from; i < to; i++) {
    const error = outputs[i]! - targets[i]!;
    sum += lossOfError(loss, error);
    gradient[i] = slopeAt(loss, error) / n;
  }
  return sum / n;
}

/** The losses of a single error e = y - t, symmetric about 0. */
export type ErrorLoss = "mse" | "mae" | HuberLoss;

export function isErrorLoss(loss: Loss): loss is ErrorLoss {
  return !isBitLoss(loss) && loss !== "cross-entropy";
}

/**
 *   mse    l(e) = e²
 *   mae    l(e) = |e|                                                          PyTorch's L1Loss
 *   huber  l(e) = e² / 2 for |e| < delta, else delta (|e| - delta / 2)         PyTorch's HuberLoss (Huber, 1964)
 */
export function lossOfError(loss: ErrorLoss, e: number): number {
  if (loss === "mse") return e ** 2;
  const size = Math.abs(e);
  if (loss === "mae") return size;
  return size < loss.delta ? 0.5 * size * size : loss.delta * (size - 0.5 * loss.delta);
}

/** l'(e); of mae 0 where e is 0, as in PyTorch. A NaN stays one. */
export function slopeAt(loss: ErrorLoss, e: number): number {
  if (loss === "mse") return 2 * e;
  if (loss === "mae") return e > 0 ? 1 : e < 0 ? -1 : e;
  return e >= loss.delta ? loss.delta : e <= -loss.delta ? -loss.delta : e;
}

/**
 * Of logits y and targets t of [0, 1]:
 * L = 1/n sum_i y (1 - t) - min(y, 0) + ln(1 + e^-|y|),  dL/dy_i = (sigmoid(y) - t) / n.
 * That is -t ln s - (1 - t) ln (1 - s), s = sigmoid(y), without a logarithm of 0 or an overflow.
 */
function binaryCrossEntropy(
  outputs: Float64Array,
  targets: Float64Array,
  gradient: Float64Array,
  from: number,
  to: number,
): number {
  const n = to - from;
  let sum = 0;
  for (let i = from; i < to; i++) {
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
  from: number,
  to: number,
): number {
  const rows = to - from;
  let total = 0;
  for (let r = from; r < to; r++) {
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
