import * as l10n from "@vscode/l10n";
import { readCsv, type CsvTable } from "./csvTable";
import type { Dataset, Unit } from "./task";
import { describeNames, describeValue } from "../../lib/outsideText";

export interface CsvOptions {
  /** Names of the input columns. */
  readonly columns: readonly string[];
  /** Column to predict; null: the input columns themselves. */
  readonly target: string | null;
  readonly length: number;
  /** The target is taken so many rows later than the input. */
  readonly horizon: number;
  /** Rows from the start of a window to the start of the next. */
  readonly stride: number;
}

/**
 * A series as windows of `length` rows; the target of every row (or of the last of a window) is the value `horizon`
 * rows later. Every column is standardised with mean and deviation of the training rows. Training rows come first in
 * time and no training window reaches into the rows that are held out. inputs [N, T, columns], targets
 * [N, T or 1, targets].
 * @throws Error with row and column when a value is no number, a column is missing, or the rows are too few
 */
export function csvDataset(
  text: string,
  options: CsvOptions,
  outputs: "last" | "every",
  validationShare: number,
): Dataset {
  const { length, horizon } = options;
  const table = readCsv(text);
  const rows = table.records.length;
  const trainingRows = validationShare > 0 ? Math.floor(rows * (1 - validationShare)) : rows;
  const columnOf = (name: string) => standardize(name, readColumn(table, name), trainingRows);
  const inputColumns = options.columns.map(columnOf);
  const targetColumns = options.target === null ? inputColumns : [columnOf(options.target)];

  const { starts, trainingSequences } = planWindows(options, trainingRows, rows);
  const outputSteps = outputs === "every" ? length : 1;
  const sequences = starts.length;
  const inputs = new Float64Array(sequences * length * inputColumns.length);
  const targets = new Float64Array(sequences * outputSteps * targetColumns.length);
  let i = 0;
  let o = 0;
  for (const start of starts) {
    for (let t = 0; t < length; t++) for (const column of inputColumns) inputs[i++] = column.values[start + t]!;
    for (let t = length - outputSteps; t < length; t++)
      for (const column of targetColumns) targets[o++] = column.values[start + t + horizon]!;
  }
  return {
    sequences,
    trainingSequences,
    timeSteps: length,
    inputSize: inputColumns.length,
    outputSize: targetColumns.length,
    outputSteps,
    inputKind: "values",
    inputs,
    targetKind: "values",
    targets,
    score: { tolerance: null, steps: outputSteps },
    stream: false,
    targetRows: starts.map((start) => start + length - 1 + horizon),
    units: { input: inputColumns.map(({ unit }) => unit), target: targetColumns.map(({ unit }) => unit) },
  };
}

/** Where the windows begin, those of the training rows first. @throws Error where there are too few rows for one */
function planWindows(
  { length, horizon, stride }: CsvOptions,
  trainingRows: number,
  rows: number,
): { readonly starts: readonly number[]; readonly trainingSequences: number } {
  const span = length + horizon;
  const starts = [...windowStarts(0, trainingRows, span, stride)];
  const trainingSequences = starts.length;
  if (trainingSequences === 0)
    throw new Error(
      l10n.t(
        "{0} training rows are too few for one window of task.length {1} plus horizon {2}; use a shorter length or more rows",
        trainingRows,
        length,
        horizon,
      ),
    );
  starts.push(...windowStarts(trainingRows, rows, span, stride));
  if (trainingRows < rows && starts.length === trainingSequences)
    throw new Error(
      l10n.t(
        "{0} validation rows are too few for one window of task.length {1} plus horizon {2}; use a shorter length or a larger validation share",
        rows - trainingRows,
        length,
        horizon,
      ),
    );
  return { starts, trainingSequences };
}

function* windowStarts(from: number, to: number, span: number, stride: number): Generator<number> {
  for (let start = from; start + span <= to; start += stride) yield start;
}

function readColumn(table: CsvTable, name: string): Float64Array {
  const index = table.header.indexOf(name);
  if (index < 0)
    throw new Error(
      l10n.t("there is no column {0}; the columns are {1}", describeValue(name), describeNames(table.header)),
    );
  return Float64Array.from(table.records, (record, row) => {
    const value = record[index]!.trim();
    const number = value === "" ? NaN : Number(value);
    if (!Number.isFinite(number))
      throw new Error(
        l10n.t(
          "row {0} (line {1}): {2} in column {3} is not a number",
          row + 1,
          table.lines[row] ?? 0,
          describeValue(value),
          describeValue(name),
        ),
      );
    return number;
  });
}

/** (v - mean) / deviation, both of the first `rows` values; a constant column becomes zeros. */
function standardize(
  name: string,
  values: Float64Array,
  rows: number,
): { readonly values: Float64Array; readonly unit: Unit } {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += values[i]!;
  const mean = sum / rows;
  let squares = 0;
  for (let i = 0; i < rows; i++) squares += (values[i]! - mean) ** 2;
  const deviation = Math.sqrt(squares / rows);
  return {
    values: values.map((value) => (deviation > 0 ? (value - mean) / deviation : value - mean)),
    unit: { name, mean, deviation: deviation > 0 ? deviation : 1 },
  };
}
