import * as l10n from "@vscode/l10n";
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
  /** Flat, in the layout of the spec. */
  readonly parameters: Float64Array<ArrayBuffer>;
}

/** Why nothing can be predicted; in words for a person. */
export class PredictionError extends Error {
  override name = "PredictionError";
}

/** @throws PredictionError when the tensors are not those of the experiment's network */
export function trainedModel(experiment: Experiment, recipe: Recipe, tensors: readonly Tensor[]): TrainedModel {
  const { task } = experiment;
  if (task.kind !== "csv") throw new PredictionError(describeOtherTask(task));
  if (task.stream === true && experiment.training.batchSize !== "full")
    throw new PredictionError(
      l10n.t(
        "the network was trained with task.stream, which carries its state from window to window; set it to false",
      ),
    );
  const spec = networkSpec(experiment, recipe.inputs.length, recipe.targets.length);
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
  return { experiment, task, recipe, spec, parameters };
}

export function describeOtherTask({ kind }: TaskConfig): string {
  return kind === "text"
    ? l10n.t("the task is text: to continue a text, train with --sample and --prime, or use Sample Text in the panel")
    : l10n.t("the task is {0}; only a network that was trained on a table (task csv) can predict one", kind);
}
