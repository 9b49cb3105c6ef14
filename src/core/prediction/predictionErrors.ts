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

/** Over the rows `from` to `to` of a table. */
export function errorsBetween(
  predicted: Float64Array,
  truth: Float64Array,
  from: number,
  to: number,
): PredictionErrors {
  const sum = new ErrorSum();
  for (let row = from; row < to; row++) sum.add(predicted[row]!, truth[row]!);
  return sum.errors;
}
