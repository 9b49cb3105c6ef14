/** What `--predict` says of its predictions: for programs, and in a few lines for people. */
import type { Backtest } from "../core/prediction/backtest";
import type { PredictedTarget } from "../core/prediction/predictedTargets";
import type { PredictionAnswers, ScaledErrors } from "../core/prediction/predictionErrors";
import type { TablePrediction } from "../core/prediction/predictTable";
import { printable } from "../lib/outsideText";
import type { FoundWeights } from "../worker/prediction/findWeights";
import { formatPercent, formatValue } from "../shared/words/numberFormat";
import { classFigures, seasonOf } from "./measuresReport";
import { tableFigures } from "./tableReport";

export function predictionReport(
  prediction: TablePrediction,
  { file, iteration, validationLoss }: FoundWeights,
  { data, out }: { readonly data: string; readonly out: string | null },
) {
  const { report, rows, steps, series, judged, targets, backtests, files, perFile } = prediction;
  const over = `${judged} ${perFile ? "files" : "rows"}`;
  return {
    status: "done",
    data,
    weights: { file, iteration, ...(validationLoss === null ? {} : { validationLoss }) },
    ...(files === null ? {} : { files }),
    rows,
    forecast: steps,
    ...(series.length === 1 ? {} : { series: series.length }),
    errors: targets.flatMap(({ name, errors, answers }) => [
      ...(errors === null ? [] : [{ target: name, over, ...errors }]),
      ...(answers === null ? [] : [{ target: name, over, ...classFigures(answers) }]),
    ]),
    ...(backtests.length === 0 ? {} : { backtest: backtests.map(backtestFigures) }),
    table: tableFigures(report),
    ...(out === null ? { predictions: predictionFigures(prediction) } : { out }),
  };
}

function predictionFigures({ places, groups, time, targets, perFile }: TablePrediction) {
  return {
    ...(perFile ? {} : { row: Array.from(places, orNull) }),
    ...(groups.length === 0 ? {} : { groups: groups.map(({ name, texts }) => ({ name, values: texts })) }),
    ...(time === null ? {} : { time: { name: time.name, values: time.texts } }),
    targets: targets.map(targetFigures),
  };
}

function targetFigures({ name, predicted, truth, labels, probabilities }: PredictedTarget) {
  const written = (value: number): string | number | null => labels?.[value] ?? orNull(value);
  const each = (probabilities?.length ?? 0) / predicted.length;
  const rowsOf = (values: Float64Array): (number | null)[][] =>
    Array.from(predicted, (_, line) => Array.from(values.subarray(line * each, (line + 1) * each), orNull));
  return {
    name,
    values: truth === null ? null : Array.from(truth, written),
    predicted: Array.from(predicted, written),
    ...(probabilities === null
      ? {}
      : { labels: labels?.slice(each === 1 ? 1 : 0, each === 1 ? 2 : each), probabilities: rowsOf(probabilities) }),
  };
}

/** JSON has no NaN, which stands for what is not there. */
function orNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function backtestFigures({ target, steps, origins, stride, series, first, last, methods }: Backtest) {
  return {
    target,
    steps,
    origins: {
      count: origins,
      every: stride,
      ...(series === 1 ? { firstRow: first + 1, lastRow: last + 1 } : { series }),
    },
    errors: methods.map(({ name, errors }) => ({
      method: name,
      rmse: errors.map(({ rmse }) => rmse),
      mae: errors.map(({ mae }) => mae),
    })),
  };
}

export function describePrediction(
  { rows, steps, series, judged, targets, backtests, files, perFile }: TablePrediction,
  { file, iteration }: FoundWeights,
  data: string,
): string {
  const at = iteration === null ? "" : ` (iteration ${iteration})`;
  const each = series.length === 1 ? "them" : "those of each series";
  const beyond = steps === 0 ? "" : `, and ${count(steps)} forecast after ${each}`;
  const of =
    files !== null
      ? ` in ${count(files)} ${files === 1 ? "file" : "files"}`
      : series.length === 1
        ? ""
        : ` in ${count(series.length)} series`;
  const table = `${printable(data)}: ${count(rows)} rows${of}${beyond}`;
  const lines = [`${table}; weights ${printable(file)}${at}`];
  const unit = perFile ? "files" : "rows";
  const over = judged === "all" ? unit : `${judged} ${unit}, which training did not use`;
  for (const { name, errors, answers } of targets) {
    const compared = errors?.count ?? answers?.count ?? 0;
    const figures = errors === null ? answers && describeAnswers(answers) : describeErrors(errors);
    if (compared > 0) lines.push(`${printable(name)}: ${figures} over ${count(compared)} ${over}`);
    if (answers !== null && answers.unseen > 0) lines.push(describeUnseen(name, answers.unseen));
  }
  return `${[...lines, ...backtests.flatMap(describeBacktest)].join("\n")}\n`;
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}

function describeErrors({ rmse, mae, mase, season }: ScaledErrors): string {
  const scaled = mase === null ? "" : `, MASE ${formatValue(mase)}${seasonOf(season)}`;
  return `RMSE ${formatValue(rmse ?? NaN)}, MAE ${formatValue(mae ?? NaN)}${scaled}`;
}

function describeAnswers({ accuracy, balancedAccuracy, macroF1 }: PredictionAnswers): string {
  const balanced = `balanced accuracy ${formatPercent(balancedAccuracy)}`;
  return `accuracy ${formatPercent(accuracy)}, ${balanced}, macro F1 ${formatValue(macroF1)}`;
}

function describeUnseen(name: string, unseen: number): string {
  return `${printable(name)}: ${unseen.toLocaleString("en-US")} labels that training has not seen are not compared`;
}

/** Rows of the table: of many steps the first ones, and some of the others. */
const MOST_LINES = 12;

function describeBacktest({ target, steps, origins, stride, series, first, last, methods }: Backtest): string[] {
  const every = stride === 1 ? "" : `, one row in ${stride}`;
  const from = series === 1 ? `rows ${first + 1} to ${last + 1}` : `rows of ${series.toLocaleString("en-US")} series`;
  const count = `${origins.toLocaleString("en-US")} forecasts from ${from}${every}`;
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
