/** How series, each with its own rows, are split into windows for training and for validation. */
import type { RowRange } from "../../tables/series";
import { countHeldOut, countTrainingRows, planWindows, type WindowSizes } from "./dataCounts";

export interface SeriesPlan {
  readonly trainingSequences: number;
  readonly validationSequences: number;
  /** Series without any window, since they are too short for one. */
  readonly unusedSeries: number;
}

/** The first rows of each series are for training, the rest is held out. */
export function trainingRowsOf(series: readonly RowRange[], validationShare: number): RowRange[] {
  return series.map(({ from, to }) => ({ from, to: from + countTrainingRows(to - from, validationShare) }));
}

/** Of windows, or of whole series. @param rows of each series */
export function planTable(
  { length, horizon, stride }: Omit<WindowSizes, "length"> & { readonly length: number | "series" },
  rows: readonly number[],
  validationShare: number,
): Omit<SeriesPlan, "unusedSeries"> & { readonly timeSteps: number } {
  if (length !== "series")
    return { ...planSeries({ length, horizon, stride }, rows, validationShare), timeSteps: length };
  const used = rows.filter((count) => count > horizon);
  const validationSequences = used.length === 0 ? 0 : countHeldOut(used.length, validationShare);
  const longest = used.reduce((most, count) => Math.max(most, count - horizon), 0);
  return { trainingSequences: used.length - validationSequences, validationSequences, timeSteps: longest };
}

/** @param rows of each series */
export function planSeries(sizes: WindowSizes, rows: Iterable<number>, validationShare: number): SeriesPlan {
  const plan = { trainingSequences: 0, validationSequences: 0, unusedSeries: 0 };
  for (const count of rows) {
    const { trainingSequences, validationSequences } = planWindows(sizes, count, validationShare);
    plan.trainingSequences += trainingSequences;
    plan.validationSequences += validationSequences;
    if (trainingSequences + validationSequences === 0) plan.unusedSeries++;
  }
  return plan;
}
