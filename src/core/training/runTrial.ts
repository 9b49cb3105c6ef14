import * as l10n from "@vscode/l10n";
import type { Experiment, SweepGoal } from "../../config/schema/schema";
import { ExperimentError } from "../../config/facts/experimentError";
import { reaches, type TrialFigure, type TrialResult } from "../../shared/wire/sweep";
import { COLUMN, OPTIONAL_COLUMN } from "../../shared/trace/trace";
import { createTrainer, type Trainer } from "./trainer";
import type { StepResult } from "./trainingLoop";
import type { TrainerResources } from "./trainingSetup";

export type TrialFigures = Pick<TrialResult, "status" | "iterations" | "reachedAt" | "trainMs" | TrialFigure>;

/**
 * Trains to the end, or to the goal when it says so. The run is the one that the experiment would be by itself, bit for
 * bit.
 * @param now milliseconds
 * @param onStep after each step, with the iteration that its figures are of
 * @throws ExperimentError when the experiment cannot run, or has no such figure as the goal's
 */
export function runTrial(
  experiment: Experiment,
  goal: SweepGoal | null,
  resources: TrainerResources,
  now: () => number,
  onStep?: (trainer: Trainer, iteration: number) => void,
): TrialFigures {
  const startedAt = now();
  // Without validation, accuracies are computed when they are asked for.
  const trainer = createTrainer(experiment, {
    ...resources,
    scoresEveryStep: goal !== null && goal.metric !== COLUMN.loss && goal.metric !== OPTIONAL_COLUMN.validationLoss,
  });
  const has = (figure: SweepGoal["metric"]) => trainer.columns.some(({ name }) => name === figure);
  if (goal !== null && !has(goal.metric)) {
    const advice =
      goal.metric === OPTIONAL_COLUMN.exactAccuracy && has("accuracy")
        ? l10n.t("Use accuracy, which is the same for sequences with one output.")
        : l10n.t("Use loss.");
    throw new ExperimentError(
      "misfit",
      ["sweep", "goal", "metric"],
      l10n.t("The metric {0} is not available for this experiment. {1}", goal.metric, advice),
    );
  }
  let result: StepResult = "running";
  let reachedAt: number | null = null;
  let row = 0;
  while (result === "running" && !(goal?.stop === true && reachedAt !== null)) {
    row = trainer.iteration;
    result = trainer.step(null);
    if (goal !== null && reachedAt === null && reaches(goal, trainer.metrics[goal.metric])) reachedAt = row;
    onStep?.(trainer, row);
  }
  const figure = (name: SweepGoal["metric"]) => (has(name) ? trainer.metrics[name] : NaN);
  return {
    status: result === "diverged" ? "diverged" : "done",
    iterations: row,
    loss: figure("loss"),
    validationLoss: figure("validationLoss"),
    bestValidationLoss: trainer.best?.validationLoss ?? NaN,
    accuracy: figure("accuracy"),
    exactAccuracy: figure("exactAccuracy"),
    reachedAt,
    trainMs: now() - startedAt,
  };
}
