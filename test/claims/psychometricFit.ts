/** The psychometric curve that a network has now, as its fit. */
import { isChoiceTask } from "../../src/config/facts/trialTasks";
import type { Experiment } from "../../src/config/schema/schema";
import { analyzePsychometric } from "../../src/core/analysis/psychometric";
import { createSnapshot } from "../../src/core/analysis/runSnapshot";
import type { Trainer } from "../../src/core/training/trainer";
import { finishWork } from "../../src/lib/slicedTask";
import type { LogisticFit } from "../../src/shared/trace/psychometric";

/** @throws Error for tasks without such a curve */
export function fitPsychometric(experiment: Experiment, trainer: Trainer): LogisticFit | null {
  const { task } = experiment;
  if (!isChoiceTask(task)) throw new Error(`The task ${task.kind} has no psychometric curve.`);
  const { iteration } = trainer;
  const snapshot = createSnapshot(experiment, trainer, { iteration, parameters: trainer.parameters() });
  return finishWork(analyzePsychometric(snapshot, task)).fit;
}

/**
 * In percent, that of an observer that adds up so many steps of dt 100 and noise 1: where the normal distribution
 * function of c √steps / (100 √2 deviation) is 75%.
 */
export function idealThreshold(steps: number): number {
  return (100 * 0.67449 * Math.SQRT2 * 0.1) / Math.sqrt(steps);
}
