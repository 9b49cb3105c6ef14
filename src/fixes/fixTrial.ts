import type { Trainer } from "../core/training/trainer";
import type { StepResult } from "../core/training/trainingLoop";
import type { Experiment } from "../config/schema/schema";
import { OPTIONAL_COLUMN } from "../shared/trace/trace";
import type { FixTrial } from "../shared/wire/findings";
import { JudgedLoss } from "./judgedLoss";

/** The longest that one copy is trained, in milliseconds. */
export const TRIAL_MS = 10_000;

export interface TrialFigures extends Omit<FixTrial, "runLoss"> {
  /** What runs are compared by; see {@link JudgedLoss}. */
  readonly judgedLoss: number;
  readonly trainMs: number;
}

/** A trainer of an experiment, and what is to be freed after it. */
interface PreparedTrial {
  readonly trainer: Trainer;
  dispose(): void;
}

export interface TrialResources {
  /** @throws Error when the experiment cannot run */
  prepare(experiment: Experiment): PreparedTrial;
  /** Milliseconds of work. It may stand still, and not return, while another run needs the processor. */
  now(): number;
}

/**
 * Trains the experiment to its end or until its time is up. The first iterations of a run do not depend on how many
 * follow, so a trial that was cut short is the start of the whole run, bit for bit.
 * @param budgetMs at most {@link TRIAL_MS} of it are used
 * @throws Error when the experiment cannot run
 */
export function runFixTrial(experiment: Experiment, resources: TrialResources, budgetMs: number): TrialFigures {
  const startedAt = resources.now();
  const until = startedAt + Math.min(TRIAL_MS, budgetMs);
  const { trainer, dispose } = resources.prepare(experiment);
  try {
    const judged = createJudgedLoss(experiment, trainer);
    let result: StepResult = "running";
    let row = 0;
    let endedAt = startedAt;
    while (result === "running" && endedAt < until) {
      row = trainer.iteration;
      result = trainer.step(null);
      judged.add(trainer.metrics.loss, trainer.metrics.validationLoss);
      endedAt = resources.now();
    }
    return {
      iterations: row,
      finalLoss: judged.finalLoss,
      bestLoss: judged.bestLoss,
      validationLoss: judged.validationLoss,
      judgedLoss: result === "diverged" ? NaN : judged.value,
      trainMs: endedAt - startedAt,
    };
  } finally {
    dispose();
  }
}

/** For a run of the experiment by this trainer. */
export function createJudgedLoss(experiment: Experiment, trainer: Pick<Trainer, "columns" | "iterations">): JudgedLoss {
  const validates = trainer.columns.some(({ name }) => name === OPTIONAL_COLUMN.validationLoss);
  return new JudgedLoss(trainer.iterations, validates, experiment.training.stop !== null);
}
