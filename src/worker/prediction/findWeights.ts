/** Weights of a run as they lie on a disk: a file of weights, a run file, or the folder that has both. */
import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as l10n from "@vscode/l10n";
import { MAX_WEIGHTS_BYTES, type ExperimentFiles } from "../../config/facts/dataFiles";
import type { RecordedEngine } from "../../config/facts/engineChoice";
import { dataNameOf, isGenerated } from "../../config/facts/taskTraits";
import { parseExperiment } from "../../config/read/parse";
import { withDefaults } from "../../config/schema/defaults";
import { experimentSchema } from "../../config/schema/fileSchema";
import type { Experiment } from "../../config/schema/schema";
import { recipeOfTraining } from "../../core/prediction/recipeOfTraining";
import { describeOtherTask, PredictionError } from "../../core/prediction/trainedModel";
import { readWeightsOrigin } from "../../shared/trace/weightsMetadata";
import { readRecipe, type Recipe } from "../../core/tasks/recipe";
import { readRegularFileSync } from "../../disk/regularFile";
import { parameterTensors } from "../../export/bundle";
import { checksums } from "../../files/checksums";
import { readSafetensors, type Tensor } from "../../formats/safetensors";
import { describeError, printable } from "../../lib/outsideText";
import { readRunFile } from "../../runs/readRunFile";
import { FRAME } from "../../runs/format/encodeRun";
import type { RunContents } from "../../runs/format/runContents";
import type { WeightsChoice } from "../../runs/restartedRun";

/** What a file of weights says of itself. */
export interface FoundWeights {
  readonly file: string;
  readonly experiment: Experiment;
  readonly recipe: Recipe;
  readonly tensors: readonly Tensor[];
  readonly iteration: number | null;
  readonly validationLoss: number | null;
  /** CRC-32 of the table that they were trained on; null where nobody noted it. */
  readonly dataChecksum: number | null;
  /** What they were trained on; null where no run file says it. */
  readonly recorded: RecordedEngine | null;
}

const RUN_FILE = "run.rnnrun";

/** Contents of the files that an experiment names, for a run that was saved without a recipe. */
export type ReadFiles = (experiment: Experiment) => Promise<ExperimentFiles>;

/**
 * The file of a run's weights within its folder.
 * @param choice null: the best ones, or the last ones where there are no best ones
 * @throws PredictionError when there is none
 */
export function weightsIn(folder: string, choice: WeightsChoice | null): string {
  const isThere = (name: string): boolean => existsSync(join(folder, name)) && statSync(join(folder, name)).size > 0;
  const names = { best: ["best.safetensors"], last: ["final.safetensors", "weights.safetensors"] };
  const wanted = choice === null ? [...names.best, ...names.last, RUN_FILE] : names[choice];
  const name = wanted.find(isThere);
  if (name !== undefined) return join(folder, name);
  throw new PredictionError(
    choice === "best"
      ? l10n.t("{0} has no best.safetensors: the run has no validation set, or has not finished. Use last.", folder)
      : l10n.t("{0} has no weights ({1}). Train with --out {0} first.", folder, wanted.join(", ")),
  );
}

/** @throws PredictionError, or Error when the file cannot be read */
export async function readWeights(
  file: string,
  choice: WeightsChoice | null,
  readFiles: ReadFiles,
): Promise<FoundWeights> {
  if (/\.rnnrun$/i.test(file)) return await weightsOfRun(file, readRunFile(file), choice, readFiles);
  const { metadata, tensors } = readSafetensors(readRegularFileSync(file, MAX_WEIGHTS_BYTES));
  const { experiment: text, ...origin } = readWeightsOrigin(metadata);
  const recipe = readRecipe(metadata);
  if (text === null) throw withoutMetadata(file);
  const { experiment, problems } = parseExperiment(text);
  if (experiment === null)
    throw new PredictionError(
      l10n.t("the experiment in the metadata of {0} is invalid: {1}", basename(file), problems[0]?.message ?? ""),
    );
  if (experiment.task.kind !== "csv") throw new PredictionError(describeOtherTask(experiment.task));
  if (recipe === null) throw withoutMetadata(file);
  return { file, experiment, recipe, tensors, ...origin, recorded: engineBeside(file, text) };
}

/** Of the run file in the folder of `file`, where it is of the experiment of this text. */
function engineBeside(file: string, text: string): RecordedEngine | null {
  const beside = join(dirname(file), RUN_FILE);
  if (!existsSync(beside)) return null;
  try {
    const { meta, header } = readRunFile(beside, [FRAME.header]);
    return meta.configText === text ? header : null;
  } catch {
    return null;
  }
}

function withoutMetadata(file: string): PredictionError {
  const lack = l10n.t("{0} does not say how its data were scaled.", basename(file));
  const why = l10n.t("Another program or an earlier version wrote it.");
  return new PredictionError(`${lack} ${why} ${l10n.t("Use the {0} file of its run, or train again.", "*.rnnrun")}`);
}

/** @param choice null: the best ones, or the last ones where there are no best ones */
async function weightsOfRun(
  file: string,
  run: RunContents,
  choice: WeightsChoice | null,
  readFiles: ReadFiles,
): Promise<FoundWeights> {
  const { meta, header, checkpoint } = run;
  if (meta.config.task.kind !== "csv") throw new PredictionError(describeOtherTask(meta.config.task));
  if (header === null || checkpoint === null)
    throw new PredictionError(l10n.t("the run ended before its first checkpoint, so it has no weights"));
  const { best } = checkpoint;
  if (choice === "best" && best === null)
    throw new PredictionError(l10n.t("the run has no best weights, because it was not validated. Use the last ones."));
  const isBest = best !== null && choice !== "last";
  const tensors = parameterTensors(run, isBest ? best.parameters : checkpoint.parameters) ?? [];
  return {
    file,
    // The config of an earlier version has fewer keys.
    experiment: withDefaults(experimentSchema, meta.config) as Experiment,
    recipe: readRecipe(header.data?.recipe ?? {}) ?? (await recipeAgain(run, readFiles)),
    tensors,
    iteration: isBest ? best.iteration : checkpoint.iteration,
    validationLoss: isBest ? best.validationLoss : null,
    dataChecksum: meta.files.data,
    recorded: header,
  };
}

/** Of a run that an earlier version saved. */
async function recipeAgain({ meta }: RunContents, readFiles: ReadFiles): Promise<Recipe> {
  const refuse = (reason: string): PredictionError =>
    new PredictionError(
      l10n.t(
        "the run does not say how its data were scaled, because an earlier version saved it, and {0}. Train again.",
        reason,
      ),
    );
  const files = await readFiles(meta.config).catch((error: unknown) => {
    throw refuse(l10n.t("its table cannot be read ({0})", describeError(error)));
  });
  const { task } = meta.config;
  if (checksums(files).data !== meta.files.data)
    throw refuse(l10n.t("its table {0} has changed", isGenerated(task) ? "" : printable(dataNameOf(task))));
  const recipe = recipeOfTraining(meta.config, files.data);
  if (recipe === null) throw new PredictionError(describeOtherTask(task));
  return recipe;
}
