import * as l10n from "@vscode/l10n";
import type { Experiment } from "../schema/schema";
import { ExperimentError } from "./experimentError";

/** Learning rates from one to the other, in so many updates, each the same factor above the one before. */
export interface RateRange {
  readonly from: number;
  readonly to: number;
  readonly updates: number;
}

/** As fastai's `lr_find`: from a rate that changes nothing to one at which every optimizer diverges. */
export const RATE_RANGE: RateRange = { from: 1e-7, to: 10, updates: 100 };

/** Null where the optimizer has none. */
export function learningRateOf({ training: { optimizer } }: Experiment): number | null {
  return "learningRate" in optimizer ? optimizer.learningRate : null;
}

/**
 * The experiment as the range test trains it: the same for two experiments that differ in their learning rate,
 * schedule, iterations, validation interval or early stopping alone.
 * @throws ExperimentError where the optimizer has no learning rate
 */
export function planRateTest(experiment: Experiment, { from, to, updates }: RateRange = RATE_RANGE): Experiment {
  const { training } = experiment;
  const { optimizer } = training;
  if (!("learningRate" in optimizer))
    throw new ExperimentError(
      "misfit",
      ["training", "optimizer", "kind"],
      l10n.t(
        "The optimizer {0} has no learning rate to test. Use another optimizer, for example adam.",
        optimizer.kind,
      ),
    );
  return {
    ...experiment,
    training: {
      ...training,
      optimizer: { ...optimizer, learningRate: from },
      schedule: { kind: "exponential", gamma: (to / from) ** (1 / (updates - 1)) },
      iterations: updates,
      epochs: 0,
      // The validation loss is not looked at.
      validation: { ...training.validation, every: updates + 1 },
      stop: null,
    },
  };
}
