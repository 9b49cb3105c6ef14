import { baselinesOf } from "../../../../../src/core/analysis/baselines/baselines";
import type { BaselineTask } from "../../../../../src/core/analysis/baselines/baselineTask";
import type { Experiment } from "../../../../../src/config/schema/schema";
import { createTrainer } from "../../../../../src/core/training/trainer";
import { finishWork } from "../../../../../src/lib/slicedTask";
import type { Baseline } from "../../../../../src/shared/wire/baselines";

/** @param data contents of the file that the experiment names */
export function baselineTask(experiment: Experiment, data?: string): BaselineTask {
  const { dataset, loss } = createTrainer(experiment, data === undefined ? {} : { files: { data, weights: null } });
  return { dataset, loss, task: experiment.task };
}

/** The baselines of an experiment, by name. */
export function baselinesByName(experiment: Experiment, data?: string): Partial<Record<Baseline["name"], Baseline>> {
  const { dataset, loss } = baselineTask(experiment, data);
  const baselines = finishWork(baselinesOf({ dataset, loss, experiment }));
  return Object.fromEntries(baselines.map((baseline) => [baseline.name, baseline]));
}

/** The losses of the baselines of an experiment, by name. */
export function lossesByName(experiment: Experiment, data?: string): Partial<Record<Baseline["name"], number>> {
  return Object.fromEntries(Object.values(baselinesByName(experiment, data)).map(({ name, loss }) => [name, loss]));
}
