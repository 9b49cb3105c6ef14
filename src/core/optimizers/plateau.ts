import type { Experiment } from "../../config/schema/schema";
import type { PlateauState } from "../numerics/checkpoint";

/** Smaller reductions are not made, as in PyTorch (its `eps`). */
const LEAST_REDUCTION = 1e-8;

export type PlateauSchedule = Extract<Experiment["training"]["schedule"], { kind: "reduce-on-plateau" }>;

/**
 * The learning rate of PyTorch's ReduceLROnPlateau (mode "min", threshold_mode "rel"). Each observed loss L is an
 * improvement where L < best (1 - threshold). After more than `patience` others in a row
 *
 *   lr <- max(factor lr, minimum)
 *
 * and the next `cooldown` losses count neither way. It observes the validation losses, or without a validation set the
 * mean training loss of each epoch.
 */
export class PlateauRate {
  private state: PlateauState;

  /** @param epoch iterations whose mean training loss is observed where there is no validation set */
  constructor(
    private readonly schedule: PlateauSchedule,
    learningRate: number,
    private readonly epoch: number,
  ) {
    this.state = { learningRate, best: Infinity, withoutImprovement: 0, cooldown: 0, lossSum: 0, losses: 0 };
  }

  get learningRate(): number {
    return this.state.learningRate;
  }

  observe(loss: number): void {
    const { factor, patience, threshold, cooldown, minimum } = this.schedule;
    const { learningRate, best } = this.state;
    const isBetter = loss < best * (1 - threshold);
    const isCooling = this.state.cooldown > 0;
    const withoutImprovement = isBetter || isCooling ? 0 : this.state.withoutImprovement + 1;
    const isReduced = withoutImprovement > patience;
    const reduced = Math.max(learningRate * factor, minimum);
    this.state = {
      ...this.state,
      learningRate: isReduced && learningRate - reduced > LEAST_REDUCTION ? reduced : learningRate,
      best: isBetter ? loss : best,
      withoutImprovement: isReduced ? 0 : withoutImprovement,
      cooldown: isReduced ? cooldown : this.state.cooldown - (isCooling ? 1 : 0),
    };
  }

  /** Of each iteration, once its update is made, where there is no validation set. */
  addTrainingLoss(loss: number): void {
    const { lossSum, losses } = this.state;
    const isWhole = losses + 1 >= this.epoch;
    const mean = (lossSum + loss) / (losses + 1);
    this.state = { ...this.state, lossSum: isWhole ? 0 : lossSum + loss, losses: isWhole ? 0 : losses + 1 };
    if (isWhole) this.observe(mean);
  }

  save(): PlateauState {
    return this.state;
  }

  restore(saved: PlateauState): void {
    this.state = saved;
  }
}
