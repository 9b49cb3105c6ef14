import { csvLine } from "../shared/words/csv";
import { TRIAL_FIGURES, trialNumber, valueLabel, type SweepParameter, type TrialResult } from "../shared/wire/sweep";

/** One line a run, in the order of the runs whatever the order of the results. */
export function sweepCsv(parameters: readonly SweepParameter[], results: readonly TrialResult[]): string {
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
  const lines = [...results]
    .sort((a, b) => a.index - b.index)
    .map((result) =>
      csvLine([
        trialNumber(result),
        result.seed,
        ...result.values.map((value) => (typeof value === "number" ? value : valueLabel(value))),
        result.status,
        result.iterations,
        // What a run does not have is no NaN that it ran into.
        ...TRIAL_FIGURES.map((figure) => (hasFigure(results, figure) ? result[figure] : null)),
        result.reachedAt,
        Number(result.trainMs.toFixed(3)),
        result.message,
      ]),
    );
  return csvLine(head) + lines.join("");
}

function hasFigure(results: readonly TrialResult[], figure: (typeof TRIAL_FIGURES)[number]): boolean {
  return figure === "loss" || results.some((result) => Number.isFinite(result[figure]));
}
