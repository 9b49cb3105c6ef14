import * as l10n from "@vscode/l10n";
import { formatPercent, formatValue } from "../../src/shared/words/numberFormat";
import { indexAt } from "../../src/shared/trace/decimate";
import type { ComparedRun } from "../../src/shared/wire/comparison";
import { COLUMN, OPTIONAL_COLUMN } from "../../src/shared/trace/trace";

/** A metric of a run that runs are compared by. */
export interface FigureColumn {
  readonly name: string;
  readonly curve: string;
  /** "last": at the end; "best": the smallest; "largest". */
  readonly of: "last" | "best" | "largest";
}

export const FIGURES: readonly FigureColumn[] = [
  { name: l10n.t("Final loss"), curve: COLUMN.loss, of: "last" },
  { name: l10n.t("Best loss"), curve: COLUMN.loss, of: "best" },
  { name: l10n.t("Validation loss"), curve: OPTIONAL_COLUMN.validationLoss, of: "last" },
  { name: l10n.t("Accuracy"), curve: OPTIONAL_COLUMN.accuracy, of: "last" },
  { name: l10n.t("Max gradient norm"), curve: COLUMN.gradientNorm, of: "largest" },
];

/** NaN where the run has no such curve. */
export function figureOf({ curves }: ComparedRun, { curve, of }: FigureColumn): number {
  const values = curves[curve];
  if (values === undefined || values.length === 0) return NaN;
  if (of === "last") return values.at(-1) ?? NaN;
  const finite = values.filter((value) => !Number.isNaN(value));
  return finite.length === 0 ? NaN : finite.reduce((a, b) => (of === "best" ? Math.min(a, b) : Math.max(a, b)));
}

/** The value at the latest iteration that is not after `iteration`; NaN before the first and after the end. */
export function valueAt({ curves }: ComparedRun, curve: string, iteration: number): number {
  const values = curves[curve];
  const iterations = curves[COLUMN.iteration];
  if (
    values === undefined ||
    iterations === undefined ||
    values.length === 0 ||
    iteration < (iterations[0] ?? 0) ||
    iteration > (iterations.at(-1) ?? 0)
  )
    return NaN;
  return values[indexAt(iterations, iterations.length, iteration)] ?? NaN;
}

/** Against the baseline: "-12%", "×340" or "÷50" where it is far off; empty where there is nothing to compare. */
export function relativeTo(value: number, baseline: number): string {
  if (value === baseline) return "=";
  const factor = value / baseline;
  if (!Number.isFinite(factor) || factor <= 0) return "";
  if (factor > 10) return `×${formatValue(factor, 2)}`;
  if (factor < 0.1) return `÷${formatValue(1 / factor, 2)}`;
  return `${factor > 1 ? "+" : ""}${formatPercent(factor - 1, 2)}`;
}
