import { isBitLoss, type Loss } from "../../config/facts/taskTraits";
import type { Batch } from "../tasks/batches";
import type { Dataset } from "../tasks/task";

/** What share of the outputs is right, counted over any number of batches. */
export interface Scorer {
  reset(): void;
  /** @param outputs [B, outputSteps, O] */
  add(outputs: Float64Array, batch: Batch): void;
  /** Right outputs over all output steps that count. */
  accuracy(): number;
  /** Sequences of which every output that counts is right, over all sequences. */
  exactAccuracy(): number;
}

/** False where there is nothing right or wrong about an output, as in a series of numbers. */
export function hasAccuracy(dataset: Dataset): boolean {
  return dataset.targetKind !== "values" || dataset.score.tolerance !== null;
}

/** Whether there is more to say of the answers than loss and accuracy: classes that are confused, errors of values. */
export function hasMeasures({ targetKind, score }: Dataset): boolean {
  return targetKind !== "values" || score.tolerance === null;
}

/** False where a sequence has one output, which makes both accuracies the same. */
export function hasExactAccuracy(dataset: Dataset): boolean {
  return hasAccuracy(dataset) && dataset.score.steps > 1 && dataset.answersOnce !== true;
}

/** Outputs above it are a 1: a logit of 0 is a probability of one half. */
export function bitThreshold(loss: Loss): number {
  return isBitLoss(loss) ? 0 : 0.5;
}

export function createScorer(dataset: Dataset, loss: Loss): Scorer {
  const { outputSteps: S, outputSize: O, targetKind, score } = dataset;
  const threshold = bitThreshold(loss);
  const tolerance = score.tolerance ?? NaN;
  let right = 0;
  let exact = 0;
  let steps = 0;
  let sequences = 0;

  /** Whether output step `row` of the batch is right, which NaN never is. */
  function isRight(outputs: Float64Array, targets: Float64Array, row: number): boolean {
    if (targetKind === "classes") {
      const answer = indexOfLargest(outputs, row * O, O);
      return answer === targets[row] && !Number.isNaN(outputs[row * O + answer]!);
    }
    for (let i = row * O; i < (row + 1) * O; i++) {
      const output = outputs[i]!;
      const correct =
        targetKind === "bits"
          ? !Number.isNaN(output) && output > threshold === targets[i]! > 0.5
          : Math.abs(output - targets[i]!) < tolerance;
      if (!correct) return false;
    }
    return true;
  }

  return {
    reset() {
      right = 0;
      exact = 0;
      steps = 0;
      sequences = 0;
    },
    add(outputs, { size, targets, weights }) {
      sequences += size;
      for (let b = 0; b < size; b++) {
        let count = 0;
        let counted = 0;
        for (let row = (b + 1) * S - score.steps; row < (b + 1) * S; row++) {
          if (weights?.[row] === 0) continue;
          counted++;
          if (isRight(outputs, targets, row)) count++;
        }
        right += count;
        steps += counted;
        if (count === counted) exact++;
      }
    },
    accuracy: () => right / steps,
    exactAccuracy: () => exact / sequences,
  };
}

/** Index within the row of its largest value, the first of equals. As in PyTorch, a NaN counts as the largest. */
export function indexOfLargest(values: Float64Array, start: number, length: number): number {
  let best = 0;
  for (let i = 0; i < length; i++) {
    const value = values[start + i]!;
    if (Number.isNaN(value)) return i;
    if (value > values[start + best]!) best = i;
  }
  return best;
}
