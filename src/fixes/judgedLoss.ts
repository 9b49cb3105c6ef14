/** Share of the iterations, up to the last, whose mean loss a run without validation is judged by. */
export const TAIL_SHARE = 0.05;
/** Losses that are kept: 512 KiB. Of a longer run the tail is shorter than its share. */
const MAX_TAIL = 65_536;

/**
 * The one number that runs are compared by: the validation loss where there is one, at the end or, where training stops
 * early, at its best; else the mean loss of the last iterations, since a single batch is noisy.
 */
export class JudgedLoss {
  private readonly tail: Float64Array;
  private count = 0;
  private lastLoss = NaN;
  private lowest = Infinity;
  private validation: number | null = null;
  private lowestValidation = Infinity;

  /**
   * @param iterations that the run is to have
   * @param validates whether the run has a validation set
   * @param stopsEarly whether the weights of the best validation are the result
   */
  constructor(
    iterations: number,
    private readonly validates: boolean,
    private readonly stopsEarly: boolean,
  ) {
    this.tail = new Float64Array(validates ? 1 : tailLength(iterations + 1));
  }

  /** The next iteration. */
  add(loss: number, validationLoss: number): void {
    this.lastLoss = loss;
    if (loss < this.lowest) this.lowest = loss;
    this.tail[this.count++ % this.tail.length] = loss;
    if (!this.validates) return;
    this.validation = validationLoss;
    if (validationLoss < this.lowestValidation) this.lowestValidation = validationLoss;
  }

  get finalLoss(): number {
    return this.lastLoss;
  }

  get bestLoss(): number {
    return Number.isFinite(this.lowest) ? this.lowest : this.lastLoss;
  }

  get validationLoss(): number | null {
    return this.validation;
  }

  /** Of the iterations so far; NaN before the first. A run whose last loss is not finite is judged by that. */
  get value(): number {
    if (!Number.isFinite(this.lastLoss)) return this.lastLoss;
    if (this.validates) return this.stopsEarly ? this.lowestValidation : (this.validation ?? NaN);
    const length = Math.min(tailLength(this.count), this.tail.length);
    let sum = 0;
    for (let back = 1; back <= length; back++) sum += this.tail[(this.count - back) % this.tail.length]!;
    return sum / length;
  }
}

function tailLength(iterations: number): number {
  return Math.min(MAX_TAIL, Math.max(1, Math.ceil(TAIL_SHARE * iterations)));
}
