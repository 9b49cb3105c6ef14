/** Predictions as a table: a row of the file, a sequence or a class a row. */
import * as l10n from "@vscode/l10n";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import type { Predictions } from "../../../src/shared/trace/predictions";
import { classText } from "../../state/sequenceOutputs";
import type { ChartModel } from "../../chart/model";
import { countConfusion, pictureOf } from "./predictionPictures";
import { tableRows, type TableData, type TableLimit } from "../../chart/table";

/** Longer sequences are cut in a table. */
const MAX_STEPS = 200;

export function predictionTable(model: ChartModel, predictions: Predictions, limit: TableLimit): TableData {
  if (predictions.arrangement === "series") return seriesTable(model, predictions, limit);
  return pictureOf(predictions) === "confusion"
    ? confusionTable(model, predictions)
    : sequenceTable(model, predictions, limit);
}

/** Numbers in the units of the file, in columns that name them. */
function seriesTable({ place }: ChartModel, predictions: Predictions, limit: TableLimit): TableData {
  const { sequences, training, width, names, rows: fileRows, targets, outputs, repeated } = predictions;
  const { rows, caption } = tableRows(0, sequences, limit.rows);
  const each = Array.from({ length: width }, (_, o) => ({ o, name: names[o] ?? l10n.t("value") }));
  const hasRepeated = repeated.length > 0;
  return {
    caption: caption(l10n.t("Predictions at iteration {0}", formatCount(place.iteration))),
    columns: [
      l10n.t("Row"),
      l10n.t("Part"),
      ...each.flatMap(({ name }) => [
        l10n.t("{0}: target", name),
        l10n.t("{0}: prediction", name),
        l10n.t("{0}: error", name),
        ...(hasRepeated ? [l10n.t("{0}: last value", name)] : []),
      ]),
    ],
    rows: rows.map((n) => [
      fileRows[n] ?? NaN,
      n < training ? l10n.t("training") : l10n.t("validation"),
      ...each.flatMap(({ o }) => {
        const target = targets[n * width + o] ?? NaN;
        const output = outputs[n * width + o] ?? NaN;
        return [target, output, output - target, ...(hasRepeated ? [repeated[n * width + o] ?? NaN] : [])];
      }),
    ]),
  };
}

function confusionTable({ header, place }: ChartModel, predictions: Predictions): TableData {
  const { counts, classes } = countConfusion(predictions);
  const all = Array.from({ length: classes }, (_, c) => c);
  return {
    caption: l10n.t(
      "Confusion matrix at iteration {0}: rows are targets, columns are predictions",
      formatCount(place.iteration),
    ),
    columns: [l10n.t("Target"), ...all.map((c) => l10n.t("Prediction {0}", classText(header, c)))],
    rows: all.map((target) => [
      classText(header, target),
      ...all.map((answer) => String(counts[target * classes + answer] ?? 0)),
    ]),
  };
}

function sequenceTable({ header, place }: ChartModel, predictions: Predictions, limit: TableLimit): TableData {
  const { sequences, first, steps, width, outputs, targets, targetKind, names } = predictions;
  const { rows, caption } = tableRows(0, sequences, limit.rows);
  const text = (values: Float64Array, n: number): string => {
    const shown = values.subarray(n * steps * width, (n * steps + Math.min(steps, MAX_STEPS)) * width);
    if (targetKind === "values") return Array.from(shown, (value) => formatValue(value, 4)).join(", ");
    return Array.from(shown, (value) =>
      targetKind === "classes" ? classText(header, value) : String(Math.round(value)),
    ).join("");
  };
  return {
    caption: [caption(l10n.t("Predictions at iteration {0}", formatCount(place.iteration))), ...names].join(", "),
    columns: [l10n.t("Sequence"), l10n.t("Target"), l10n.t("Prediction")],
    rows: rows.map((n) => [String(first + n), text(targets, n), text(outputs, n)]),
  };
}
