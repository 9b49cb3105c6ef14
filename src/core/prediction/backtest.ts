import * as l10n from "@vscode/l10n";
import type { RowRange } from "../../tables/series";
import { ErrorSum, type PredictionErrors } from "./predictionErrors";
import { unscaled, type ScaledSeries } from "./scaledSeries";
import type { SeriesPredictor } from "./seriesPredictor";
import { PredictionError } from "./trainedModel";

/** What is compared: the network, and what a person would say without one. */
interface BacktestMethod {
  readonly name: "network" | "last value" | "seasonal naive";
  /** By step, from 1 on. */
  readonly errors: readonly PredictionErrors[];
}

export interface Backtest {
  readonly target: string;
  readonly steps: number;
  /** Rows that forecasts were made from, and every how many of them. */
  readonly origins: number;
  readonly stride: number;
  /** Of how many series. */
  readonly series: number;
  /** First and last of them in the file, counted from 0. */
  readonly first: number;
  readonly last: number;
  readonly methods: readonly BacktestMethod[];
}

/** Forecast values that the network makes at most; of more origins every second, third, … is taken. */
const MOST_STEPS = 20_000;

export interface BacktestOptions {
  readonly steps: number;
  /** Rows of a season; null: no seasonal naive forecast. */
  readonly season: number | null;
  /** Of each series the first row that a forecast may be judged by: earlier ones were for training. */
  readonly judgedFrom: readonly number[];
}

/**
 * Forecasts from many rows of each series, one after the other, compared with what came after them.
 * @param truths of each target, by row; null where the table does not have the column
 * @throws PredictionError when there is nothing to compare with
 */
export function backtest(
  data: ScaledSeries,
  predictor: SeriesPredictor,
  truths: readonly (Float64Array | null)[],
  options: BacktestOptions,
): Backtest[] {
  const { steps, season } = options;
  const { targetKind, targets } = data.model.recipe;
  if (targetKind !== "values")
    throw new PredictionError(
      l10n.t("a backtest compares forecasts of numbers, and the targets of these weights are {0}", targetKind),
    );
  const { origins, stride, series } = chooseOrigins(data, options);
  const forecasts = predictor.forecast(origins, steps);
  const O = targets.length;
  return targets.flatMap((unit, o): Backtest[] => {
    const truth = truths[o];
    if (truth === null || truth === undefined) return [];
    const errorsOf = (predict: (n: number, step: number) => number): PredictionErrors[] =>
      Array.from({ length: steps }, (_, index) => {
        const sum = new ErrorSum();
        for (const [n, origin] of origins.entries()) sum.add(predict(n, index + 1), truth[origin + index + 1]!);
        return sum.errors;
      });
    const methods: BacktestMethod[] = [
      {
        name: "network",
        errors: errorsOf((n, step) => unscaled(forecasts[(n * steps + step - 1) * O + o]!, unit)),
      },
      { name: "last value", errors: errorsOf((n) => truth[origins[n]!]!) },
    ];
    if (season !== null)
      methods.push({
        name: "seasonal naive",
        errors: errorsOf((n, step) => truth[origins[n]! + step - season * Math.ceil(step / season)]!),
      });
    const [first, last] = [data.rowOf(origins[0]!), data.rowOf(origins.at(-1)!)];
    return [{ target: unit.name, steps, origins: origins.length, stride, series, first, last, methods }];
  });
}

/** Rows that whole forecasts can be made from and judged, ascending. */
function chooseOrigins(
  data: ScaledSeries,
  { steps, season, judgedFrom }: BacktestOptions,
): { readonly origins: readonly number[]; readonly stride: number; readonly series: number } {
  const { recipe, answers } = data.model;
  // A carried state has read the whole series before, windows the last rows of it.
  const needed = Math.max(
    answers === null ? recipe.length - 1 + Math.max(0, recipe.horizon - 1) : answers.after + recipe.horizon - 1,
    (season ?? 1) - 1,
    0,
  );
  const ranges = data.series.flatMap(({ from, to }, index): RowRange[] => {
    const first = Math.max(from + needed, judgedFrom[index]! - 1);
    return to - steps > first ? [{ from: first, to: to - steps }] : [];
  });
  if (ranges.length === 0) throw tooFewRows(data, steps, needed, judgedFrom);
  const all = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  const stride = Math.ceil((all * steps) / MOST_STEPS);
  const origins = ranges.flatMap(({ from, to }) =>
    Array.from({ length: Math.ceil((to - from) / stride) }, (_, n) => from + n * stride),
  );
  return { origins, stride, series: ranges.length };
}

function tooFewRows(
  { series, rows }: ScaledSeries,
  steps: number,
  needed: number,
  judgedFrom: readonly number[],
): PredictionError {
  const count = steps.toLocaleString("en-US");
  const [only] = series;
  if (series.length > 1 || only === undefined)
    return new PredictionError(
      l10n.t(
        "a backtest of {0} steps needs at least {1} rows that training did not use in a series; use a smaller horizon",
        count,
        (needed + steps + 1).toLocaleString("en-US"),
      ),
    );
  return new PredictionError(
    l10n.t(
      "a backtest of {0} steps needs at least {1} rows, and the table has {2}; use a smaller horizon or more rows",
      count,
      (Math.max(needed, judgedFrom[0]! - 1) + steps + 1).toLocaleString("en-US"),
      rows.toLocaleString("en-US"),
    ),
  );
}
