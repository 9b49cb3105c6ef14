import * as l10n from "@vscode/l10n";
import { isLengthTask, type Loss } from "../../../config/facts/taskTraits";
import type { Experiment } from "../../../config/schema/schema";
import { isTrialTask } from "../../../config/facts/trialTasks";
import type { SlicedTask } from "../../../lib/slicedTask";
import type { Baseline, BaselineName } from "../../../shared/wire/baselines";
import type { Dataset } from "../../tasks/task";
import { lossOf } from "./answer";
import { sampledDataset } from "../../tasks/sampledDataset";
import type { BaselineTask } from "./baselineTask";
import { bestConstant } from "./bestConstant";
import { alwaysFixates } from "./alwaysFixates";
import { fitBigrams } from "./bigrams";
import { lastValue } from "./lastValue";
import { linearStep, linearWindow } from "./linearMap";
import { memorylessAnswer } from "./memorylessAnswers";

/** Of more windows of a table, so many of the training set and of the validation set stand for all. */
const MOST_WINDOWS = 100_000;

/**
 * The baselines that make sense for an experiment, the simplest first: the losses of answers that need no network,
 * fitted on the training sequences and measured on the validation sequences (on the training sequences where nothing is
 * held out) with the loss of the run. One that is not finite is left out.
 */
export function* baselinesOf(run: {
  readonly dataset: Dataset;
  readonly loss: Loss;
  readonly experiment: Pick<Experiment, "task">;
}): SlicedTask<readonly Baseline[]> {
  const { loss } = run;
  // Windows of a table may be as many as its rows, and mostly share them.
  const isTable = run.experiment.task.kind === "csv";
  const dataset = isTable ? sampledDataset(run.dataset, MOST_WINDOWS) : run.dataset;
  const isSampled = dataset !== run.dataset;
  const task: BaselineTask = { dataset, loss, task: run.experiment.task };
  const on = dataset.trainingSequences < dataset.sequences ? "validation" : "training";
  const baselines: Baseline[] = [];
  const add = (name: BaselineName, label: string, measured: number | null): void => {
    if (measured === null || !Number.isFinite(measured)) return;
    baselines.push({ name, label: isSampled ? sampledLabel(label) : label, loss: measured, on });
  };
  add("best-constant", l10n.t("best constant"), yield* bestConstant(task));
  add("last-value", l10n.t("last value"), yield* lastValue(task));
  const fixating = yield* alwaysFixates(task);
  if (fixating !== null) add("fixation", fixating.label, fixating.loss);
  yield;
  const memoryless = yield* memorylessLoss(task);
  if (memoryless !== null) add("memoryless", memoryless.label, memoryless.loss);
  yield;
  if (isSeries(task) && dataset.timeSteps > 1 && dataset.lengths === undefined) {
    const linear = yield* linearWindow(task);
    add("linear-window", linearLabel(linear.steps, dataset.timeSteps), linear.loss);
  }
  return baselines;
}

function sampledLabel(label: string): string {
  return l10n.t("{0} (sample of {1} windows)", label, MOST_WINDOWS.toLocaleString("en-US"));
}

/** From the generator where the data have one, else fitted. */
function* memorylessLoss(task: BaselineTask): SlicedTask<{
  readonly loss: number;
  readonly label: string;
} | null> {
  const config = task.task;
  // What is expected of noisy sines is skewed about its mean, which is the best answer for mse alone.
  if (config.kind === "sine" && config.noise > 0 && task.loss !== "mse") return null;
  // Probabilities are not the best answer where some targets count more than others.
  const isWeighted = task.dataset.classWeights !== undefined || typeof task.loss === "object";
  if (isWeighted && task.dataset.targetKind !== "values") return null;
  if (isTrialTask(config)) return null;
  if (isLengthTask(config))
    return {
      loss: yield* lossOf(task, memorylessAnswer(config, task.dataset), 1),
      label: l10n.t("best memoryless answer"),
    };
  // A linear map has no probabilities of bits or classes.
  if (config.kind !== "text" && task.dataset.targetKind !== "values") return null;
  return config.kind === "text"
    ? { loss: yield* lossOf(task, yield* fitBigrams(task), 20), label: l10n.t("bigram frequencies") }
    : { loss: yield* linearStep(task), label: l10n.t("linear map of the current step") };
}

/** Whose targets are values of a series of numbers. */
function isSeries({ task, dataset }: BaselineTask): boolean {
  return (task.kind === "csv" && dataset.targetKind === "values") || task.kind === "sine";
}

function linearLabel(steps: number, timeSteps: number): string {
  return steps === timeSteps
    ? l10n.t("linear map of the last {0} steps", steps)
    : l10n.t("linear map of the last {0} of {1} steps", steps, timeSteps);
}
