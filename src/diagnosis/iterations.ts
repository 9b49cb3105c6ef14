import { mean, median } from "./lossHistory";
import type { Scalars } from "./row";
import { THRESHOLDS } from "./thresholds";

/** Iterations that are remembered one by one. */
const RECENT = 256;
const EARLY = 16;
/** A learning rate that is too high is lowered at least by this. */
const MIN_CALM = 0.1;

/** The first iterations of a run, before anything broke. */
export class FirstIterations {
  /** The largest update, in parts of the weights. */
  largestRatio = 0;
  private readonly ratios: number[] = [];
  private readonly norms: number[] = [];
  private readonly losses: number[] = [];

  add({ loss, gradientNorm, updateRatio }: Scalars): void {
    if (this.losses.length === EARLY) return;
    this.losses.push(loss);
    this.norms.push(gradientNorm);
    if (updateRatio > 0) this.ratios.push(updateRatio);
    if (updateRatio < Infinity) this.largestRatio = Math.max(this.largestRatio, updateRatio);
  }

  medianLoss(): number {
    return median(this.losses);
  }

  medianNorm(): number {
    return median(this.norms);
  }

  /**
   * What a learning rate is too high by: it makes a usual early update a good one. Above 0, at most 0.1; NaN when there
   * was no update.
   */
  learningRateReduction(): number {
    const sorted = this.ratios.filter(Number.isFinite).sort((a, b) => a - b);
    return Math.min(MIN_CALM, THRESHOLDS.goodUpdateRatio / (sorted[(sorted.length - 1) >> 1] ?? NaN));
  }
}

/** The last iterations of a run, one by one. */
export class RecentIterations {
  private rows = 0;
  private readonly values = {
    loss: new Float64Array(RECENT),
    gradientNorm: new Float64Array(RECENT),
    clippedNorm: new Float64Array(RECENT),
    updateRatio: new Float64Array(RECENT),
  };

  add({ loss, gradientNorm, clippedNorm, updateRatio }: Scalars): void {
    const at = this.rows++ % RECENT;
    this.values.loss[at] = loss;
    this.values.gradientNorm[at] = gradientNorm;
    this.values.clippedNorm[at] = clippedNorm;
    this.values.updateRatio[at] = updateRatio;
  }

  /** The last `count` losses, fewer when there are not as many; oldest first. */
  losses(count: number): number[] {
    return this.last("loss", count);
  }

  /** Mean loss over the last twentieth of the run, at least 32 and at most 256 iterations. */
  meanLoss(): number {
    return mean(this.losses(Math.max(32, Math.min(RECENT, Math.round(this.rows / 20)))));
  }

  medianNorm(count: number): number {
    return median(this.last("gradientNorm", count));
  }

  medianClippedNorm(count: number): number {
    return median(this.last("clippedNorm", count));
  }

  /** |update| / |parameters|, without the iterations that made no update. NaN when none did. */
  medianRatio(count: number): number {
    return median(this.last("updateRatio", count).filter((ratio) => ratio > 0));
  }

  private last(name: keyof typeof this.values, count: number): number[] {
    const length = Math.min(count, this.rows, RECENT);
    return Array.from({ length }, (_, index) => this.values[name][(this.rows - length + index) % RECENT]!);
  }
}
