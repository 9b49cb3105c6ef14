import { csvLine, type CsvCell } from "../../shared/words/csv";
import type { TablePrediction } from "./predictTable";
import type { PredictedTarget } from "./predictedTargets";

/**
 * One line for each prediction: the row of the table, what identifies its series, its time, and of each target the
 * value of the table, empty where there is none, and the prediction; of bits and classes also the probabilities. Where
 * a file has one prediction, its name stands in place of row and time.
 */
export function predictionsCsv({ places, groups, time, targets, perFile }: TablePrediction): string {
  const beside = [...groups, ...(time === null ? [] : [time])];
  const lines = [
    csvLine([...(perFile ? [] : ["row"]), ...beside.map(({ name }) => name), ...targets.flatMap(headersOf)]),
  ];
  for (let at = 0; at < places.length; at++) {
    if (targets.every(({ predicted }) => Number.isNaN(predicted[at]!))) continue;
    const row = places[at]!;
    lines.push(
      csvLine([
        ...(perFile ? [] : [Number.isNaN(row) ? null : row]),
        ...beside.map(({ texts }) => texts[at] ?? ""),
        ...targets.flatMap((target) => cellsOf(target, at)),
      ]),
    );
  }
  return lines.join("");
}

function headersOf({ name, probabilities, labels, predicted }: PredictedTarget): CsvCell[] {
  const count = probabilities === null ? 0 : probabilities.length / predicted.length;
  const shown = count === 1 ? [`P(${name}=1)`] : (labels ?? []).slice(0, count).map((label) => `P(${label})`);
  return [name, `${name} predicted`, ...shown];
}

function cellsOf({ predicted, truth, labels, probabilities }: PredictedTarget, at: number): CsvCell[] {
  const written = (value: number): CsvCell => (Number.isNaN(value) ? null : (labels?.[value] ?? value));
  const count = probabilities === null ? 0 : probabilities.length / predicted.length;
  return [
    written(truth?.[at] ?? NaN),
    written(predicted[at]!),
    ...Array.from({ length: count }, (_, c) => probabilities![at * count + c]!),
  ];
}
