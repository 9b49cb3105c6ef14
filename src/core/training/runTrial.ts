import * as l10n from "@vscode/l10n";
import type { Experiment, SweepGoal } from "../../config/schema/schema";
import { ExperimentError } from "../../config/facts/experimentError";
import { reaches, type Trial, type TrialFigure, type TrialResult } from "../../shared/wire/sweep";
import { COLUMN, OPTIONAL_COLUMN, type TraceRecorder } from "../../shared/trace/trace";
import { createTrainer, type Trainer } from "./trainer";
import type { StepResult } from "./trainingLoop";
import type { TrainerResources } from "./trainingSetup";

export type TrialFigures = Pick<TrialResult, "status" | "iterations" | "reachedAt" | "trainMs" | TrialFigure>;

/** A trial that is trained step by step. The run is the one that the experiment would be by itself, bit for bit. */
export class TrialTraining {
  readonly trainer: Trainer;
  /** Iteration at which the goal was reached first. */
  reachedAt: number | null = null;
  private result: StepResult = "running";
  private row = 0;
  private isStopped = false;

  /** @throws ExperimentError when the experiment cannot run, or has no such figure as the goal's */
  constructor(
    experiment: Experiment,
    private readonly goal: SweepGoal | null,
    resources: TrainerResources,
  ) {
    // Without validation, accuracies are computed when they are asked for.
    this.trainer = createTrainer(experiment, {
      ...resources,
      scoresEveryStep: goal !== null && goal.metric !== COLUMN.loss && goal.metric !== OPTIONAL_COLUMN.validationLoss,
    });
    if (goal === null || this.has(goal.metric)) return;
    const advice =
      goal.metric === OPTIONAL_COLUMN.exactAccuracy && this.has("accuracy")
        ? l10n.t("Use accuracy, which is the same for sequences with one output.")
        : l10n.t("Use loss.");
    throw new ExperimentError(
      "misfit",
      ["sweep", "goal", "metric"],
      l10n.t("The metric {0} is not available for this experiment. {1}", goal.metric, advice),
    );
  }

  /** To the end, or to the goal when it says so. */
  get isRunning(): boolean {
    return this.result === "running" && !this.isStopped && !(this.goal?.stop === true && this.reachedAt !== null);
  }

  /** @returns the iteration that the figures are of */
  step(recorder: TraceRecorder | null = null): number {
    const { trainer, goal } = this;
    this.row = trainer.iteration;
    this.result = trainer.step(recorder);
    if (goal !== null && this.reachedAt === null && reaches(goal, trainer.metrics[goal.metric]))
      this.reachedAt = this.row;
    return this.row;
  }

  /** It goes no further: its figures are those of now. */
  stop(): void {
    this.isStopped = true;
  }

  /** Of now, without {@link TrialFigures.gradientReach}, which costs an iteration. */
  figures(trainMs: number): TrialFigures {
    const { trainer } = this;
    const figure = (name: SweepGoal["metric"]) => (this.has(name) ? trainer.metrics[name] : NaN);
    return {
      status: this.result === "diverged" ? "diverged" : this.isStopped ? "stopped" : "done",
      iterations: this.row,
      loss: figure("loss"),
      validationLoss: figure("validationLoss"),
      bestValidationLoss: trainer.best?.validationLoss ?? NaN,
      accuracy: figure("accuracy"),
      exactAccuracy: figure("exactAccuracy"),
      gradientReach: NaN,
      reachedAt: this.reachedAt,
      trainMs,
    };
  }

  /** Of its end, with everything. It cannot be trained on. */
  finalFigures(trainMs: number): TrialFigures {
    return { ...this.figures(trainMs), gradientReach: this.trainer.gradientReach() };
  }

  private has(figure: SweepGoal["metric"]): boolean {
    return this.trainer.columns.some(({ name }) => name === figure);
  }
}

/**
 * Trains to the end, or to the goal when it says so.
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
  const training = new TrialTraining(experiment, goal, resources);
  while (training.isRunning) {
    const row = training.step();
    onStep?.(training.trainer, row);
  }
  return training.finalFigures(now() - startedAt);
}

/** Of a trial that could not be run. */
export function failedTrial(trial: Trial, message: string): TrialResult {
  return {
    ...trial,
    status: "failed",
    iterations: 0,
    loss: NaN,
    validationLoss: NaN,
    bestValidationLoss: NaN,
    accuracy: NaN,
    exactAccuracy: NaN,
    gradientReach: NaN,
    reachedAt: null,
    trainMs: 0,
    message,
  };
}
