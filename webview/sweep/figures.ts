/** The metrics that a sweep page shows: their names, values, axes, and labels. */
import * as l10n from "@vscode/l10n";
import { linearAxis, logAxis, type AxisSpec } from "../../src/shared/scale/axisScale";
import { extentOf } from "../../src/shared/scale/extent";
import { formatCount, formatPercent, formatValue } from "../../src/shared/words/numberFormat";
import { isLoss, type SweepInfo, type TrialResult, type TrialStatus } from "../../src/shared/wire/sweep";
import { convergence, leadingFigure, median } from "../../src/shared/wire/sweepSummary";
import { SHOWN_FIGURES, type ShownFigure } from "./state";

const NAMES: Readonly<Record<ShownFigure, string>> = {
  converged: l10n.t("Converged"),
  reachedAt: l10n.t("Goal reached at"),
  loss: l10n.t("Loss"),
  validationLoss: l10n.t("Validation loss"),
  bestValidationLoss: l10n.t("Best validation loss"),
  accuracy: l10n.t("Accuracy"),
  exactAccuracy: l10n.t("Exact-match accuracy"),
};

/** Within a sentence. */
const WORDS: Readonly<Record<ShownFigure, string>> = {
  converged: l10n.t("converged"),
  reachedAt: l10n.t("goal reached at"),
  loss: l10n.t("loss"),
  validationLoss: l10n.t("validation loss"),
  bestValidationLoss: l10n.t("best validation loss"),
  accuracy: l10n.t("accuracy"),
  exactAccuracy: l10n.t("exact-match accuracy"),
};

const STATUS_WORDS: Readonly<Record<TrialStatus, string>> = {
  done: l10n.t("done"),
  diverged: l10n.t("diverged"),
  failed: l10n.t("failed"),
};

export const figureName = (figure: ShownFigure): string => NAMES[figure];

export const figureWord = (figure: ShownFigure): string => WORDS[figure];

export const statusWord = (status: TrialStatus): string => STATUS_WORDS[status];

/** Those that these runs have; the share that converged only where there is something to converge to. */
export function availableFigures(info: SweepInfo, results: readonly TrialResult[]): ShownFigure[] {
  return SHOWN_FIGURES.filter((figure) => {
    if (figure === "converged" || figure === "reachedAt") return info.goal !== null;
    return figure === "loss" || results.some((result) => Number.isFinite(result[figure]));
  });
}

/** The reader's choice where there is one and the runs have it. */
export function shownFigure(chosen: ShownFigure | "", info: SweepInfo, results: readonly TrialResult[]): ShownFigure {
  const available = availableFigures(info, results);
  if (chosen !== "" && available.includes(chosen)) return chosen;
  return info.goal !== null ? "converged" : leadingFigure(results, null);
}

/** Of one run; NaN where it has none. Of a run that did not converge there is no iteration of the goal. */
export function valueOf(figure: ShownFigure, result: TrialResult): number {
  if (result.status === "failed") return NaN;
  if (figure === "converged") return result.reachedAt === null ? 0 : 1;
  return figure === "reachedAt" ? (result.reachedAt ?? NaN) : result[figure];
}

/** Of several runs: the share that converged, else the median. */
export function summaryOf(figure: ShownFigure, results: readonly TrialResult[]): number {
  if (figure === "converged") {
    const { count, total } = convergence(results, true);
    return total === 0 ? NaN : count / total;
  }
  const values = results.map((result) => valueOf(figure, result)).filter((value) => !Number.isNaN(value));
  return median(values);
}

export function formatFigure(figure: ShownFigure, value: number): string {
  if (Number.isNaN(value)) return "–";
  if (figure === "reachedAt") return formatCount(value);
  return figure !== "converged" && isLoss(figure) ? formatValue(value, 3) : formatPercent(value);
}

export function figureAxis(figure: ShownFigure, values: readonly number[]): AxisSpec {
  if (figure === "converged" || figure === "accuracy" || figure === "exactAccuracy")
    return { kind: "linear", min: 0, max: 1 };
  const extent = extentOf(values);
  if (extent === null) return { kind: "linear", min: 0, max: 1 };
  if (figure !== "reachedAt" && extent.min > 0 && extent.max / extent.min > 20) return logAxis(extent);
  return linearAxis({ ...extent, min: Math.min(0, extent.min) });
}

/** Whether less of it is better. */
export function smallIsGood(figure: ShownFigure): boolean {
  return figure === "reachedAt" || (figure !== "converged" && isLoss(figure));
}
