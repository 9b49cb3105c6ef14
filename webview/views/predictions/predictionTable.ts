/** Predictions as a table: a row a sequence, or a class. */
import * as l10n from "@vscode/l10n";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import type { Predictions } from "../../../src/shared/trace/predictions";
import { symbolText } from "../../state/sequenceOutputs";
import type { ChartModel } from "../../chart/model";
import { countConfusion, pictureOf } from "./predictionPictures";
import { tableRows, type TableData } from "../../chart/table";

/** Longer sequences are cut in a table. */
const MAX_STEPS = 200;

export function predictionTable({ header, place }: ChartModel, predictions: Predictions): TableData {
  const { sequences, first, steps, width, outputs, targets, targetKind, names } = predictions;
  if (pictureOf(predictions) === "confusion") {
    const { counts, classes } = countConfusion(predictions);
    const all = Array.from({ length: classes }, (_, c) => c);
    return {
      caption: l10n.t(
        "Confusion matrix at iteration {0}: rows are predictions, columns are targets",
        formatCount(place.iteration),
      ),
      columns: [l10n.t("Prediction"), ...all.map((c) => l10n.t("Target {0}", c))],
      rows: all.map((answer) => [
        String(answer),
        ...all.map((target) => String(counts[answer * classes + target] ?? 0)),
      ]),
    };
  }
  const { rows, caption } = tableRows(0, sequences);
  const text = (values: Float64Array, n: number): string => {
    const shown = values.subarray(n * steps * width, (n * steps + Math.min(steps, MAX_STEPS)) * width);
    if (targetKind === "values") return Array.from(shown, (value) => formatValue(value, 4)).join(", ");
    return Array.from(shown, (value) =>
      targetKind === "classes" ? symbolText(header, value) : String(Math.round(value)),
    ).join("");
  };
  return {
    caption: [caption(l10n.t("Predictions at iteration {0}", formatCount(place.iteration))), ...names].join(", "),
    columns: [l10n.t("Sequence"), l10n.t("Target"), l10n.t("Output")],
    rows: rows.map((n) => [String(first + n), text(targets, n), text(outputs, n)]),
  };
}
