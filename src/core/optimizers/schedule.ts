import type { Experiment, OptimizerConfig } from "../../config/schema/schema";
import type { OptimizerUpdate } from "../network/network";
import { PlateauRate, type PlateauSchedule } from "./plateau";

type Schedule = Experiment["training"]["schedule"];

/** Those that depend on the number of the iteration alone. */
export type TimedSchedule = Exclude<Schedule, PlateauSchedule>;

/** How a gradient becomes an update: the settings that can change during a run. */
export type UpdateSettings = Pick<Experiment["training"], "optimizer" | "schedule" | "clip">;

/** @property iteration the first whose update is made in the new way */
export interface AppliedChange {
  readonly iteration: number;
  readonly settings: UpdateSettings;
}

/**
 * Factor on the learning rate at iteration k, from 0, of a run of N.
 *
 *   step         gamma^floor(k / stepSize)                          PyTorch's StepLR
 *   exponential  gamma^k                                            PyTorch's ExponentialLR
 *   cosine       (k + 1) / W for k < W, W the warm-up; then the learning rate falls from its value lr to the minimum m:
 *                m + (lr - m) (1 + cos(pi (k - W) / (N - W))) / 2   PyTorch's CosineAnnealingLR
 */
export function learningRateAt(schedule: TimedSchedule, learningRate: number, k: number, iterations: number): number {
  switch (schedule.kind) {
    case "constant":
      return learningRate;
    case "step":
      return learningRate * schedule.gamma ** Math.floor(k / schedule.stepSize);
    case "exponential":
      return learningRate * schedule.gamma ** k;
    case "cosine": {
      const { warmup, minimum } = schedule;
      if (k < warmup) return (learningRate * (k + 1)) / warmup;
      const progress = Math.min(1, (k - warmup) / Math.max(1, iterations - warmup));
      return minimum + ((learningRate - minimum) * (1 + Math.cos(Math.PI * progress))) / 2;
    }
  }
}

/** The optimizer's update of each iteration; one object, whose learning rate changes. */
export interface UpdateSchedule {
  readonly hasLearningRate: boolean;
  /** The learning rate where it follows the losses; else null. */
  readonly plateau: PlateauRate | null;
  /** NaN for optimizers without a learning rate. */
  learningRate(k: number): number;
  updateAt(k: number): OptimizerUpdate;
}

/** @param epoch iterations of an epoch */
export function createUpdateSchedule(
  optimizer: OptimizerConfig,
  schedule: Schedule,
  { iterations, epoch }: { readonly iterations: number; readonly epoch: number },
): UpdateSchedule {
  if (optimizer.kind === "rprop" || optimizer.kind === "rprop-pytorch") {
    return { hasLearningRate: false, plateau: null, learningRate: () => NaN, updateAt: () => optimizer };
  }
  const update = { ...optimizer };
  let plateau: PlateauRate | null = null;
  let learningRate: (k: number) => number;
  if (schedule.kind === "reduce-on-plateau") {
    const rate = new PlateauRate(schedule, optimizer.learningRate, epoch);
    plateau = rate;
    learningRate = () => rate.learningRate;
  } else learningRate = (k) => learningRateAt(schedule, optimizer.learningRate, k, iterations);
  return {
    hasLearningRate: true,
    plateau,
    learningRate,
    updateAt(k) {
      update.learningRate = learningRate(k);
      return update;
    },
  };
}
