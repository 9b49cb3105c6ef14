import { planRateTest, RATE_RANGE, type RateRange } from "../../config/facts/rateTestPlan";
import type { Experiment } from "../../config/schema/schema";
import type { RateTest, RateVerdict } from "../../shared/wire/rateTest";
import { createTrainer, type Trainer } from "../training/trainer";
import type { TrainerResources } from "../training/trainingSetup";
import type { StepResult } from "../training/trainingLoop";

/** Share of the mean so far in the smoothed loss. */
const SMOOTHING = 0.9;
/** The test ends where the smoothed loss is so many times its lowest value: fastai's limit. */
const RISE = 4;
/** The suggestion is at most the rate of the lowest loss over this: beyond, the loss is about to rise. */
const SAFETY = 10;
/** Updates until the mean is one of enough losses to be compared; what comes before is not judged. As in fastai. */
const WARM_UP = 10;
/** Updates that the steepest descent is over, so that one batch does not decide it. */
const SLOPE = 10;
/**
 * A fall counts from so many times the noise: normally distributed losses that differ by chance alone fall that far
 * in about one of a hundred tests, skewed ones in up to three.
 */
const CLEAR = 1.5;

/**
 * The learning-rate range test (Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017, section 3.3),
 * with a rate that grows geometrically, as in fastai: trains a copy of the experiment from its start, and stops where
 * the loss rises. Its schedule and early stopping are left out; everything else is as in the run.
 */
export class RateTestRun {
  private readonly trainer: Trainer;
  private readonly initialLoss: number;
  private readonly rates: number[] = [];
  private readonly losses: number[] = [];
  private readonly smoothed: number[] = [];
  /** Before the bias is taken out. */
  private mean: number;
  private least: number;
  private last: StepResult;
  private rose = false;

  /** @throws ExperimentError where the optimizer has no learning rate, or the experiment cannot run */
  constructor(experiment: Experiment, resources: TrainerResources, range: RateRange = RATE_RANGE) {
    this.trainer = createTrainer(planRateTest(experiment, range), resources);
    this.last = this.trainer.step(null);
    this.initialLoss = this.least = this.trainer.metrics.loss;
    this.mean = (1 - SMOOTHING) * this.initialLoss;
  }

  get updates(): number {
    return this.rates.length;
  }

  /** The loss after one more update. Returns whether there are more to come. */
  advance(): boolean {
    if (this.isOver) return false;
    const rate = this.trainer.metrics.learningRate;
    this.last = this.trainer.step(null);
    const { loss } = this.trainer.metrics;
    this.rates.push(rate);
    this.losses.push(loss);
    this.mean = SMOOTHING * this.mean + (1 - SMOOTHING) * loss;
    const current = this.mean / (1 - SMOOTHING ** (this.losses.length + 1));
    this.smoothed.push(current);
    this.rose = !(current <= RISE * this.least);
    this.least = Math.min(this.least, current);
    return !this.isOver;
  }

  /** As far as it has come. */
  result(): RateTest {
    const { rates, losses, smoothed, initialLoss } = this;
    const stoppedAt = this.rose || this.last === "diverged" ? (rates.at(-1) ?? null) : null;
    return {
      rates: Float64Array.from(rates),
      losses: Float64Array.from(losses),
      smoothed: Float64Array.from(smoothed),
      initialLoss,
      stoppedAt,
      largestStable: stoppedAt === null ? null : rounded(stoppedAt / SAFETY),
      ...judge(rates, [initialLoss, ...losses], [initialLoss, ...smoothed]),
    };
  }

  private get isOver(): boolean {
    return this.rose || this.last !== "running";
  }
}

/** @param losses one more than the rates, as of `smoothed`: entry k is the loss before the update with rate k */
function judge(
  rates: readonly number[],
  losses: readonly number[],
  smoothed: readonly number[],
): Omit<RateVerdict, "stoppedAt" | "largestStable"> {
  const first = Math.min(WARM_UP, rates.length);
  let lowest = first;
  for (let k = first; k < smoothed.length; k++) if (smoothed[k]! < smoothed[lowest]!) lowest = k;
  const fall = smoothed[first]! - smoothed[lowest]!;
  const noise = medianStep(losses.slice(0, lowest + 1));
  if (!(fall > CLEAR * noise)) return { fall, noise, steepest: null, lowest: null, suggested: null };
  // Rates grow by one factor, so that differences are in proportion to slopes.
  let steepest = first;
  const fallAround = (k: number): number => {
    const from = Math.max(first, k - SLOPE / 2 + 1);
    const to = Math.min(lowest, k + SLOPE / 2);
    return (smoothed[from]! - smoothed[to]!) / (to - from);
  };
  for (let k = first; k < lowest; k++) if (fallAround(k) > fallAround(steepest)) steepest = k;
  const best = rates[lowest - 1]!;
  const suggested = rounded(Math.min(rates[steepest]!, best / SAFETY));
  return { fall, noise, steepest: rates[steepest]!, lowest: best, suggested };
}

/** The median size of the differences of neighbors; 0 where there are none. */
function medianStep(values: readonly number[]): number {
  const steps = values.slice(1).map((value, k) => Math.abs(value - values[k]!));
  return steps.sort((a, b) => a - b)[steps.length >> 1] ?? 0;
}

function rounded(rate: number): number {
  return Number(rate.toPrecision(1));
}
