/** How series, each with its own rows, are split into windows for training and for validation. */
import type { RowRange } from "../../tables/series";
import { hasFileLabels, hasSeries } from "../../tables/taskTable";
import type { TaskConfig } from "../schema/schema";
import { countHeldOut, countTrainingRows, planWindows, type WindowSizes } from "./dataCounts";

/** What is held out: a share, or of series that are in order of their parts all but the first ones. */
export type Division = number | { readonly trainingSeries: number };

/** @param trainingSeries where the data say it */
export function divisionOf(validationShare: number, trainingSeries: number | null | undefined): Division {
  return trainingSeries == null ? validationShare : { trainingSeries };
}

export interface SeriesPlan {
  readonly trainingSequences: number;
  readonly validationSequences: number;
  /** Series without any window, since they are too short for one. */
  readonly unusedSeries: number;
}

/** Whether windows of one series are all that a table gives. */
export function isOneSeries(task: Extract<TaskConfig, { readonly kind: "csv" }>): boolean {
  return !hasSeries(task) && task.length !== "series";
}

/** The rows for training: the first ones of each series, or those of the first series. */
export function trainingRowsOf(
  series: readonly RowRange[],
  sizes: Pick<TableSizes, "length" | "horizon" | "labels">,
  division: Division,
): readonly RowRange[] {
  const { length, horizon } = sizes;
  if (length === "series") {
    const isUsed = ({ from, to }: RowRange): boolean => to - from > horizon;
    if (typeof division !== "number") return series.slice(0, division.trainingSeries).filter(isUsed);
    const used = series.filter(isUsed);
    return used.slice(0, used.length - (used.length === 0 ? 0 : countHeldOut(used.length, division)));
  }
  const rows = series.map(({ from, to }) => to - from);
  const shares = heldOutShares({ ...sizes, length }, rows, division);
  return series.map(({ from }, index) => ({ from, to: from + countTrainingRows(rows[index]!, shares[index]!) }));
}

type TableSizes = Omit<SeriesSizes, "length"> & { readonly length: number | "series" };

/** Sizes of windows. Where each file has one label, no file is in training and in validation. */
export type SeriesSizes = WindowSizes & { readonly labels?: string };

/**
 * What share of each series is held out: of each the same; where each has one label, all of the last ones, counted
 * among those that have a window.
 * @param rows of each series
 */
export function heldOutShares(
  { length, horizon, labels = "" }: Omit<SeriesSizes, "stride">,
  rows: readonly number[],
  division: Division,
): readonly number[] {
  if (typeof division !== "number") return rows.map((_, index) => (index < division.trainingSeries ? 0 : 1));
  if (!hasFileLabels({ labels })) return rows.map(() => division);
  const isUsed = (count: number): boolean => count >= length + horizon;
  const used = rows.filter(isUsed).length;
  const training = used - (used === 0 ? 0 : countHeldOut(used, division));
  let before = 0;
  return rows.map((count) => (isUsed(count) && before++ >= training ? 1 : 0));
}

/** Of windows, or of whole series. @param rows of each series */
export function planTable(
  { length, ...sizes }: TableSizes,
  rows: readonly number[],
  division: Division,
): Omit<SeriesPlan, "unusedSeries"> & { readonly timeSteps: number } {
  if (length !== "series") {
    const shares = heldOutShares({ ...sizes, length }, rows, division);
    return { ...planSeries({ ...sizes, length }, rows, shares), timeSteps: length };
  }
  const { horizon } = sizes;
  const used = rows.filter((count) => count > horizon);
  const validationSequences =
    typeof division !== "number"
      ? rows.slice(division.trainingSeries).filter((count) => count > horizon).length
      : used.length === 0
        ? 0
        : countHeldOut(used.length, division);
  const longest = used.reduce((most, count) => Math.max(most, count - horizon), 0);
  return { trainingSequences: used.length - validationSequences, validationSequences, timeSteps: longest };
}

/** @param rows of each series @param shares of each that are held out */
export function planSeries(sizes: WindowSizes, rows: readonly number[], shares: readonly number[]): SeriesPlan {
  const plan = { trainingSequences: 0, validationSequences: 0, unusedSeries: 0 };
  for (const [index, count] of rows.entries()) {
    const { trainingSequences, validationSequences } = planWindows(sizes, count, shares[index]!);
    plan.trainingSequences += trainingSequences;
    plan.validationSequences += validationSequences;
    if (trainingSequences + validationSequences === 0) plan.unusedSeries++;
  }
  return plan;
}
