import * as l10n from "@vscode/l10n";
import { outputsOf, resolveLoss, type Loss } from "../../config/facts/taskTraits";
import { networkSpec } from "../../config/facts/memoryEstimate";
import type { Experiment, TaskConfig } from "../../config/schema/schema";
import type { Tensor } from "../../formats/safetensors";
import { printable } from "../../lib/outsideText";
import { parameterCountOf, parameterLayout, type NetworkSpec } from "../../shared/trace/networkSpec";
import type { Recipe } from "../tasks/recipe";

type CsvTask = Extract<TaskConfig, { readonly kind: "csv" }>;

/** A network that predicts, and all that it needs to know of its data. */
export interface TrainedModel {
  readonly experiment: Experiment;
  readonly task: CsvTask;
  readonly recipe: Recipe;
  readonly spec: NetworkSpec;
  readonly loss: Loss;
  /** Null: each prediction has a window of its own, which starts from a zero state. */
  readonly answers: CarriedAnswers | null;
  /** Flat, in the layout of the spec. */
  readonly parameters: Float64Array<ArrayBuffer>;
}

/** Of a network whose state goes on from row to row of a series: which rows have a prediction. */
export interface CarriedAnswers {
  /** Rows that are read before the first answer counts. */
  readonly after: number;
  /** Only at the last row, the answer to the whole series. */
  readonly once: boolean;
  /** Although an initial state was learned: that of a stream of several series was for the first one alone. */
  readonly startsAtZero: boolean;
}

/** Why nothing can be predicted; in words for a person. */
export class PredictionError extends Error {
  override name = "PredictionError";
}

/** @throws PredictionError when the tensors are not those of the experiment's network */
export function trainedModel(experiment: Experiment, recipe: Recipe, tensors: readonly Tensor[]): TrainedModel {
  const { task } = experiment;
  if (task.kind !== "csv") throw new PredictionError(describeOtherTask(task));
  const spec = networkSpec(experiment, recipe.inputs.length, recipe.classes?.length ?? recipe.targets.length);
  const layout = parameterLayout(spec);
  const parameters = new Float64Array(parameterCountOf(layout));
  for (const { name, shape, offset } of layout) {
    const tensor = tensors.find((candidate) => candidate.name === name);
    const needed = shape.join(", ");
    if (tensor === undefined)
      throw new PredictionError(
        l10n.t("the weights have no {0} [{1}], which the model of the experiment requires", name, needed),
      );
    if (tensor.shape.join() !== shape.join())
      throw new PredictionError(
        l10n.t(
          "{0} in the weights has shape [{1}], but the model of the experiment requires [{2}]",
          name,
          printable(tensor.shape.join(", ")),
          needed,
        ),
      );
    parameters.set(tensor.values, offset);
  }
  const known = new Set(layout.map(({ name }) => name));
  const other = tensors.find(({ name }) => !known.has(name));
  if (other !== undefined)
    throw new PredictionError(
      l10n.t("the weights have {0}, for which the model of the experiment has no place", printable(other.name)),
    );
  const loss = resolveLoss(experiment, recipe.targetKind);
  return { experiment, task, recipe, spec, loss, answers: carriedAnswers(experiment, task, recipe), parameters };
}

function carriedAnswers(
  { model, training }: Experiment,
  task: CsvTask,
  { length, series }: Recipe,
): CarriedAnswers | null {
  const answersLast = outputsOf({ task, model }) === "last";
  if (task.length === "series") return { after: 0, once: answersLast, startsAtZero: false };
  if (task.stream !== true || training.batchSize === "full") return null;
  return {
    after: answersLast ? length - 1 : 0,
    once: false,
    startsAtZero: model.learnedInitialState && series > 1,
  };
}

export function describeOtherTask(task: TaskConfig): string {
  const { kind } = task;
  return kind === "text"
    ? l10n.t("the task is text: to continue a text, train with --sample and --prime, or use Sample Text in the panel")
    : l10n.t("the task is {0}; only a network that was trained on a table (task csv) can predict one", kind);
}
