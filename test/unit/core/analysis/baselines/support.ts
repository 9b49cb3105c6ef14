import { baselinesOf } from "../../../../../src/core/analysis/baselines/baselines";
import type { Experiment } from "../../../../../src/config/schema/schema";
import { createTrainer } from "../../../../../src/core/training/trainer";
import { finishWork } from "../../../../../src/lib/slicedTask";
import type { Baseline } from "../../../../../src/shared/wire/baselines";

/** The baselines of an experiment, by name. @param data contents of the file that it names */
export function baselinesByName(experiment: Experiment, data?: string): Partial<Record<Baseline["name"], Baseline>> {
  const { dataset, loss } = createTrainer(experiment, data === undefined ? {} : { files: { data, weights: null } });
  const baselines = finishWork(baselinesOf({ dataset, loss, experiment }));
  return Object.fromEntries(baselines.map((baseline) => [baseline.name, baseline]));
}
