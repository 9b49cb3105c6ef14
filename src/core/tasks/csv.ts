import type { Division } from "../../config/facts/seriesPlan";
import type { RowRange } from "../../tables/series";
import type { Table } from "../../tables/table";
import type { TaskTable } from "../../tables/taskTable";
import { naiveError } from "./naiveError";
import { placeSeries } from "./seriesSequences";
import { placeWindows } from "./seriesWindows";
import type { Dataset, Unit } from "./task";

export interface CsvOptions {
  /** Rows of a window; "series": each series is one sequence, as long as it is. */
  readonly length: number | "series";
  /** The target is taken so many rows later than the input. */
  readonly horizon: number;
  /** Rows from the start of a window to the start of the next. */
  readonly stride: number;
  /** Whether a window goes on from the state that the one before it in its series ended in; not if it is left out. */
  readonly stream?: boolean;
  /** Rows after which a series repeats itself; 1 if it is left out. */
  readonly season?: number;
  /** Where each file has one label, its table: files are held out as a whole; none if it is left out. */
  readonly labels?: string;
}

/**
 * Series as windows of `length` rows, or each as one sequence; the target of every row (or of the last one) is that of
 * `horizon` rows later. Every column of values is standardized with mean and deviation of the training rows. In
 * each series training rows come first in time and no training window reaches into the rows that are held out; a
 * validation window that has to begin before those counts only its targets that are held out, see {@link planWindows}.
 * Of whole series the last ones are held out. inputs [N, T, columns], targets [N, T or 1, targets], both by the rows of
 * the columns: windows that overlap take no memory of their own.
 * @param source whose columns of numbers are standardized in place
 * @throws Error when the rows are too few
 */
export function csvDataset(
  source: TaskTable,
  { length, season = 1, ...options }: CsvOptions,
  outputs: "last" | "every",
  division: Division,
): { readonly dataset: Dataset; readonly unusedSeries: number } {
  const { table, series, inputs, targets } = source;
  const isScaled = targets.kind === "values";
  const names = [...new Set([...inputs, ...(isScaled ? targets.names : [])])];
  const columns = new Map(names.map((name) => [name, numbersOf(table, name)]));
  const placed =
    length === "series"
      ? placeSeries(series, options, outputs, division)
      : placeWindows(series, { length, ...options }, outputs, division);
  const training = placed.trainingRows;
  const units = new Map(names.map((name) => [name, standardize(name, columns.get(name)!, training)]));
  const targetColumns = isScaled ? targets.names.map((name) => columns.get(name)!) : targets.columns;
  const dataset: Dataset = {
    ...placed.shape,
    inputSize: inputs.length,
    outputSize: targets.labels?.length ?? targets.names.length,
    inputKind: "values",
    inputs: placed.inputsOf(inputs.map((name) => columns.get(name)!)),
    targetKind: targets.kind,
    targets: placed.targetsOf(targetColumns),
    ...(targets.labels === null ? {} : { classes: targets.labels }),
    score: { tolerance: null, steps: placed.shape.outputSteps },
    targetRow(sequence) {
      const row = placed.lastTargetRow(sequence);
      return source.rowOf?.[row] ?? row;
    },
    ...(length === "series" ? {} : { stride: options.stride }),
    ...(isScaled ? { naiveErrors: targets.names.map((name) => naiveError(columns.get(name)!, training, season)) } : {}),
    ...(isScaled && season > 1 ? { season } : {}),
    units: {
      input: inputs.map((name) => units.get(name)!),
      target: targets.names.map((name) => (isScaled ? units.get(name)! : { name, mean: 0, deviation: 1 })),
    },
  };
  return { dataset, unusedSeries: placed.unusedSeries };
}

function numbersOf({ columns }: Table, name: string): Float64Array {
  const column = columns.find((candidate) => candidate.name === name);
  if (column?.kind !== "number") throw new RangeError(`no column of numbers is named ${name}`);
  return column.values;
}

/** Of the mean: a deviation below is the rounding of a sum of equal numbers. */
const CONSTANT = 1e-12;

/** (v - mean) / deviation in place, both of the training rows; a column that is constant in those has 1. */
function standardize(name: string, values: Float64Array, training: readonly RowRange[]): Unit {
  const rows = training.reduce((count, { from, to }) => count + to - from, 0);
  let sum = 0;
  for (const { from, to } of training) for (let i = from; i < to; i++) sum += values[i]!;
  const mean = sum / rows;
  let squares = 0;
  for (const { from, to } of training) for (let i = from; i < to; i++) squares += (values[i]! - mean) ** 2;
  const spread = Math.sqrt(squares / rows);
  const deviation = spread > CONSTANT * Math.abs(mean) ? spread : 1;
  for (let i = 0; i < values.length; i++) values[i] = (values[i]! - mean) / deviation;
  return { name, mean, deviation };
}
