/** The metrics that a sweep page shows: their names, values, axes, and labels. */
import * as l10n from "@vscode/l10n";
import { linearAxis, logAxis, type AxisSpec } from "../../src/shared/scale/axisScale";
import { extentOf } from "../../src/shared/scale/extent";
import { figureWords } from "../../src/shared/words/figureWords";
import { formatCount, formatPercent, formatValue } from "../../src/shared/words/numberFormat";
import { isLoss, rankingFigure, TRIAL_STATUSES, type SweepInfo, type TrialStatus } from "../../src/shared/wire/sweep";
import { median } from "../../src/shared/wire/sweepSummary";
import { hasFigure, leadingOf, type TrialColumns } from "../../src/shared/wire/trialColumns";
import { withoutControls } from "../ui/visibleText";
import { SHOWN_FIGURES, type ShownFigure } from "./state";

const NAMES: Readonly<Record<ShownFigure, string>> = {
  converged: l10n.t("Converged"),
  reachedAt: l10n.t("Goal reached at"),
  loss: l10n.t("Loss"),
  validationLoss: l10n.t("Validation loss"),
  bestValidationLoss: l10n.t("Best validation loss"),
  accuracy: l10n.t("Accuracy"),
  exactAccuracy: l10n.t("Exact-match accuracy"),
  gradientReach: l10n.t("Gradient reaching step 1"),
};

const STATUS_WORDS: Readonly<Record<TrialStatus, string>> = {
  done: l10n.t("done"),
  diverged: l10n.t("diverged"),
  failed: l10n.t("failed"),
  stopped: l10n.t("stopped early"),
};

/** Names of the objectives of a study, by their figures; null: it is no study. A page shows one sweep. */
let objectives: ReadonlyMap<ShownFigure, string> | null = null;

/** From now on the words and axes are those of this sweep. */
export function nameFigures({ objectives: given }: Pick<SweepInfo, "objectives">): void {
  objectives = given === undefined ? null : new Map(given.map(({ figure, name }) => [figure, withoutControls(name)]));
}

export const figureName = (figure: ShownFigure): string => objectives?.get(figure) ?? NAMES[figure];

export const figureWord = (figure: ShownFigure): string => objectives?.get(figure) ?? plainWord(figure);

function plainWord(figure: ShownFigure): string {
  if (figure === "converged") return l10n.t("converged");
  return figure === "reachedAt" ? l10n.t("goal reached at") : figureWords(figure);
}

export const statusWord = (status: TrialStatus): string =>
  objectives !== null && status === "stopped" ? l10n.t("pruned") : STATUS_WORDS[status];

/** Those that these runs have; the share that converged only where there is something to converge to. */
export function availableFigures(info: SweepInfo, trials: TrialColumns): ShownFigure[] {
  if (info.objectives !== undefined) return info.objectives.map(({ figure }) => figure);
  return SHOWN_FIGURES.filter((figure) => {
    if (figure === "converged" || figure === "reachedAt") return info.goal !== null;
    return figure === "loss" || hasFigure(trials, figure);
  });
}

/** The reader's choice where there is one and the runs have it. */
export function shownFigure(chosen: ShownFigure | "", info: SweepInfo, trials: TrialColumns): ShownFigure {
  const available = availableFigures(info, trials);
  if (chosen !== "" && available.includes(chosen)) return chosen;
  return info.goal !== null ? "converged" : leadingOf(trials, rankingFigure(info));
}

/**
 * By row; NaN where a run has none, as of one that failed. Of a run that did not converge there is no iteration of the
 * goal.
 */
export function figureValues(figure: ShownFigure, trials: TrialColumns): Float64Array<ArrayBuffer> {
  const failed = TRIAL_STATUSES.indexOf("failed");
  const status = trials.column("status");
  const values = trials.column(figure === "converged" ? "reachedAt" : figure);
  return values.map((value, row) => {
    if (status[row] === failed) return NaN;
    return figure === "converged" ? (Number.isNaN(value) ? 0 : 1) : value;
  });
}

/** Of the values of several runs: the share that converged, else the median. */
export function summaryOf(figure: ShownFigure, values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return figure === "converged" ? known.reduce((sum, value) => sum + value, 0) / known.length : median(known);
}

export function formatFigure(figure: ShownFigure, value: number): string {
  if (Number.isNaN(value)) return "–";
  if (figure === "reachedAt") return formatCount(value);
  if (objectives !== null) return formatValue(value, 3);
  return isShare(figure) ? formatPercent(value) : formatValue(value, 3);
}

function isShare(figure: ShownFigure): boolean {
  return figure === "converged" || figure === "accuracy" || figure === "exactAccuracy";
}

export function figureAxis(figure: ShownFigure, values: ArrayLike<number>): AxisSpec {
  if (objectives === null && isShare(figure)) return { kind: "linear", min: 0, max: 1 };
  const extent = extentOf(values);
  if (extent === null) return { kind: "linear", min: 0, max: 1 };
  // Powers of a factor: what none of it reaches has no place on the axis.
  if (figure === "gradientReach") return logAxis(extent);
  if (figure !== "reachedAt" && extent.min > 0 && extent.max / extent.min > 20) return logAxis(extent);
  // An objective may have any sign and size: zero says nothing of it.
  return linearAxis(objectives === null ? { ...extent, min: Math.min(0, extent.min) } : extent);
}

/** Whether less of it is better. */
export function smallIsGood(figure: ShownFigure): boolean {
  return figure === "reachedAt" || (figure !== "converged" && isLoss(figure));
}
