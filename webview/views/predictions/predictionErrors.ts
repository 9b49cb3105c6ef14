/** How far predicted values are from their targets, in the unit of the data. */
import type { Predictions } from "../../../src/shared/trace/predictions";

export interface PredictionErrors {
  readonly part: "training" | "validation";
  /** Mean absolute error. */
  readonly mae: number;
  /** Root of the mean squared error. */
  readonly rmse: number;
  /** Mean absolute error of repeating the last value that the network has seen; null where that does not apply. */
  readonly repeatedMae: number | null;
}

/**
 * Of each part that is shown, training first; empty for bits and classes.
 * @param column which of the predicted values
 */
export function errorsOf(predictions: Predictions, column: number): PredictionErrors[] {
  if (predictions.targetKind !== "values") return [];
  const { sequences, training } = predictions;
  const parts = [
    { part: "training", from: 0, to: training },
    { part: "validation", from: training, to: sequences },
  ] as const;
  return parts
    .filter(({ from, to }) => from < to)
    .map(({ part, from, to }) => ({ part, ...measure(predictions, column, from, to) }));
}

function measure(
  { outputs, targets, repeated, steps, width }: Predictions,
  column: number,
  from: number,
  to: number,
): Omit<PredictionErrors, "part"> {
  let absolute = 0;
  let squared = 0;
  let last = 0;
  for (let i = from * steps; i < to * steps; i++) {
    const target = targets[i * width + column]!;
    const error = outputs[i * width + column]! - target;
    absolute += Math.abs(error);
    squared += error * error;
    last += Math.abs((repeated[i * width + column] ?? NaN) - target);
  }
  const count = (to - from) * steps;
  return {
    mae: absolute / count,
    rmse: Math.sqrt(squared / count),
    repeatedMae: repeated.length === 0 ? null : last / count,
  };
}
