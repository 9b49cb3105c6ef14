/** What `--predict` says of its predictions: for programs, and in a few lines for people. */
import type { Backtest } from "../core/prediction/backtest";
import type { PredictionErrors } from "../core/prediction/predictionErrors";
import type { TablePrediction } from "../core/prediction/predictTable";
import { printable } from "../lib/outsideText";
import type { FoundWeights } from "../worker/prediction/findWeights";
import { formatValue } from "../shared/words/numberFormat";
import { tableFigures } from "./tableReport";

export function predictionReport(
  { report, rows, steps, trainingRows, places, time, targets, backtests }: TablePrediction,
  { file, iteration, validationLoss }: FoundWeights,
  { data, out }: { readonly data: string; readonly out: string | null },
) {
  return {
    status: "done",
    data,
    weights: { file, iteration, ...(validationLoss === null ? {} : { validationLoss }) },
    rows,
    forecast: steps,
    errors: targets.flatMap(({ name, errors }) =>
      errors === null ? [] : [{ target: name, over: trainingRows > 0 ? "validation rows" : "all rows", ...errors }],
    ),
    ...(backtests.length === 0 ? {} : { backtest: backtests.map(backtestFigures) }),
    table: tableFigures(report),
    ...(out === null
      ? {
          predictions: {
            row: [...places],
            ...(time === null ? {} : { time: { name: time.name, values: time.texts } }),
            targets: targets.map(({ name, predicted, truth }) => ({
              name,
              values: truth === null ? null : Array.from(places, (_, at) => orNull(truth[at])),
              predicted: Array.from(predicted, orNull),
            })),
          },
        }
      : { out }),
  };
}

/** JSON has no NaN, which stands for what is not there. */
function orNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function backtestFigures({ target, steps, origins, stride, first, last, methods }: Backtest) {
  return {
    target,
    steps,
    origins: { count: origins, every: stride, firstRow: first + 1, lastRow: last + 1 },
    errors: methods.map(({ name, errors }) => ({
      method: name,
      rmse: errors.map(({ rmse }) => rmse),
      mae: errors.map(({ mae }) => mae),
    })),
  };
}

export function describePrediction(
  { rows, steps, trainingRows, targets, backtests }: TablePrediction,
  { file, iteration }: FoundWeights,
  data: string,
): string {
  const at = iteration === null ? "" : ` (iteration ${iteration})`;
  const beyond = steps === 0 ? "" : `, and ${steps.toLocaleString("en-US")} forecast after them`;
  const lines = [`${printable(data)}: ${rows.toLocaleString("en-US")} rows${beyond}; weights ${printable(file)}${at}`];
  for (const { name, errors } of targets)
    if (errors !== null && errors.count > 0) {
      const over = trainingRows > 0 ? "validation rows, which training did not use" : "rows";
      lines.push(`${printable(name)}: ${describeErrors(errors)} over ${errors.count.toLocaleString("en-US")} ${over}`);
    }
  return `${[...lines, ...backtests.flatMap(describeBacktest)].join("\n")}\n`;
}

function describeErrors({ rmse, mae }: PredictionErrors): string {
  return `RMSE ${formatValue(rmse ?? NaN)}, MAE ${formatValue(mae ?? NaN)}`;
}

/** Rows of the table: of many steps the first ones, and some of the others. */
const MOST_LINES = 12;

function describeBacktest({ target, steps, origins, stride, first, last, methods }: Backtest): string[] {
  const every = stride === 1 ? "" : `, every ${stride}th row`;
  const count = `${origins.toLocaleString("en-US")} forecasts from rows ${first + 1} to ${last + 1}${every}`;
  const shown = Array.from({ length: steps }, (_, index) => index).filter(
    (index) => index < MOST_LINES - 1 || index === steps - 1,
  );
  const header = ["step", ...methods.flatMap(({ name }) => [`RMSE ${name}`, `MAE ${name}`])];
  const rows = shown.map((index) => [
    String(index + 1),
    ...methods.flatMap(({ errors }) => {
      const { rmse, mae } = errors[index]!;
      return [formatValue(rmse ?? NaN), formatValue(mae ?? NaN)];
    }),
  ]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell.padStart(widths[column]!)).join("  ");
  return [`backtest of ${printable(target)}: ${count}`, line(header), ...rows.map(line)];
}
