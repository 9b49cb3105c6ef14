import { LossHistory, mean, median } from "./lossHistory";
import type { Scalars } from "./row";
import { THRESHOLDS } from "./thresholds";

/** Iterations that are remembered one by one. */
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

/** The lowest validation loss. */
export interface BestValidation {
  readonly iteration: number;
  readonly loss: number;
  /** Mean of the training loss around it. */
  readonly trainingLoss: number;
}

/** What several rules want to know of the iterations so far, in bounded memory. */
export class History {
  rows = 0;
  lastIteration = -1;
  clippedRows = 0;
  /** The first update beyond measure, else the largest: those after it are only its consequences. */
  largestUpdate: LargestUpdate = { iteration: 0, ratio: 0, clippedNorm: 0 };
  /** Sum of |update| / |parameters|: how far the weights can have moved, in parts of their size. */
  movement = 0;
  bestValidation: BestValidation | null = null;
  validationLoss = NaN;
  readonly loss = new LossHistory(16);
  readonly validation = new LossHistory(1);
  private evaluations = 0;
  /** The largest of the first updates, in parts of the weights. */
  largestEarlyRatio = 0;
  private readonly earlyRatios: number[] = [];
  private readonly earlyNorms: number[] = [];
  private readonly earlyLosses: number[] = [];
  private readonly losses = new Float64Array(RECENT);
  private readonly norms = new Float64Array(RECENT);
  private readonly clippedNorms = new Float64Array(RECENT);
  private readonly ratios = new Float64Array(RECENT);

  add(iteration: number, scalars: Scalars): void {
    const { loss, gradientNorm, clippedNorm, updateRatio } = scalars;
    const at = this.rows % RECENT;
    this.losses[at] = loss;
    this.norms[at] = gradientNorm;
    this.clippedNorms[at] = clippedNorm;
    this.ratios[at] = updateRatio;
    this.loss.add(loss);
    if (clippedNorm < gradientNorm) this.clippedRows++;
    const { ratio } = this.largestUpdate;
    if (updateRatio > ratio && ratio <= THRESHOLDS.largestUpdateRatio && updateRatio < Infinity)
      this.largestUpdate = { iteration, ratio: updateRatio, clippedNorm };
    this.movement += updateRatio;
    if (this.rows < EARLY) {
      this.earlyLosses.push(loss);
      this.earlyNorms.push(gradientNorm);
      if (updateRatio > 0) this.earlyRatios.push(updateRatio);
      if (updateRatio < Infinity) this.largestEarlyRatio = Math.max(this.largestEarlyRatio, updateRatio);
    }
    this.lastIteration = iteration;
    this.rows++;
    if (scalars.validationLoss !== this.validationLoss) this.addValidation(iteration, scalars.validationLoss);
  }

  /** Median of the first losses. */
  get earlyLoss(): number {
    return median(this.earlyLosses);
  }

  get earlyNorm(): number {
    return median(this.earlyNorms);
  }

  /** Median of the first updates in parts of the weights; NaN when there was none. */
  get earlyRatio(): number {
    return median(this.earlyRatios);
  }

  /** Different validation losses so far. */
  get validations(): number {
    return this.evaluations;
  }

  /** The last `count` iterations, fewer when there are not as many; oldest first. */
  recentLosses(count: number): number[] {
    return this.recent(this.losses, count);
  }

  /** Mean over the last twentieth of the run, at least 32 and at most 256 iterations. */
  recentMean(): number {
    return mean(this.recentLosses(Math.max(32, Math.min(RECENT, Math.round(this.rows / 20)))));
  }

  medianNorm(count: number): number {
    return median(this.recent(this.norms, count));
  }

  medianClippedNorm(count: number): number {
    return median(this.recent(this.clippedNorms, count));
  }

  /** Without the iterations that made no update. NaN when none did. */
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

  private addValidation(iteration: number, loss: number): void {
    if (Number.isNaN(loss)) return;
    this.validationLoss = loss;
    this.evaluations++;
    this.validation.add(loss);
    if (this.bestValidation === null || loss < this.bestValidation.loss)
      this.bestValidation = { iteration, loss, trainingLoss: this.recentMean() };
  }

  private recent(values: Float64Array, count: number): number[] {
    const length = Math.min(count, this.rows, RECENT);
    return Array.from({ length }, (_, index) => values[(this.rows - length + index) % RECENT]!);
  }
}
