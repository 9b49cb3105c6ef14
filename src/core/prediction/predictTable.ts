/** A table read and predicted as the weights say: one call for the terminal and the editor. */
import * as l10n from "@vscode/l10n";
import { isOneSeries, trainingRowsOf } from "../../config/facts/seriesPlan";
import type { ByteSource } from "../../tables/byteSource";
import type { TableFiles } from "../../tables/tableFiles";
import { hasFileLabels } from "../../tables/taskTable";
import type { TableReport } from "../../tables/readTable";
import type { FilePart } from "../../tables/fileParts";
import type { RecordedTable } from "../../tables/recordedParts";
import { readRecordedTable } from "../../tables/recordedTable";
import type { CreateNetwork } from "../network/network";
import { backtest, type Backtest } from "./backtest";
import { CarriedPredictor } from "./carriedPredictor";
import { collectTargets, type PredictedSeries, type PredictedTarget } from "./predictedTargets";
import { ScaledSeries } from "./scaledSeries";
import { PredictionError, type TrainedModel } from "./trainedModel";
import { WindowPredictor } from "./windowPredictor";

export interface PredictionOptions {
  /** Steps to forecast beyond the last row; null: as many as the network looks ahead. */
  readonly steps: number | null;
  readonly backtest: { readonly season: number | null } | null;
  /** Whether the table is the one that the network was trained on: then its first rows prove nothing. */
  readonly isTrainingTable: boolean;
}

/**
 * A line of the result is a row of the table, or a step of the forecast that follows the rows of its series; where each
 * file has one answer, it is a file.
 */
export interface TablePrediction {
  readonly report: TableReport;
  /** Rows of the table, and how many are forecast after them. */
  readonly rows: number;
  readonly steps: number;
  /** What predictions are compared with: of the table of training the rows that it did not use. */
  readonly judged: "all" | "validation" | "test";
  readonly series: readonly PredictedSeries[];
  /** Whether each series has one prediction, at its last row. */
  readonly once: boolean;
  /** Files that the rows are spread over; null of one table. */
  readonly files: number | null;
  /** Whether a line is not a row, but a file, as each has one prediction. */
  readonly perFile: boolean;
  /** By line: row of the file, counted from 1; NaN for a forecast that other rows of the file follow. */
  readonly places: Float64Array<ArrayBuffer>;
  /** Columns that identify the series, with a text for each line. */
  readonly groups: readonly { readonly name: string; readonly texts: readonly string[] }[];
  readonly time: { readonly name: string; readonly texts: readonly string[] } | null;
  readonly targets: readonly PredictedTarget[];
  readonly backtests: readonly Backtest[];
}

/** Of the forecasts of all series together. */
const MOST_FORECASTS = 1_000_000;
/** Outputs of all rows together, 8 bytes each. */
const MOST_OUTPUTS = 2 ** 27;

/** @throws TableError, PredictionError */
export function predictTable(
  model: TrainedModel,
  data: ByteSource | TableFiles,
  options: PredictionOptions,
  createNetwork: CreateNetwork,
): TablePrediction {
  const { recipe, task, spec, answers } = model;
  const table = readRecordedTable(data, task, {
    columns: recipe.columns,
    targets: recipe.targets.map(({ name }) => name),
    classes: recipe.classes,
    areBits: recipe.targetKind === "bits",
    hasSeries: recipe.series > 1,
  });
  refuseTooMany(table.rows, spec.outputSize);
  const scaled = new ScaledSeries(model, table);
  const predictor =
    answers === null
      ? new WindowPredictor(scaled, createNetwork)
      : new CarriedPredictor(scaled, answers, createNetwork);
  const steps = options.steps ?? recipe.horizon;
  const perFile = answers?.once === true && hasFileLabels(task);
  const shown = perFile ? { ...table, series: table.series.map(({ to }) => ({ from: to - 1, to })) } : table;
  const series = seriesOf(shown, steps);
  const judged = judgedPart(table, options.isTrainingTable);
  const judgedFrom = judged === "all" ? table.series.map(({ from }) => from) : judgedFromOf(model, table, judged);
  const within = predictor.within();
  const origins = table.series.flatMap(({ to }, index) => (series[index]!.steps > 0 ? [to - 1] : []));
  const beyond = origins.length === 0 ? new Float64Array(0) : predictor.forecast(origins, steps);
  const season = options.backtest?.season ?? (task.season > 1 ? task.season : null);
  return {
    report: table.report,
    rows: table.rows,
    steps,
    judged,
    series,
    once: answers?.once === true,
    files: table.files?.count ?? null,
    perFile,
    ...placesOf(shown, series),
    ...(perFile ? { time: null } : {}),
    targets: collectTargets(model, shown, series, { within, beyond, judgedFrom }),
    backtests:
      options.backtest === null
        ? []
        : backtest(scaled, predictor, table.truths, { steps: Math.max(1, steps), season, judgedFrom }),
  };
}

