import { FirstIterations, RecentIterations } from "./iterations";
import { LossHistory } from "./lossHistory";
import type { Scalars } from "./row";
import { THRESHOLDS } from "./thresholds";

/** Losses in the first blocks of the training loss; validation losses are few and count one by one. */
const FIRST_BLOCK = 16;

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
  /** Mean of the training loss before it. */
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
  /** Different validation losses so far. */
  validations = 0;
  readonly first = new FirstIterations();
  readonly recent = new RecentIterations();
  readonly loss = new LossHistory(FIRST_BLOCK);
  readonly validation = new LossHistory(1);

  add(iteration: number, scalars: Scalars): void {
    const { loss, gradientNorm, clippedNorm, updateRatio, validationLoss } = scalars;
    this.first.add(scalars);
    this.recent.add(scalars);
    this.loss.add(loss);
    if (clippedNorm < gradientNorm) this.clippedRows++;
    const { ratio } = this.largestUpdate;
    if (updateRatio > ratio && ratio <= THRESHOLDS.largestUpdateRatio && updateRatio < Infinity)
      this.largestUpdate = { iteration, ratio: updateRatio, clippedNorm };
    this.movement += updateRatio;
    this.lastIteration = iteration;
    this.rows++;
    if (validationLoss !== this.validationLoss) this.addValidation(iteration, validationLoss);
  }

  private addValidation(iteration: number, loss: number): void {
    if (Number.isNaN(loss)) return;
    this.validationLoss = loss;
    this.validations++;
    this.validation.add(loss);
    if (this.bestValidation === null || loss < this.bestValidation.loss)
      this.bestValidation = { iteration, loss, trainingLoss: this.recent.meanLoss() };
  }
}
