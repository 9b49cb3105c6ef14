import * as l10n from "@vscode/l10n";
import { countTrainingRows, planWindows } from "../../config/facts/dataCounts";
import type { Table } from "../../tables/table";
import { windowsOf, type SequenceValues } from "./sequenceValues";
import type { Dataset, Unit } from "./task";

export interface CsvOptions {
  /** Names of the input columns. */
  readonly columns: readonly string[];
  /** Columns to predict; null: the input columns themselves. */
  readonly targets: readonly string[] | null;
  readonly length: number;
  /** The target is taken so many rows later than the input. */
  readonly horizon: number;
  /** Rows from the start of a window to the start of the next. */
  readonly stride: number;
}

/**
 * A series as windows of `length` rows; the target of every row (or of the last of a window) is the value `horizon`
 * rows later. Every column is standardized with mean and deviation of the training rows. Training rows come first in
 * time and no training window reaches into the rows that are held out; a validation window that has to begin before
 * those counts only its targets that are held out, see {@link planWindows}. inputs [N, T, columns], targets
 * [N, T or 1, targets], both by the rows of the columns: windows that overlap take no memory of their own.
 * @param table whose columns of numbers are standardized in place
 * @throws Error when the rows are too few
 */
export function csvDataset(
  table: Table,
  options: CsvOptions,
  outputs: "last" | "every",
  validationShare: number,
): Dataset {
  const { length, horizon } = options;
  const targetNames = options.targets ?? options.columns;
  const names = [...new Set([...options.columns, ...targetNames])];
  const columns = names.map((name) => numbersOf(table, name));
  const rows = columns[0]!.length;
  const trainingRows = countTrainingRows(rows, validationShare);
  const { sequences, trainingSequences, firstRowOf, reachesBack } = placeWindows(options, rows, validationShare);
  const units = names.map((name, c) => standardize(name, columns[c]!, trainingRows));
  const inputColumns = options.columns.map((name) => names.indexOf(name));
  const targetColumns = targetNames.map((name) => names.indexOf(name));
  const outputSteps = outputs === "every" ? length : 1;
  /** From the first row of a window to that of its first target. */
  const ahead = length - outputSteps + horizon;
  return {
    sequences,
    trainingSequences,
    timeSteps: length,
    inputSize: inputColumns.length,
    outputSize: targetColumns.length,
    outputSteps,
    inputKind: "values",
    inputs: windowsOf(
      inputColumns.map((c) => columns[c]!),
      length,
      firstRowOf,
    ),
    ...(reachesBack && outputSteps > 1
      ? {
          weights: weightsFrom(
            trainingRows,
            outputSteps,
            (sequence) => sequence < trainingSequences,
            (sequence) => firstRowOf(sequence) + ahead,
          ),
        }
      : {}),
    targetKind: "values",
    targets: windowsOf(
      targetColumns.map((c) => columns[c]!),
      outputSteps,
      (sequence) => firstRowOf(sequence) + ahead,
    ),
    score: { tolerance: null, steps: outputSteps },
    stream: false,
    targetRow: (sequence) => firstRowOf(sequence) + length - 1 + horizon,
    units: { input: inputColumns.map((c) => units[c]!), target: targetColumns.map((c) => units[c]!) },
  };
}

function numbersOf({ columns }: Table, name: string): Float64Array {
  const column = columns.find((candidate) => candidate.name === name);
  if (column?.kind !== "number") throw new RangeError(`no column of numbers is named ${name}`);
  return column.values;
}

interface PlacedWindows {
  readonly sequences: number;
  readonly trainingSequences: number;
  readonly firstRowOf: (sequence: number) => number;
  readonly reachesBack: boolean;
}

/** Where the windows begin, those of the training rows first. @throws Error where there are too few rows for one */
function placeWindows(options: CsvOptions, rows: number, validationShare: number): PlacedWindows {
  const { length, horizon, stride } = options;
  const plan = planWindows(options, rows, validationShare);
  const { trainingSequences, validationSequences, firstValidationRow } = plan;
  const trainingRows = countTrainingRows(rows, validationShare);
  if (trainingSequences === 0)
    throw new Error(
      l10n.t(
        "{0} training rows are too few for one window of task.length {1} plus horizon {2}; use a shorter length or more rows",
        trainingRows,
        length,
        horizon,
      ),
    );
  if (trainingRows < rows && validationSequences === 0)
    throw new Error(
      l10n.t(
        "{0} validation rows are too few for one window of task.length {1} plus horizon {2}; use a shorter length or a larger validation share",
        rows - trainingRows,
        length,
        horizon,
      ),
    );
  return {
    sequences: trainingSequences + validationSequences,
    trainingSequences,
    firstRowOf: (sequence) =>
      sequence < trainingSequences ? sequence * stride : firstValidationRow + (sequence - trainingSequences) * stride,
    reachesBack: plan.reachesBack,
  };
}

/** 1 for targets of rows from `firstRow` on, and for all of training; 0 for the others. */
function weightsFrom(
  firstRow: number,
  outputSteps: number,
  isTraining: (sequence: number) => boolean,
  firstTargetOf: (sequence: number) => number,
): SequenceValues {
  const at = (sequence: number, step: number): number =>
    Number(isTraining(sequence) || firstTargetOf(sequence) + step >= firstRow);
  return {
    length: outputSteps,
    at,
    fill(sequence, target, offset = 0) {
      for (let step = 0; step < outputSteps; step++) target[offset + step] = at(sequence, step);
    },
  };
}

/** Of the mean: a deviation below is the rounding of a sum of equal numbers. */
const CONSTANT = 1e-12;

/** (v - mean) / deviation in place, both of the first `rows` values; a column that is constant in those has 1. */
function standardize(name: string, values: Float64Array, rows: number): Unit {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += values[i]!;
  const mean = sum / rows;
  let squares = 0;
  for (let i = 0; i < rows; i++) squares += (values[i]! - mean) ** 2;
  const spread = Math.sqrt(squares / rows);
  const deviation = spread > CONSTANT * Math.abs(mean) ? spread : 1;
  for (let i = 0; i < values.length; i++) values[i] = (values[i]! - mean) / deviation;
  return { name, mean, deviation };
}
