import type { SlicedTask } from "../lib/slicedTask";
import { csvLine } from "../shared/words/csv";
import { TRIAL_FIGURES, trialNumber, valueLabel } from "../shared/wire/sweep";
import type { SweepInfo, TrialFigure, TrialResult } from "../shared/wire/sweep";
import { hasFigure, type TrialColumns } from "../shared/wire/trialColumns";
import { allRows, sortRows } from "../shared/wire/trialOrder";

/** Lines that are written without a pause. */
const PIECE_LINES = 500;

/**
 * One line a run, in the order of the runs whatever the order of the results. A study of Optuna has the columns of its
 * objectives by their names, and its trials by their numbers.
 */
export function* sweepCsv(
  { parameters, objectives }: Pick<SweepInfo, "parameters" | "objectives">,
  trials: TrialColumns,
): SlicedTask<string> {
  const columns: readonly TrialFigure[] = objectives?.map(({ figure }) => figure) ?? TRIAL_FIGURES;
  const head = [
    "trial",
    "seed",
    ...parameters.map(({ key }) => key),
    "status",
    "iterations",
    ...(objectives?.map(({ name }) => name) ?? TRIAL_FIGURES),
    "reachedAt",
    "trainMs",
    "message",
  ];
  const known = columns.filter((figure) => figure === "loss" || hasFigure(trials, figure));
  const numberOf = objectives === undefined ? trialNumber : ({ index }: TrialResult) => index;
  const lines = [csvLine(head)];
  for (const row of sortRows(allRows(trials), trials.column("index"))) {
    const result = trials.at(row);
    // What a run does not have is no NaN that it ran into.
    const figures = columns.map((figure) => (known.includes(figure) ? result[figure] : null));
    lines.push(trialLine(result, numberOf(result), figures));
    if (lines.length % PIECE_LINES === 0) yield;
  }
  return lines.join("");
}

function trialLine(result: TrialResult, number: number, figures: readonly (number | null)[]): string {
  const whole = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return csvLine([
    number,
    whole(result.seed),
    ...result.values.map((value) => (typeof value === "number" ? value : valueLabel(value))),
    result.status,
    whole(result.iterations),
    ...figures,
    result.reachedAt,
    whole(Number(result.trainMs.toFixed(3))),
    result.message,
  ]);
}
