import type { ExperimentFiles } from "../../config/facts/dataFiles";
import { outputsOf, withTargetKind } from "../../config/facts/taskTraits";
import type { Experiment } from "../../config/schema/schema";
import { createRandom } from "../numerics/random";
import { createDataset } from "../tasks/createDataset";
import type { Recipe } from "../tasks/recipe";

/**
 * The recipe of weights that were saved without one, made again from the file that they were trained on.
 * @param data of that very file: whoever calls has compared its checksum
 * @returns null for tasks without one
 * @throws ExperimentError when the file does not serve
 */
export function recipeOfTraining(experiment: Experiment, data: ExperimentFiles["data"]): Recipe | null {
  const { training, seed } = experiment;
  const task = withTargetKind(experiment);
  const outputs = outputsOf(experiment);
  return createDataset(task, outputs, training.validation.share, createRandom(seed), data).recipe ?? null;
}
