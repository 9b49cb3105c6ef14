import * as l10n from "@vscode/l10n";
import type { LossKind } from "../../../config/facts/taskTraits";
import type { Experiment } from "../../../config/schema/schema";
import type { SlicedTask } from "../../../lib/slicedTask";
import type { Baseline, BaselineName } from "../../../shared/wire/baselines";
import type { Dataset } from "../../tasks/task";
import type { BaselineTask } from "./baselineTask";
import { bestConstant } from "./bestConstant";
import { lastValue } from "./lastValue";

/**
 * The baselines that make sense for an experiment, the simplest first: the losses of answers that need no network,
 * fitted on the training sequences and measured on the validation sequences (on the training sequences where nothing is
 * held out) with the loss of the run. One that is not finite is left out.
 */
export function* baselinesOf(run: {
  readonly dataset: Dataset;
  readonly loss: LossKind;
  readonly experiment: Pick<Experiment, "task">;
}): SlicedTask<readonly Baseline[]> {
  const { dataset, loss } = run;
  const task: BaselineTask = { dataset, loss, task: run.experiment.task };
  const on = dataset.trainingSequences < dataset.sequences ? "validation" : "training";
  const baselines: Baseline[] = [];
  const add = (name: BaselineName, label: string, measured: number | null): void => {
    if (measured !== null && Number.isFinite(measured)) baselines.push({ name, label, loss: measured, on });
  };
  add("best-constant", l10n.t("best constant"), yield* bestConstant(task));
  add("last-value", l10n.t("last value"), yield* lastValue(task));
  return baselines;
}
