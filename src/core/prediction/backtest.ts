import * as l10n from "@vscode/l10n";
import { forecast } from "./forecast";
import { ErrorSum, type PredictionErrors } from "./predictionErrors";
import type { SeriesRunner } from "./seriesRunner";
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
  /** First and last of them, counted from 0. */
  readonly first: number;
  readonly last: number;
  readonly methods: readonly BacktestMethod[];
}

/** Windows that the network reads at most; of more origins every second, third, … is taken. */
const MOST_WINDOWS = 20_000;

export interface BacktestOptions {
  readonly steps: number;
  /** Rows of a season; null: no seasonal naive forecast. */
  readonly season: number | null;
  /** The first row that a forecast may be judged by: earlier ones were for training. */
  readonly firstJudged: number;
}

/**
 * Forecasts from many rows of a table, one after the other, compared with what came after them.
 * @param truths of each target, by row; null where the table does not have the column
 * @throws PredictionError when there is nothing to compare with
 */
export function backtest(
  runner: SeriesRunner,
  truths: readonly (Float64Array | null)[],
  { steps, season, firstJudged }: BacktestOptions,
): Backtest[] {
  const { length: T, horizon, targets } = runner.model.recipe;
  const first = Math.max(T - 1 + Math.max(0, horizon - 1), firstJudged - 1, (season ?? 1) - 1);
  const last = runner.rows - 1 - steps;
  if (last < first)
    throw new PredictionError(
      l10n.t(
        "a backtest of {0} steps needs at least {1} rows, and the table has {2}; use a smaller horizon or more rows",
        steps.toLocaleString("en-US"),
        (first + steps + 1).toLocaleString("en-US"),
        runner.rows.toLocaleString("en-US"),
      ),
    );
  const stride = Math.ceil(((last - first + 1) * steps) / MOST_WINDOWS);
  const origins = Array.from({ length: Math.floor((last - first) / stride) + 1 }, (_, n) => first + n * stride);
  const forecasts = forecast(runner, origins, steps);
  return targets.flatMap(({ name }, o): Backtest[] => {
    const truth = truths[o];
    if (truth === null || truth === undefined) return [];
    const errorsOf = (predict: (n: number, step: number) => number): PredictionErrors[] =>
      Array.from({ length: steps }, (_, index) => {
        const sum = new ErrorSum();
        for (const [n, origin] of origins.entries()) sum.add(predict(n, index + 1), truth[origin + index + 1]!);
        return sum.errors;
      });
    const methods: BacktestMethod[] = [
      { name: "network", errors: errorsOf((n, step) => forecasts[o]![n * steps + step - 1]!) },
      { name: "last value", errors: errorsOf((n) => truth[origins[n]!]!) },
    ];
    if (season !== null)
      methods.push({
        name: "seasonal naive",
        errors: errorsOf((n, step) => truth[origins[n]! + step - season * Math.ceil(step / season)]!),
      });
    return [{ target: name, steps, origins: origins.length, stride, first, last: origins.at(-1)!, methods }];
  });
}
