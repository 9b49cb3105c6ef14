/** A run of a sweep in words. */
import * as l10n from "@vscode/l10n";
import { trialNumber, type SweepInfo } from "../../src/shared/wire/sweep";
import { formatFigure, statusWord } from "./figures";
import type { SweepModel } from "./model";
import { shortKey, shortLabel } from "./parameterPlaces";

/** What a run is called: from 1, and in a study from 0, as Optuna has it. */
export function runNumber({ objectives }: SweepInfo, index: number): number {
  return objectives === undefined ? trialNumber({ index }) : index;
}

/** "learningRate 0.01, hiddenSize 4" */
export function valuesText({ parameters }: SweepInfo, values: readonly unknown[]): string {
  return parameters.map((_, p) => `${shortKey(parameters, p)} ${shortLabel(values[p])}`).join(", ");
}

/** "learningRate 0.01, hiddenSize 4, seed 2: 0.031" */
export function trialSentence({ info, trials, figure, values }: SweepModel, row: number): string {
  const result = trials.at(row);
  const outcome = result.status === "done" ? formatFigure(figure, values[row] ?? NaN) : statusWord(result.status);
  const about = valuesText(info, result.values);
  if (Number.isNaN(result.seed)) {
    const number = runNumber(info, result.index);
    return about === "" ? l10n.t("run {0}: {1}", number, outcome) : `${about}: ${outcome}`;
  }
  return about === ""
    ? l10n.t("seed {0}: {1}", result.seed, outcome)
    : l10n.t("{0}, seed {1}: {2}", about, result.seed, outcome);
}
