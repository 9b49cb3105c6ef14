/** Measures of the answers at the end of a run, for programs and for people. */
import { MEASURED_SHARE, measureAtEnd, partOf } from "../core/analysis/measures";
import { hasMeasures } from "../core/training/score";
import type { Trainer } from "../core/training/trainer";
import { printable } from "../lib/outsideText";
import { finishWork } from "../lib/slicedTask";
import type { ClassMeasures, Measures, ValueErrors } from "../shared/trace/measures";
import { formatCount, formatValue } from "../shared/words/numberFormat";
import { jsonNumber, nestedValues, type Nested } from "./jsonNumbers";

/**
 * Of the validation set. Of the training set as well where reading it once is at most a tenth of what training has
 * read, and where nothing is held out.
 */
export function collectMeasures(trainer: Trainer): readonly Measures[] {
  const { dataset, iteration, batchSize } = trainer;
  if (!hasMeasures(dataset)) return [];
  const isCheap = dataset.trainingSequences <= MEASURED_SHARE * iteration * batchSize;
  const parts = partOf(dataset) === "training" ? (["training"] as const) : (["validation", "training"] as const);
  return parts.filter((_, index) => index === 0 || isCheap).map((part) => finishWork(measureAtEnd(trainer, part)));
}

/** By part: numbers as JSON has them. */
export function measuresReport(measures: readonly Measures[]): object {
  return Object.fromEntries(
    measures.map(({ part, sequences, of, values, classes }) => [
      part,
      {
        sequences,
        of,
        ...(values === null ? {} : { values: values.map(figuresOf) }),
        ...(classes === null ? {} : classFigures(classes)),
      },
    ]),
  );
}

function figuresOf({ lag, name, ...errors }: ValueErrors): object {
  return {
    ...(name === "" ? {} : { name }),
    ...numbersOf(errors),
    ...(lag === null ? {} : { lag: numbersOf(lag) }),
  };
}

/** Without what there is none of. */
function numbersOf(figures: object): object {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, value]: [string, unknown]) =>
      typeof value === "number" ? [[name, jsonNumber(value)]] : [],
    ),
  );
}

/** Every number of it, and the confusion matrix where there is one. */
export function classFigures({ labels, confusion, ...figures }: ClassMeasures): object {
  const matrix: Nested = nestedValues({ shape: [labels.length, labels.length], values: confusion });
  return { ...numbersOf(figures), ...(confusion.length === 0 ? {} : { labels, confusion: matrix }) };
}

/** What MASE compares with, where it is not the row before. */
export function seasonOf(season = 1): string {
  return season === 1 ? "" : ` (season ${season})`;
}

/** Significant digits for people. */
const DIGITS = 4;

export function describeMeasures({ part, sequences, of, values, classes }: Measures): string[] {
  const over = sequences === of ? "" : `, over ${formatCount(sequences)} of ${formatCount(of)} sequences`;
  const ofValues = (values ?? []).map(({ name, rmse, mae, smape, mase, season, lag }) => {
    const figures = [
      `RMSE ${formatValue(rmse, DIGITS)}`,
      `MAE ${formatValue(mae, DIGITS)}`,
      ...(smape === null ? [] : [`sMAPE ${formatValue(smape, DIGITS)}%`]),
      ...(mase === null ? [] : [`MASE ${formatValue(mase, DIGITS)}${seasonOf(season)}`]),
      ...(lag === null || lag.lag === 0 ? [] : [`lags by ${lag.lag} ${lag.lag === 1 ? "row" : "rows"}`]),
    ];
    return `${part}${name === "" ? "" : `, ${printable(name)}`}: ${figures.join(", ")}${over}`;
  });
  if (classes === null) return ofValues;
  const { balancedAccuracy, macroF1 } = classes;
  const balanced = `balanced accuracy ${formatValue(balancedAccuracy, DIGITS)}`;
  return [...ofValues, `${part}: ${balanced}, macro F1 ${formatValue(macroF1, DIGITS)}${over}`];
}
