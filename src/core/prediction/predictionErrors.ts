import type { ClassMeasures } from "../../shared/trace/measures";
import { ClassCounts } from "../analysis/classCounts";

/** How far predictions are from what came, in the units of the column. */
export interface PredictionErrors {
  /** Values that were compared; where one of both is missing, none is. */
  readonly count: number;
  /** Root of the mean square, and mean of the absolute difference; null where nothing was compared. */
  readonly rmse: number | null;
  readonly mae: number | null;
}

export class ErrorSum {
  private count = 0;
  private squares = 0;
  private sizes = 0;

  add(predicted: number, truth: number): void {
    if (Number.isNaN(predicted) || Number.isNaN(truth)) return;
    this.count++;
    this.squares += (predicted - truth) ** 2;
    this.sizes += Math.abs(predicted - truth);
  }

  get errors(): PredictionErrors {
    const { count } = this;
    return {
      count,
      rmse: count === 0 ? null : Math.sqrt(this.squares / count),
      mae: count === 0 ? null : this.sizes / count,
    };
  }
}

/** How often a class or a bit was predicted right. */
export interface PredictionAnswers extends ClassMeasures {
  /** Answers that were compared. */
  readonly count: number;
  /** Rows whose label training has not seen, so that no answer can be right; they are not compared. */
  readonly unseen: number;
}

/**
 * @param labels of the classes, in the order of their numbers
 * @param predicted numbers of classes, NaN where there is none
 * @param truth the same; numbers beyond the labels are of labels that the network does not know
 * @returns null where nothing was compared
 */
export function answersBetween(
  labels: readonly string[],
  predicted: Float64Array,
  truth: Float64Array,
  isJudged: (at: number) => boolean,
): PredictionAnswers | null {
  const counts = new ClassCounts(labels);
  let [count, unseen] = [0, 0];
  for (let at = 0; at < predicted.length; at++) {
    const [answer, right] = [predicted[at]!, truth[at]!];
    if (Number.isNaN(answer) || Number.isNaN(right) || !isJudged(at)) continue;
    if (right >= labels.length) {
      unseen++;
      continue;
    }
    counts.add(right, answer);
    count++;
  }
  return count + unseen === 0 ? null : { count, unseen, ...counts.measures() };
}
