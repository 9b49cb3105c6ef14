import * as l10n from "@vscode/l10n";
import type { TablePrediction } from "../../core/prediction/predictTable";
import { formatCount, formatValue } from "../../shared/words/numberFormat";
import type { PredictionPage } from "../../shared/wire/predictionPage";
import type { FoundWeights } from "./findWeights";
import { predictionPicture } from "./predictionPicture";

/** Rows of the table on the page: the last ones. The CSV has all. */
const MOST_ROWS = 200;
/** Columns that are drawn. */
const MOST_PICTURES = 8;

/** @param title name of the table that was predicted */
export function predictionPage(
  prediction: TablePrediction,
  { iteration, validationLoss }: Pick<FoundWeights, "iteration" | "validationLoss">,
  title: string,
): PredictionPage {
  const { rows, steps, trainingRows, targets } = prediction;
  const weights =
    validationLoss === null
      ? l10n.t("Weights of iteration {0}.", formatCount(iteration ?? 0))
      : l10n.t("Weights of iteration {0}, the minimum of the validation loss.", formatCount(iteration ?? 0));
  const errors = targets.flatMap(({ name, errors: found }) =>
    found === null || found.rmse === null || found.mae === null
      ? []
      : [
          trainingRows > 0
            ? l10n.t(
                "{0}: RMSE {1}, MAE {2} over the {3} rows that training did not use.",
                name,
                formatValue(found.rmse),
                formatValue(found.mae),
                formatCount(found.count),
              )
            : l10n.t(
                "{0}: RMSE {1}, MAE {2} over {3} rows.",
                name,
                formatValue(found.rmse),
                formatValue(found.mae),
                formatCount(found.count),
              ),
        ],
  );
  const counts =
    steps === 0
      ? l10n.t("{0} rows.", formatCount(rows))
      : l10n.t("{0} rows, and a forecast of {1} rows after them.", formatCount(rows), formatCount(steps));
  return {
    title,
    heading: l10n.t("Prediction: {0}", title),
    sentences: [`${counts} ${weights}`, ...errors],
    pictures: targets.slice(0, MOST_PICTURES).map((target) => predictionPicture(prediction, target)),
    table: tableOf(prediction),
  };
}

function tableOf({ rows, places, time, targets }: TablePrediction): PredictionPage["table"] {
  const from = Math.max(0, places.length - MOST_ROWS);
  const shown = (value: number | undefined): string =>
    value === undefined || Number.isNaN(value) ? "" : formatValue(value, 6);
  return {
    caption:
      from === 0
        ? l10n.t("Values and predictions")
        : l10n.t("Values and predictions of the last {0} rows", formatCount(MOST_ROWS)),
    columns: [
      l10n.t("row"),
      ...(time === null ? [] : [time.name]),
      ...targets.flatMap(({ name }) => [name, l10n.t("{0} predicted", name)]),
    ],
    rows: Array.from({ length: places.length - from }, (_, index) => {
      const at = from + index;
      return [
        String(places[at]),
        ...(time === null ? [] : [time.texts[at] ?? ""]),
        ...targets.flatMap(({ predicted, truth }) => [at < rows ? shown(truth?.[at]) : "", shown(predicted[at])]),
      ];
    }),
  };
}
