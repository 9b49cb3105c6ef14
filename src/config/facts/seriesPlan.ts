/** How series, each with its own rows, are split into windows for training and for validation. */
import type { RowRange } from "../../tables/series";
import { dividersOf } from "../../tables/taskTable";
import type { TaskConfig } from "../schema/schema";
import { countHeldOut, countTrainingRows, planWindows, type WindowSizes } from "./dataCounts";

export interface SeriesPlan {
  readonly trainingSequences: number;
  readonly validationSequences: number;
  /** Series without any window, since they are too short for one. */
  readonly unusedSeries: number;
}

/** Whether windows of one series are all that a table gives. */
export function isOneSeries(task: Extract<TaskConfig, { readonly kind: "csv" }>): boolean {
  return dividersOf(task).length === 0 && task.length !== "series";
}

/** The rows for training: the first ones of each series; of whole series those of the first ones. */
export function trainingRowsOf(
  series: readonly RowRange[],
  { length, horizon }: Pick<TableSizes, "length" | "horizon">,
  validationShare: number,
): readonly RowRange[] {
  if (length === "series") {
    const used = series.filter(({ from, to }) => to - from > horizon);
    return used.slice(0, used.length - (used.length === 0 ? 0 : countHeldOut(used.length, validationShare)));
  }
  return series.map(({ from, to }) => ({ from, to: from + countTrainingRows(to - from, validationShare) }));
}

type TableSizes = Omit<WindowSizes, "length"> & { readonly length: number | "series" };

/** Of windows, or of whole series. @param rows of each series */
export function planTable(
  { length, horizon, stride }: TableSizes,
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
