import * as l10n from "@vscode/l10n";
import type { TablePrediction } from "../../core/prediction/predictTable";
import type { PredictedTarget } from "../../core/prediction/predictedTargets";
import { formatCount, formatPercent, formatValue } from "../../shared/words/numberFormat";
import type { PredictionPage } from "../../shared/wire/predictionPage";
import { confusionPage } from "./confusionPage";
import type { FoundWeights } from "./findWeights";
import { predictionPlots } from "./predictionPlots";

/** Rows of the table on the page: the last ones. The CSV has all. */
const MOST_ROWS = 200;
/** Columns of series that are drawn. */
const MOST_PICTURES = 8;

/** @param title name of the table that was predicted */
export function predictionPage(
  prediction: TablePrediction,
  weights: Pick<FoundWeights, "iteration" | "validationLoss">,
  title: string,
): PredictionPage {
  const { targets } = prediction;
  const plots = predictionPlots(prediction);
  const drawn = Math.min(plots.count, MOST_PICTURES);
  return {
    title,
    heading: l10n.t("Prediction: {0}", title),
    sentences: [
      `${describeRows(prediction)} ${describeWeights(weights)}`,
      ...targets.flatMap((target) => describeErrors(prediction, target)),
      ...(drawn < plots.count
        ? [l10n.t("The first {0} of {1} pictures are drawn.", formatCount(drawn), formatCount(plots.count))]
        : []),
    ],
    pictures: Array.from({ length: drawn }, (_, index) => plots.draw(index)),
    confusions: targets.flatMap(({ name, answers }) =>
      answers === null || answers.confusion.length === 0 ? [] : [confusionPage(name, answers)],
    ),
    table: tableOf(prediction),
  };
}

function describeWeights({ iteration, validationLoss }: Pick<FoundWeights, "iteration" | "validationLoss">): string {
  return validationLoss === null
    ? l10n.t("Weights of iteration {0}.", formatCount(iteration ?? 0))
    : l10n.t("Weights of iteration {0}, the minimum of the validation loss.", formatCount(iteration ?? 0));
}

function describeRows({ rows, steps, series, files }: TablePrediction): string {
  const [count, ahead] = [formatCount(rows), formatCount(steps)];
  if (files !== null && steps === 0) return l10n.t("Rows: {0}. Files: {1}.", count, formatCount(files));
  if (series.length === 1)
    return steps === 0
      ? l10n.t("{0} rows.", count)
      : l10n.t("{0} rows, and a forecast of {1} rows after them.", count, ahead);
  const of = formatCount(series.length);
  return steps === 0
    ? l10n.t("{0} rows in {1} series.", count, of)
    : l10n.t("{0} rows in {1} series, and a forecast of {2} rows after each of them.", count, of, ahead);
}

function describeErrors({ judged, perFile }: TablePrediction, { name, errors, answers }: PredictedTarget): string[] {
  if (answers !== null)
    return [
      ...(answers.count === 0 ? [] : [describeAnswers(name, answers, judged !== "all", perFile)]),
      ...(answers.unseen === 0
        ? []
        : [l10n.t("{0}: {1} labels that training has not seen are not compared.", name, formatCount(answers.unseen))]),
    ];
  if (errors === null || errors.rmse === null || errors.mae === null) return [];
  const figures = [name, formatValue(errors.rmse), formatValue(errors.mae), formatCount(errors.count)] as const;
  if (perFile)
    return [
      judged !== "all"
        ? l10n.t("{0}: RMSE {1}, MAE {2} over the {3} files that training did not use.", ...figures)
        : l10n.t("{0}: RMSE {1}, MAE {2} over {3} files.", ...figures),
    ];
  return [
    judged !== "all"
      ? l10n.t("{0}: RMSE {1}, MAE {2} over the {3} rows that training did not use.", ...figures)
      : l10n.t("{0}: RMSE {1}, MAE {2} over {3} rows.", ...figures),
  ];
}

function describeAnswers(
  name: string,
  { accuracy, balancedAccuracy, count }: NonNullable<PredictedTarget["answers"]>,
  isPart: boolean,
  perFile: boolean,
): string {
  const figures = [name, formatPercent(accuracy), formatPercent(balancedAccuracy), formatCount(count)] as const;
  if (perFile)
    return isPart
      ? l10n.t("{0}: accuracy {1}, balanced accuracy {2} over the {3} files that training did not use.", ...figures)
      : l10n.t("{0}: accuracy {1}, balanced accuracy {2} over {3} files.", ...figures);
  return isPart
    ? l10n.t("{0}: accuracy {1}, balanced accuracy {2} over the {3} rows that training did not use.", ...figures)
    : l10n.t("{0}: accuracy {1}, balanced accuracy {2} over {3} rows.", ...figures);
}

/** Lines that have a prediction; of many the last ones. */
function tableOf({
  places,
  groups,
  time,
  targets,
  once,
  perFile,
}: TablePrediction): NonNullable<PredictionPage["table"]> {
  const lines: number[] = [];
  const isShown = (at: number): boolean => !once || targets.some(({ predicted }) => !Number.isNaN(predicted[at]!));
  let at = places.length - 1;
  for (; at >= 0 && lines.length < MOST_ROWS; at--) if (isShown(at)) lines.push(at);
  const beside = [...groups, ...(time === null ? [] : [time])];
  return {
    caption:
      at < 0
        ? l10n.t("Values and predictions")
        : l10n.t("Values and predictions of the last {0} rows", formatCount(MOST_ROWS)),
    columns: [...(perFile ? [] : [l10n.t("row")]), ...beside.map(({ name }) => name), ...targets.flatMap(columnsOf)],
    rows: lines
      .toReversed()
      .map((at) => [
        ...(perFile ? [] : [Number.isNaN(places[at]!) ? "" : String(places[at])]),
        ...beside.map(({ texts }) => texts[at] ?? ""),
        ...targets.flatMap((target) => cellsOf(target, at)),
      ]),
  };
}

function columnsOf({ name, probabilities }: PredictedTarget): string[] {
  const predicted = l10n.t("{0} predicted", name);
  return probabilities === null ? [name, predicted] : [name, predicted, l10n.t("probability")];
}

/** With the probability of the answer. */
function cellsOf({ predicted, truth, labels, probabilities }: PredictedTarget, at: number): string[] {
  const shown = (value: number): string => (Number.isNaN(value) ? "" : (labels?.[value] ?? formatValue(value, 6)));
  const answer = predicted[at]!;
  const cells = [shown(truth?.[at] ?? NaN), shown(answer)];
  if (probabilities === null) return cells;
  const each = probabilities.length / predicted.length;
  const ofOne = probabilities[at]!;
  const probability = each > 1 ? probabilities[at * each + answer]! : answer === 1 ? ofOne : 1 - ofOne;
  return [...cells, Number.isNaN(answer) ? "" : formatValue(probability, 3)];
}
