/** What is said of predictions: which they are, what the lines mean, and how large the errors are. */
import * as l10n from "@vscode/l10n";
import { formatCount, formatPercent, formatValue } from "../../../src/shared/words/numberFormat";
import type { Predictions } from "../../../src/shared/trace/predictions";
import { TIME_STEP_NAME, type AxisName } from "../../chart/axisNames";
import type { ChartModel } from "../../chart/model";
import type { ReadoutItem } from "../../chart/readout";
import { classText } from "../../state/sequenceOutputs";
import { withAlpha, type Theme } from "../../ui/theme";
import { errorsOf, type PredictionErrors } from "./predictionErrors";
import { pictureOf } from "./predictionPictures";

const DIGITS = 4;
/** Of the file, counted from 1 after the header. */
const ROW_NAME: AxisName = [l10n.t("row of the file"), l10n.t("row")];

/** A place in the picture: a sequence, counted from the first that is shown, one of its outputs, and a column. */
export interface Chosen {
  readonly row: number | null;
  readonly step: number;
  readonly column: number;
}

/** "rows 25 to 480", "64 of 2,000 training sequences". */
export function subtitleText(predictions: Predictions): string {
  return predictions.arrangement === "series" ? rangeText(predictions) : sequencesText(predictions);
}

/** @param column which of several values a line shows */
export function axisNames(predictions: Predictions, column: number): { readonly x: AxisName; readonly y: AxisName } {
  switch (pictureOf(predictions)) {
    case "lines":
      return {
        x: predictions.arrangement === "series" ? ROW_NAME : TIME_STEP_NAME,
        y: [predictions.names[column] ?? l10n.t("value"), l10n.t("value")],
      };
    case "grid":
      return { x: TIME_STEP_NAME, y: [l10n.t("sequence")] };
    case "parity":
      return { x: [l10n.t("target")], y: [l10n.t("prediction")] };
    case "confusion":
      return { x: [l10n.t("prediction")], y: [l10n.t("target")] };
  }
}

/** "64 of 2,000 training sequences". */
function sequencesText({ part, sequences, of }: Predictions): string {
  const [some, all] = [formatCount(sequences), formatCount(of)];
  switch (part) {
    case "training":
      if (sequences < of) return l10n.t("{0} of {1} training sequences", some, all);
      return of === 1 ? l10n.t("1 training sequence") : l10n.t("{0} training sequences", all);
    case "validation":
      if (sequences < of) return l10n.t("{0} of {1} validation sequences", some, all);
      return of === 1 ? l10n.t("1 validation sequence") : l10n.t("{0} validation sequences", all);
    case "both":
      return sequences < of ? l10n.t("{0} of {1} sequences", some, all) : l10n.t("{0} sequences", all);
  }
}

function rangeText(predictions: Predictions): string {
  const { rows, sequences, of } = predictions;
  const range = l10n.t("rows {0} to {1}", formatCount(rows[0] ?? 0), formatCount(rows.at(-1) ?? 0));
  return sequences < of ? `${range} · ${sequencesText(predictions)}` : range;
}

/** The legend, with the values of what is chosen in it. */
export function legendItems(model: ChartModel, predictions: Predictions, chosen: Chosen): ReadoutItem[] {
  const { theme } = model;
  const kind = pictureOf(predictions);
  const blue = theme.series[0] ?? theme.foreground;
  const swatches = kind === "lines" || kind === "parity";
  const value = (values: Float64Array): string => valueText(model, predictions, values, chosen);
  const isChosen = chosen.row !== null && kind !== "confusion";
  const items: ReadoutItem[] = isChosen ? [{ label: `${placeText(predictions, chosen)}:` }] : [];
  if (swatches || isChosen)
    items.push(
      {
        label: l10n.t("target"),
        ...(isChosen ? { value: value(predictions.targets) } : {}),
        ...(kind === "lines" ? { swatch: { kind: "line" as const, color: theme.muted } } : {}),
      },
      {
        label: l10n.t("prediction"),
        ...(isChosen ? { value: value(predictions.outputs) } : {}),
        ...(swatches
          ? { swatch: kind === "lines" ? { kind: "line", color: lineColor(theme) } : { kind: "dot", color: blue } }
          : {}),
      },
    );
  if (kind === "parity") items.push(...diagonalItems(predictions, theme));
  if (kind === "grid" || kind === "confusion") items.push(...cellItems(kind, theme));
  if (isChosen && predictions.targetKind === "values" && predictions.width === 1)
    items.push({ label: l10n.t("error"), value: formatValue(errorAt(predictions, chosen), DIGITS) });
  return items;
}

export function lineColor(theme: Theme): string {
  return theme.series[1] ?? theme.foreground;
}

function diagonalItems({ tolerance }: Predictions, theme: Theme): ReadoutItem[] {
  const color = theme.muted;
  return [
    { label: l10n.t("prediction = target"), swatch: { kind: "thin", color } },
    ...(tolerance === null
      ? []
      : [{ label: l10n.t("±{0}: counts as correct", tolerance), swatch: { kind: "dash" as const, color } }]),
  ];
}

function cellItems(kind: "grid" | "confusion", theme: Theme): ReadoutItem[] {
  const blue = theme.series[0] ?? theme.foreground;
  return [
    { label: l10n.t("correct"), swatch: { kind: "bar", color: withAlpha(blue, 0.58) } },
    { label: l10n.t("wrong, underlined"), swatch: { kind: "bar", color: theme.error } },
    {
      label:
        kind === "grid" ? l10n.t("stronger color: more confident") : l10n.t("stronger color: larger share of its row"),
    },
  ];
}

