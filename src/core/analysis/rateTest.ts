import * as l10n from "@vscode/l10n";
import { ExperimentError } from "../../config/facts/experimentError";
import type { Experiment } from "../../config/schema/schema";
import type { SlicedTask } from "../../lib/slicedTask";
import { createTrainer } from "../training/trainer";
import type { TrainerResources } from "../training/trainingSetup";

/** Learning rates from one to the other, in so many updates, each the same factor above the one before. */
export interface RateRange {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

/** As fastai's `lr_find`. */
export const RATE_RANGE: RateRange = { from: 1e-7, to: 10, steps: 100 };

/** Share of the mean so far in the smoothed loss. */
const SMOOTHING = 0.9;
/** The test ends where the smoothed loss is so many times its lowest value: fastai's limit. */
const RISE = 4;
/** The suggestion is at most the rate of the lowest loss over this: beyond, the loss is about to rise. */
const SAFETY = 10;

export interface RateTest {
  /** Of each update that was made, and the loss of the next batch, which is the first that the update has changed. */
  readonly rates: readonly number[];
  readonly losses: readonly number[];
  /** Exponential moving average of the losses, without a bias toward 0 at the start. */
  readonly smoothed: readonly number[];
  /** Before the first update. */
  readonly initialLoss: number;
  /** Whether it ended before the highest rate, as the loss rose or was no longer finite. */
  readonly diverged: boolean;
  /** Where the smoothed loss falls most steeply over the logarithm of the rate, and where it is lowest. */
  readonly steepest: number | null;
  readonly lowest: number | null;
  /** `steepest`, but at most a tenth of `lowest`, rounded to one digit; null where no rate lowered the loss. */
  readonly suggested: number | null;
}

/**
 * The learning-rate range test (Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017, section 3.3),
 * with a rate that grows geometrically, as in fastai: trains a copy of the experiment from its start, and stops where
 * the loss rises. Its schedule and early stopping are left out; everything else is as in the run. Yields after each
 * update.
 * @throws ExperimentError where the optimizer has no learning rate, or the experiment cannot run
 */
export function* rateTest(
  experiment: Experiment,
  resources: TrainerResources,
  range: RateRange = RATE_RANGE,
): SlicedTask<RateTest> {
  const trainer = createTrainer(growing(experiment, range), resources);
  const rates: number[] = [];
  const losses: number[] = [];
  const smoothed: number[] = [];
  let result = trainer.step(null);
  const initialLoss = trainer.metrics.loss;
  let mean = (1 - SMOOTHING) * initialLoss;
  let least = initialLoss;
  let diverged = result === "diverged";
  while (result === "running" && !diverged) {
    const rate = trainer.metrics.learningRate;
    result = trainer.step(null);
    const { loss } = trainer.metrics;
    rates.push(rate);
    losses.push(loss);
    mean = SMOOTHING * mean + (1 - SMOOTHING) * loss;
    const current = mean / (1 - SMOOTHING ** (losses.length + 1));
    smoothed.push(current);
    diverged = result === "diverged" || !(current <= RISE * least);
    least = Math.min(least, current);
    yield;
  }
  return { rates, losses, smoothed, initialLoss, diverged, ...judged(rates, [initialLoss, ...smoothed]) };
}

/** The experiment with the rate of the test. */
function growing(experiment: Experiment, { from, to, steps }: RateRange): Experiment {
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
      schedule: { kind: "exponential", gamma: (to / from) ** (1 / (steps - 1)) },
      iterations: steps,
      epochs: 0,
      // The validation loss is not looked at.
      validation: { ...training.validation, every: steps + 1 },
      stop: null,
    },
  };
}

/** @param smoothed one more than the rates: its entry k is the loss before the update with rate k */
function judged(
  rates: readonly number[],
  smoothed: readonly number[],
): Pick<RateTest, "steepest" | "lowest" | "suggested"> {
  let lowest = 0;
  for (let k = 1; k < smoothed.length; k++) if (smoothed[k]! < smoothed[lowest]!) lowest = k;
  if (lowest === 0) return { steepest: null, lowest: null, suggested: null };
  // Rates grow by one factor, so that differences are in proportion to slopes.
  let steepest = 0;
  const fallAt = (k: number): number => smoothed[k]! - smoothed[k + 1]!;
  for (let k = 1; k < lowest; k++) if (fallAt(k) > fallAt(steepest)) steepest = k;
  const best = rates[lowest - 1]!;
  const suggested = Math.min(rates[steepest]!, best / SAFETY);
  return { steepest: rates[steepest]!, lowest: best, suggested: Number(suggested.toPrecision(1)) };
}
