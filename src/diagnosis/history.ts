import type { Row } from "./row";
import { THRESHOLDS } from "./thresholds";

/** Rows that are remembered one by one. */
const RECENT = 256;
const EARLY = 16;
/** A learning rate that is too high is lowered at least by this. */
const MIN_CALM = 0.1;

export interface LargestUpdate {
  readonly iteration: number;
  /** |update| / |parameters| */
  readonly ratio: number;
  /** Of the gradient it was made of. */
  readonly clippedNorm: number;
}

/** What several rules want to know of the rows so far, in bounded memory. */
export class History {
  rows = 0;
  firstLoss = NaN;
  lowestLoss = Infinity;
  lastIteration = -1;
  clippedRows = 0;
  /** The first update beyond measure, else the largest: those after it are only its consequences. */
  largestUpdate: LargestUpdate = { iteration: 0, ratio: 0, clippedNorm: 0 };
  private readonly earlyRatios: number[] = [];
  private readonly losses = new Float64Array(RECENT);
  private readonly norms = new Float64Array(RECENT);
  private readonly clippedNorms = new Float64Array(RECENT);
  private readonly ratios = new Float64Array(RECENT);

  add({ iteration, loss, gradientNorm, clippedNorm, updateRatio }: Row): void {
    const at = this.rows % RECENT;
    this.losses[at] = loss;
    this.norms[at] = gradientNorm;
    this.clippedNorms[at] = clippedNorm;
    this.ratios[at] = updateRatio;
    if (this.rows === 0) this.firstLoss = loss;
    if (loss < this.lowestLoss) this.lowestLoss = loss;
    if (clippedNorm < gradientNorm) this.clippedRows++;
    const { ratio } = this.largestUpdate;
    if (updateRatio > ratio && ratio <= THRESHOLDS.largestUpdateRatio && updateRatio < Infinity) {
      this.largestUpdate = { iteration, ratio: updateRatio, clippedNorm };
    }
    if (this.earlyRatios.length < EARLY && updateRatio > 0) this.earlyRatios.push(updateRatio);
    this.lastIteration = iteration;
    this.rows++;
  }

  /** The last `count` rows, fewer when there are not as many; oldest first. */
  recentLosses(count: number): number[] {
    return this.recent(this.losses, count);
  }

  medianNorm(count: number): number {
    return median(this.recent(this.norms, count));
  }

  medianClippedNorm(count: number): number {
    return median(this.recent(this.clippedNorms, count));
  }

  /** Without the rows that made no update. NaN when none did. */
  medianRatio(count: number): number {
    return median(this.recent(this.ratios, count).filter((ratio) => ratio > 0));
  }

  /**
   * What a learning rate is too high by: it makes a usual early update, before anything broke, a good one. Above 0, at
   * most 0.1; NaN when there was no update.
   */
  learningRateReduction(): number {
    const sorted = this.earlyRatios.filter(Number.isFinite).sort((a, b) => a - b);
    return Math.min(MIN_CALM, THRESHOLDS.goodUpdateRatio / (sorted[(sorted.length - 1) >> 1] ?? NaN));
  }

  private recent(values: Float64Array, count: number): number[] {
    const length = Math.min(count, this.rows, RECENT);
    return Array.from({ length }, (_, index) => values[(this.rows - length + index) % RECENT]!);
  }
}

/** Of the finite ones; NaN when there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