function refuseTooMany(rows: number, outputs: number): void {
  if (rows * outputs <= MOST_OUTPUTS) return;
  throw new PredictionError(
    l10n.t(
      "{0} rows with {1} outputs each are {2} numbers, and at most {3} are predicted at once; divide the table",
      rows.toLocaleString("en-US"),
      outputs.toLocaleString("en-US"),
      (rows * outputs).toLocaleString("en-US"),
      MOST_OUTPUTS.toLocaleString("en-US"),
    ),
  );
}

/** Of an episode that another one of its group follows nothing comes after its last row: it has ended. */
function seriesOf(table: RecordedTable, steps: number): PredictedSeries[] {
  const { series, groups } = table;
  const groupAt = (index: number): string[] => groups.map(({ textAt }) => textAt(series[index]!.from));
  const hasEpisodes = series.length > 1 && isSplit(table);
  let [from, episode] = [0, 0];
  const found = series.map((range, index): PredictedSeries => {
    const group = groupAt(index);
    const isSame = index > 0 && groupAt(index - 1).join("\0") === group.join("\0");
    const isLast = index + 1 === series.length || groupAt(index + 1).join("\0") !== group.join("\0");
    episode = isSame ? episode + 1 : 1;
    const rows = range.to - range.from;
    const one = { group, episode: hasEpisodes ? episode : null, from, rows, steps: isLast ? steps : 0 };
    from += rows + one.steps;
    return one;
  });
  const forecasts = from - table.rows;
  if (forecasts > MOST_FORECASTS && found.length > 1)
    throw new PredictionError(
      l10n.t(
        "forecasts of {0} rows for each of {1} series are {2} rows, and at most {3} are made; forecast fewer",
        steps.toLocaleString("en-US"),
        (forecasts / steps).toLocaleString("en-US"),
        forecasts.toLocaleString("en-US"),
        MOST_FORECASTS.toLocaleString("en-US"),
      ),
    );
  return found;
}

/** Whether two series that follow one another are of one group. */
function isSplit({ series, groups }: RecordedTable): boolean {
  return series.some(
    ({ from }, index) => index > 0 && groups.every(({ textAt }) => textAt(from) === textAt(series[index - 1]!.from)),
  );
}

/** Of the table of training, what training did not use; the files for test, where there are any. */
function judgedPart({ files }: RecordedTable, isTrainingTable: boolean): TablePrediction["judged"] {
  if (!isTrainingTable) return "all";
  return files?.parts?.includes("test") === true ? "test" : "validation";
}

/** Of each series of the table of training the first row that is judged. */
function judgedFromOf(
  { experiment, task, recipe }: TrainedModel,
  { series, rows, files }: RecordedTable,
  part: FilePart,
): number[] {
  if (files?.parts != null) return series.map(({ from, to }, index) => (files.parts![index] === part ? from : to));
  if (isOneSeries(task)) return [Math.min(recipe.trainingRows, rows)];
  const inOrder = files === null ? series : files.trainingOrder.map((index) => series[index]!);
  const used = trainingRowsOf(inOrder, task, experiment.training.validation.share);
  const ends = new Map(used.map(({ from, to }) => [from, to]));
  return series.map(({ from }) => ends.get(from) ?? from);
}

function placesOf(
  table: RecordedTable,
  series: readonly PredictedSeries[],
): Pick<TablePrediction, "places" | "groups" | "time"> {
  const places: number[] = [];
  const groups = table.groups.map(({ name }) => ({ name, texts: [] as string[] }));
  const time = table.times === null ? null : { name: table.times.name, texts: [] as string[] };
  for (const [index, { from }] of table.series.entries()) {
    const { rows, steps } = series[index]!;
    const later = steps === 0 ? null : (table.times?.laterOf(index) ?? null);
    const last = series.length === 1 ? table.rowOf(from + rows - 1) : NaN;
    for (let at = 0; at < rows + steps; at++) {
      const isRow = at < rows;
      places.push(isRow ? table.rowOf(from + at) + 1 : last + 2 + at - rows);
      for (const [g, { texts }] of groups.entries()) texts.push(series[index]!.group[g]!);
      time?.texts.push(isRow ? table.times!.textAt(from + at) : (later?.(at - rows + 1) ?? ""));
    }
  }
  return { places: Float64Array.from(places), groups, time };
}
