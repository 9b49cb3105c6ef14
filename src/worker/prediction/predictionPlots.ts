/** What of a prediction is drawn: each column of each series, or where a series has one answer, each column once. */
import * as l10n from "@vscode/l10n";
import type { PredictedSeries, PredictedTarget } from "../../core/prediction/predictedTargets";
import type { TablePrediction } from "../../core/prediction/predictTable";
import { formatCount, formatValue } from "../../shared/words/numberFormat";
import type { PredictionPicture } from "../../shared/wire/predictionPage";
import { drawLines, type PredictionLines } from "./predictionPicture";

/** Levels beside which there is room for names. */
const MOST_LEVELS = 20;

/** Pictures that there are, and one of them by its number. */
export interface PredictionPlots {
  readonly count: number;
  draw(index: number): PredictionPicture;
}

export function predictionPlots(prediction: TablePrediction): PredictionPlots {
  const { series, once } = prediction;
  // Of many classes nobody can read the lines; the confusion matrix says more.
  const targets = prediction.targets.filter(({ labels }) => labels === null || labels.length <= MOST_LEVELS);
  const parts = once ? [null] : series;
  return {
    count: targets.length * parts.length,
    draw(index) {
      const part = parts[Math.floor(index / targets.length)]!;
      const target = targets[index % targets.length]!;
      const lines = part === null ? linesOverSeries(prediction, target) : linesOf(prediction, target, part);
      return drawLines(lines, summarize(lines, target));
    },
  };
}

/** What a series is called; empty for the only one. */
function nameOfSeries({ group, episode }: PredictedSeries): string {
  const name = group.join(", ");
  if (episode === null) return name;
  const counted = l10n.t("episode {0}", formatCount(episode));
  return name === "" ? counted : `${name}, ${counted}`;
}

function linesOf({ places, time }: TablePrediction, target: PredictedTarget, part: PredictedSeries): PredictionLines {
  const { from, rows, steps } = part;
  const to = from + rows + steps;
  const labelAt = (at: number): string => {
    const text = time?.texts[from + at] ?? "";
    const place = places[from + at] ?? NaN;
    return text !== "" ? text : Number.isNaN(place) ? "" : formatCount(place);
  };
  const name = nameOfSeries(part);
  return {
    title: name === "" ? target.name : `${target.name}, ${name}`,
    rows,
    steps,
    predicted: drawnOf(target).subarray(from, to),
    truth: target.truth?.subarray(from, from + rows) ?? null,
    levels: levelsOf(target),
    axis: time?.name ?? l10n.t("row"),
    labelAt,
  };
}

/** A place for each series, with the answer to all of it. */
function linesOverSeries({ series, groups }: TablePrediction, target: PredictedTarget): PredictionLines {
  const lasts = series.map(({ from, rows }) => from + rows - 1);
  const drawn = drawnOf(target);
  const { truth } = target;
  return {
    title: target.name,
    rows: series.length,
    steps: 0,
    predicted: Float64Array.from(lasts, (at) => drawn[at]!),
    truth: truth === null ? null : Float64Array.from(lasts, (at) => truth[at]!),
    levels: levelsOf(target),
    axis: groups.length === 0 ? l10n.t("series") : groups.map(({ name }) => name).join(", "),
    labelAt: (at) => (series[at] === undefined ? "" : nameOfSeries(series[at])),
  };
}

/** Of a bit the probability that it is 1. */
function drawnOf({ predicted, probabilities }: PredictedTarget): Float64Array {
  return probabilities?.length === predicted.length ? probabilities : predicted;
}

function levelsOf({ labels, predicted, probabilities }: PredictedTarget): readonly string[] | null {
  return probabilities?.length === predicted.length ? null : labels;
}

function summarize({ title, rows, steps, predicted, levels }: PredictionLines, { errors }: PredictedTarget): string {
  const last = predicted.at(-1) ?? NaN;
  return [
    l10n.t("{0}: values and predictions of {1} rows.", title, formatCount(rows)),
    ...(errors?.rmse == null ? [] : [l10n.t("RMSE {0}.", formatValue(errors.rmse))]),
    ...(steps === 0
      ? []
      : [
          l10n.t(
            "The forecast for {0} rows after them ends at {1}.",
            formatCount(steps),
            levels?.[last] ?? formatValue(last),
          ),
        ]),
  ].join(" ");
}
