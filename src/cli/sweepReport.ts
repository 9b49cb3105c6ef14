/** The report of a sweep: one JSON object for programs, lines for people. */
import { printable } from "../lib/outsideText";
import type { Experiment } from "../config/schema/schema";
import { describeExcluded } from "../shared/words/excluded";
import { formatCount, formatValue } from "../shared/words/numberFormat";
import { goalLabel, TRIAL_FIGURES, trialNumber, type SweepInfo, type TrialResult } from "../shared/wire/sweep";
import { convergence, groupByValue, leadingFigure, median, ranked, type Share } from "../shared/wire/sweepSummary";
import type { Verdict } from "../sweepPlan/confirmation";
import { confirmationLines, createConfirmationReport } from "./confirmationReport";
import { jsonNumber } from "./jsonNumbers";
import { describeValues } from "./sweepValues";

export interface SweepOutcome {
  readonly info: SweepInfo;
  readonly results: readonly TrialResult[];
  readonly wallMs: number;
  /** Null on an engine. */
  readonly threads: number | null;
  /** Where the runs were trained; null: in this process. */
  readonly engine: string | null;
  /** The table; null where none was asked for. */
  readonly csv: string | null;
  readonly interrupted: boolean;
  /** What new seeds say of the best; null where they were not asked for, or there is no answer. */
  readonly verdict: Verdict | null;
}

const BEST_SHOWN = 5;
/** Values of a parameter that have a line of their own. */
const MAX_VALUES_SHOWN = 20;

export function createSweepReport(outcome: SweepOutcome) {
  const { info, results, wallMs, threads, engine, csv, interrupted, verdict } = outcome;
  const figures = TRIAL_FIGURES.filter((figure) => results.some((result) => Number.isFinite(result[figure])));
  const { count, low, high } = convergence(results, info.goal !== null);
  return {
    status: interrupted ? "interrupted" : "done",
    trials: info.trials,
    ...(info.excluded === undefined ? {} : { excluded: info.excluded }),
    finished: results.length,
    converged: count,
    convergenceInterval: [low, high],
    wallMs,
    ...(threads === null ? {} : { threads }),
    ...(engine === null ? {} : { engine }),
    ...(csv === null ? {} : { csv }),
    ...(verdict === null ? {} : { confirmation: createConfirmationReport(verdict, info.parameters) }),
    results: results.map(({ index, seed, values, status, iterations, reachedAt, message, ...rest }) => ({
      index,
      seed,
      ...Object.fromEntries(info.parameters.map(({ key }, i) => [key, values[i]])),
      status,
      iterations,
      ...Object.fromEntries(figures.map((figure) => [figure, jsonNumber(rest[figure])])),
      reachedAt,
      ...(message === null ? {} : { message }),
    })),
  };
}

export function describeSweep(
  { name }: Experiment,
  { info, results, wallMs, threads, engine, csv, interrupted, verdict }: SweepOutcome,
): string {
  const failed = results.filter(({ status }) => status === "failed");
  const stopped = results.filter(({ status }) => status === "stopped");
  const lines = [
    `${name === "" ? "Experiment" : printable(name)}: ${interrupted ? `stopped after ${results.length} of ${info.trials}` : formatCount(info.trials)} runs, ${(wallMs / 1000).toFixed(1)} s on ${engine ?? `${threads} threads`}, ${((1000 * results.length) / wallMs).toFixed(1)} runs/s`,
    ...(info.excluded === undefined ? [] : [describeExcluded(info.excluded)]),
    ...convergenceLines(info, results),
    ...info.parameters.flatMap(({ key, choices }, i) => [
      "",
      ...parameterLines(key, info, groupByValue(results, i, choices)),
    ]),
    ...(info.parameters.length > 0 ? ["", ...bestLines(info, results)] : []),
    ...(verdict === null ? [] : ["", ...confirmationLines(verdict, info.parameters)]),
    ...causeLines("failed", failed),
    ...causeLines("stopped early", stopped),
    "",
    csv === null
      ? "Add --out DIR to write the results of all runs to DIR/sweep.csv."
      : `${csv}: ${results.length} runs`,
  ];
  return `${lines.join("\n")}\n`;
}

/** How many runs, and why the first of them. */
function causeLines(what: string, results: readonly TrialResult[]): string[] {
  const [first] = results;
  if (first === undefined) return [];
  return ["", `${results.length} ${what}, the first (run ${trialNumber(first)}): ${first.message}`];
}

function convergenceLines({ goal, seeds }: SweepInfo, results: readonly TrialResult[]): string[] {
  const share = convergence(results, goal !== null);
  const noun = results.length === seeds ? "seeds" : "runs";
  if (goal === null) return [`${share.total - share.count} of ${share.total} ${noun} diverged`];
  const reached = results.flatMap(({ reachedAt }) => (reachedAt === null ? [] : [reachedAt]));
  return [
    `${share.count} of ${share.total} ${noun} converged (${goalLabel(goal)}): ${describeShare(share)}${reached.length === 0 ? "" : `; median iteration ${formatCount(Math.round(median(reached)))}`}`,
  ];
}

function describeShare({ count, total, low, high }: Share): string {
  const percent = (share: number) => `${Math.round(100 * share)}`;
  return `${percent(total === 0 ? 0 : count / total)}% (95% CI: ${percent(low)}–${percent(high)}%)`;
}

function parameterLines(key: string, { goal }: SweepInfo, groups: ReturnType<typeof groupByValue>): string[] {
  const shown = groups.slice(0, MAX_VALUES_SHOWN);
  const width = Math.max(...shown.map(({ label }) => printable(label).length), 0);
  const figure = leadingFigure(
    groups.flatMap(({ results }) => results),
    goal?.metric ?? null,
  );
  const lines = shown.map(({ label, results }) => {
    const { count, total } = convergence(results, goal !== null);
    return `  ${printable(label).padEnd(width)}  ${goal === null ? "" : `${count} of ${total} converged, `}median ${figure} ${formatValue(median(results.map((result) => result[figure])), 3)}`;
  });
  return [
    key,
    ...lines,
    ...(groups.length > shown.length ? [`  and ${groups.length - shown.length} more values`] : []),
  ];
}

function bestLines({ parameters, goal }: SweepInfo, results: readonly TrialResult[]): string[] {
  const figure = leadingFigure(results, goal?.metric ?? null);
  const best = ranked(results, figure).slice(0, BEST_SHOWN);
  return [
    `best by ${figure}`,
    ...best.map(
      (result) =>
        `  ${formatValue(result[figure], 3)}  ${describeValues(parameters, result.values)}, seed ${result.seed}`,
    ),
  ];
}