/** The loss of each part, and the accuracies. */
export function scoreItems(predictions: Predictions, answeredAt: number): ReadoutItem[] {
  const { loss, accuracy, exactAccuracy } = predictions;
  return [
    // That of the cursor, or one that is known nearest to it: a run at full speed goes on while it is asked.
    { label: l10n.t("at {0}", formatCount(answeredAt)) },
    ...(loss.training === null ? [] : [{ label: l10n.t("training loss"), value: formatValue(loss.training) }]),
    ...(loss.validation === null ? [] : [{ label: l10n.t("validation loss"), value: formatValue(loss.validation) }]),
    ...(accuracy === null ? [] : [{ label: l10n.t("accuracy"), value: formatPercent(accuracy) }]),
    ...(exactAccuracy === null ? [] : [{ label: l10n.t("exact-match accuracy"), value: formatPercent(exactAccuracy) }]),
  ];
}

/** First the errors in the unit of the data, which stay in sight; then why the loss is not the one in Loss. */
export function captionSentences(model: ChartModel, predictions: Predictions, column: number): string[] {
  const name = predictions.names[column] ?? null;
  const errors = errorsOf(predictions, column).map((part) => errorText(part, name));
  return [...(errors.length === 0 ? [] : [errors.join(" ")]), ...lossNotes(model, predictions)];
}

function errorText({ part, mae, rmse, repeatedMae }: PredictionErrors, name: string | null): string {
  const title = part === "training" ? l10n.t("Training") : l10n.t("Validation");
  const of = name === null ? title : `${title} (${name})`;
  const [absolute, squared] = [formatValue(mae, DIGITS), formatValue(rmse, DIGITS)];
  return repeatedMae === null
    ? l10n.t("{0}: MAE {1}, RMSE {2}.", of, absolute, squared)
    : l10n.t(
        "{0}: MAE {1}, RMSE {2}; repeating the last value: MAE {3}.",
        of,
        absolute,
        squared,
        formatValue(repeatedMae, DIGITS),
      );
}

/** Where the loss here is computed in another way than the one in the Loss section. */
function lossNotes({ header }: ChartModel, predictions: Predictions): string[] {
  const { loss, sequences, of, carriesState, trainsWithDropout } = predictions;
  const notes: string[] = [];
  if (carriesState)
    notes.push(
      l10n.t(
        "As in training, each sequence starts with the state that the previous one ended in; States starts the selected one from zeros.",
      ),
    );
  const isBatch = (header.data?.batchesPerEpoch ?? 1) > 1;
  if (loss.training !== null && (isBatch || trainsWithDropout))
    notes.push(
      trainsWithDropout
        ? l10n.t("The training loss differs from the one in Loss, which is that of one batch, with dropout.")
        : l10n.t("The training loss differs from the one in Loss, which is that of one batch."),
    );
  if (sequences < of) notes.push(l10n.t("Losses and errors are those of the sequences shown."));
  return notes;
}

/** "row 130", "sequence 12", "sequence 12 at t = 3". */
function placeText({ arrangement, rows, first, steps, training }: Predictions, { row, step }: Chosen): string {
  const sequence = formatCount(first + (row ?? 0));
  if (arrangement === "series") {
    const number = formatCount(rows[row ?? 0] ?? 0);
    return (row ?? 0) < training ? l10n.t("row {0}, training", number) : l10n.t("row {0}, validation", number);
  }
  return steps > 1 ? l10n.t("sequence {0} at t = {1}", sequence, step + 1) : l10n.t("sequence {0}", sequence);
}

/** "row 130, validation: target 391, prediction 402.1", for screen readers. */
export function spokenText(model: ChartModel, predictions: Predictions, chosen: Chosen): string {
  if (chosen.row === null || pictureOf(predictions) === "confusion") return "";
  return l10n.t(
    "{0}: target {1}, prediction {2}",
    placeText(predictions, chosen),
    valueText(model, predictions, predictions.targets, chosen),
    valueText(model, predictions, predictions.outputs, chosen),
  );
}

/** One sentence for the picture. */
export function summaryText(predictions: Predictions, answeredAt: number, column: number): string {
  const scores = scoreItems(predictions, answeredAt)
    .slice(1)
    .map(({ label, value }) => `${label} ${value ?? ""}`);
  const errors = errorsOf(predictions, column).map((part) => errorText(part, predictions.names[column] ?? null));
  return [
    l10n.t(
      "Predictions for {0} at iteration {1}: {2}.",
      sequencesText(predictions),
      formatCount(answeredAt),
      scores.join(", "),
    ),
    ...errors,
  ].join(" ");
}

function errorAt({ outputs, targets, steps, width }: Predictions, { row, step, column }: Chosen): number {
  const at = ((row ?? 0) * steps + step) * width + column;
  return (outputs[at] ?? NaN) - (targets[at] ?? NaN);
}

function valueText(
  { header }: ChartModel,
  predictions: Predictions,
  values: Float64Array,
  { row, step, column }: Chosen,
): string {
  const { steps, width, targetKind } = predictions;
  const start = ((row ?? 0) * steps + step) * width;
  const shown =
    pictureOf(predictions) === "lines"
      ? values.subarray(start + column, start + column + 1)
      : values.subarray(start, start + width);
  return Array.from(shown, (value) =>
    targetKind === "classes" ? classText(header, value) : formatValue(value, targetKind === "bits" ? 2 : DIGITS),
  ).join(", ");
}
