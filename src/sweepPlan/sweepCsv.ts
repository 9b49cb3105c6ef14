import type { SlicedTask } from "../lib/slicedTask";
import { csvLine } from "../shared/words/csv";
import { TRIAL_FIGURES, trialNumber, valueLabel, type SweepParameter, type TrialResult } from "../shared/wire/sweep";
import { hasFigure, type TrialColumns } from "../shared/wire/trialColumns";
import { allRows, sortRows } from "../shared/wire/trialOrder";

/** Lines that are written without a pause. */
const PIECE_LINES = 500;

/** One line a run, in the order of the runs whatever the order of the results. */
export function* sweepCsv(parameters: readonly SweepParameter[], trials: TrialColumns): SlicedTask<string> {
  const head = [
    "trial",
    "seed",
    ...parameters.map(({ key }) => key),
    "status",
    "iterations",
    ...TRIAL_FIGURES,
    "reachedAt",
    "trainMs",
    "message",
  ];
  const figures = TRIAL_FIGURES.filter((figure) => figure === "loss" || hasFigure(trials, figure));
  const lines = [csvLine(head)];
  for (const row of sortRows(allRows(trials), trials.column("index"))) {
    lines.push(trialLine(trials.at(row), figures));
    if (lines.length % PIECE_LINES === 0) yield;
  }
  return lines.join("");
}

/** @param figures that runs of the sweep have: what a run does not have is no NaN that it ran into */
function trialLine(result: TrialResult, figures: readonly (typeof TRIAL_FIGURES)[number][]): string {
  return csvLine([
    trialNumber(result),
    result.seed,
    ...result.values.map((value) => (typeof value === "number" ? value : valueLabel(value))),
    result.status,
    result.iterations,
    ...TRIAL_FIGURES.map((figure) => (figures.includes(figure) ? result[figure] : null)),
    result.reachedAt,
    Number(result.trainMs.toFixed(3)),
    result.message,
  ]);
}
