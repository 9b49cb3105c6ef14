/** A table read and predicted as the weights say: one call for the terminal and the editor. */
import type { ByteSource } from "../../tables/byteSource";
import type { TableReport } from "../../tables/readTable";
import { readRecordedTable, type RecordedTable } from "../../tables/recordedTable";
import { csvLine, type CsvCell } from "../../shared/words/csv";
import type { CreateNetwork } from "../network/network";
import { backtest, type Backtest } from "./backtest";
import { forecast, predictRows } from "./forecast";
import { errorsBetween, type PredictionErrors } from "./predictionErrors";
import { SeriesRunner } from "./seriesRunner";
import type { TrainedModel } from "./trainedModel";

export interface PredictionOptions {
  /** Steps to forecast beyond the last row; null: as many as the network looks ahead. */
  readonly steps: number | null;
  readonly backtest: { readonly season: number | null } | null;
  /** Whether the table is the one that the network was trained on: then its first rows prove nothing. */
  readonly isTrainingTable: boolean;
}

export interface TablePrediction {
  readonly report: TableReport;
  /** Rows of the table that windows are made of, and how many are forecast after them. */
  readonly rows: number;
  readonly steps: number;
  /** Rows at the start that the network was trained on; 0 of another table. */
  readonly trainingRows: number;
  /** By row and then by step: row of the file, counted from 1, and time as the file writes it. */
  readonly places: Float64Array<ArrayBuffer>;
  readonly time: { readonly name: string; readonly texts: readonly string[] } | null;
  readonly targets: readonly PredictedTarget[];
  readonly backtests: readonly Backtest[];
}

interface PredictedTarget {
  readonly name: string;
  /** By row and then by step; NaN at the start, where a whole window is missing. */
  readonly predicted: Float64Array<ArrayBuffer>;
  /** By row; NaN where the table has no value; null where it does not have the column. */
  readonly truth: Float64Array<ArrayBuffer> | null;
  /** Over all rows, or over those that the network was not trained on. Null without truth. */
  readonly errors: PredictionErrors | null;
}

/** @throws TableError, PredictionError */
export function predictTable(
  model: TrainedModel,
  source: ByteSource,
  options: PredictionOptions,
  createNetwork: CreateNetwork,
): TablePrediction {
  const { recipe, task } = model;
  const table = readRecordedTable(
    source,
    task,
    recipe.columns,
    recipe.targets.map(({ name }) => name),
  );
  const runner = new SeriesRunner(model, table, createNetwork);
  const steps = options.steps ?? recipe.horizon;
  const within = predictRows(runner);
  const beyond = steps === 0 ? null : forecast(runner, [table.rows - 1], steps);
  const trainingRows = options.isTrainingTable ? Math.min(recipe.trainingRows, table.rows) : 0;
  const tests =
    options.backtest === null
      ? []
      : backtest(runner, table.truths, {
          steps: Math.max(1, steps),
          season: options.backtest.season,
          firstJudged: trainingRows,
        });
  return {
    report: table.report,
    rows: table.rows,
    steps,
    trainingRows,
    ...placesOf(table, steps),
    backtests: tests,
    targets: recipe.targets.map(({ name }, o): PredictedTarget => {
      const truth = table.truths[o] ?? null;
      const predicted = new Float64Array(table.rows + steps);
      predicted.set(within[o]!);
      if (beyond !== null) predicted.set(beyond[o]!, table.rows);
      return {
        name,
        predicted,
        truth: truth === null ? null : Float64Array.from(truth),
        errors: truth === null ? null : errorsBetween(within[o]!, truth, trainingRows, table.rows),
      };
    }),
  };
}

function placesOf(table: RecordedTable, steps: number): Pick<TablePrediction, "places" | "time"> {
  const last = table.rowOf(table.rows - 1);
  const places = Float64Array.from({ length: table.rows + steps }, (_, at) =>
    at < table.rows ? table.rowOf(at) + 1 : last + 2 + at - table.rows,
  );
  const { times } = table;
  if (times === null) return { places, time: null };
  const textAt = (at: number): string =>
    at < table.rows ? times.textAt(at) : (times.later?.(at - table.rows + 1) ?? "");
  return { places, time: { name: times.name, texts: Array.from(places, (_, at) => textAt(at)) } };
}

/**
 * One line for each prediction: the row of the table, its time, and of each target the value of the table, empty where
 * there is none, and the prediction.
 */
export function predictionsCsv({ rows, places, time, targets }: TablePrediction): string {
  const header: CsvCell[] = ["row"];
  if (time !== null) header.push(time.name);
  for (const { name } of targets) header.push(name, `${name} predicted`);
  const lines = [csvLine(header)];
  for (let at = 0; at < places.length; at++) {
    if (targets.every(({ predicted }) => Number.isNaN(predicted[at]!))) continue;
    const cells: CsvCell[] = [places[at]!];
    if (time !== null) cells.push(time.texts[at] ?? "");
    for (const { predicted, truth } of targets) {
      const value = at < rows ? (truth?.[at] ?? NaN) : NaN;
      cells.push(Number.isNaN(value) ? null : value, predicted[at]!);
    }
    lines.push(csvLine(cells));
  }
  return lines.join("");
}
