/** The series of a table as a network reads them: scaled as in training, and beyond their last rows. */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../../lib/outsideText";
import type { LaterInput, RecordedTable } from "../../tables/recordedParts";
import type { RowRange } from "../../tables/series";
import type { Unit } from "../tasks/task";
import { PredictionError, type TrainedModel } from "./trainedModel";

/** Where an input comes from that the table may not have. */
export interface ForecastPlace {
  readonly series: number;
  /** The last row that is known. */
  readonly origin: number;
  /** What the network has predicted of target `target` at `row`, scaled. */
  readonly made: (row: number, target: number) => number;
}

export class ScaledSeries {
  readonly series: readonly RowRange[];
  readonly rows: number;
  /** One for each input of the network. */
  private readonly inputs: readonly Float64Array[];
  /** By series, once it is needed: what its inputs are beyond its last row, and those that are known, scaled. */
  private readonly later = new Map<number, readonly LaterInput[]>();
  private readonly knownLater = new Map<number, readonly Float64Array[]>();

  /** @throws PredictionError when the columns give other inputs than the network has */
  constructor(
    readonly model: TrainedModel,
    private readonly table: RecordedTable,
  ) {
    const { recipe } = model;
    if (table.inputs.length !== recipe.inputs.length)
      throw new PredictionError(
        l10n.t("the columns give {0} inputs, but the weights are for {1}", table.inputs.length, recipe.inputs.length),
      );
    this.rows = table.rows;
    this.series = table.series;
    this.inputs = table.inputs.map((values, i) => values.map((value) => scaled(value, recipe.inputs[i]!)));
  }

  seriesOf(row: number): number {
    let low = 0;
    let high = this.series.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.series[middle]!.from <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The row of the file, counted from 0. */
  rowOf(row: number): number {
    return this.table.rowOf(row);
  }

  /** Writes the inputs of a row of the table. */
  fillRow(row: number, into: Float64Array, offset: number): void {
    for (let i = 0; i < this.inputs.length; i++) into[offset + i] = this.inputs[i]![row]!;
  }

  /** The same of a row that a forecast reads, which may lie beyond its series. */
  fillForecastRow(row: number, { series, origin, made }: ForecastPlace, into: Float64Array, offset: number): void {
    if (row <= origin) return this.fillRow(row, into, offset);
    const { to } = this.series[series]!;
    const later = this.laterOf(series);
    for (let i = 0; i < this.inputs.length; i++) {
      const input = later[i]!;
      into[offset + i] =
        input.kind === "target"
          ? made(row, input.target)
          : row < to
            ? this.inputs[i]![row]!
            : this.knownLater.get(series)![i]![row - to]!;
    }
  }

  /**
   * Prepares what forecasts from some rows read beyond their series.
   * @param steps of a forecast; one that goes no further than the horizon reads rows of the table alone
   * @throws PredictionError when an input beyond a row is not known
   */
  prepareForecast(origins: readonly number[], steps: number): void {
    const { horizon, inputs } = this.model.recipe;
    if (steps <= horizon) return;
    for (const series of new Set(origins.map((row) => this.seriesOf(row)))) {
      const later = this.laterOf(series);
      for (const input of later) refuseUnknown(input, steps, horizon);
      const known = later.map((input, i) =>
        Float64Array.from({ length: input.kind === "known" ? steps - horizon : 0 }, (_, k) =>
          input.kind === "known" ? scaled(input.at(k + 1), inputs[i]!) : NaN,
        ),
      );
      this.knownLater.set(series, known);
    }
  }

  private laterOf(series: number): readonly LaterInput[] {
    const later = this.later.get(series) ?? this.table.laterOf(series);
    this.later.set(series, later);
    return later;
  }
}

function refuseUnknown(input: LaterInput, steps: number, horizon: number): void {
  if (input.kind === "unknown") {
    const { reason } = input;
    const column = describeValue(input.column);
    const count = steps.toLocaleString("en-US");
    throw new PredictionError(
      horizon === 0
        ? l10n.t("with task.horizon 0, a forecast reads column {0} beyond the last row, and {1}", column, reason)
        : [
            l10n.t("a forecast of {0} steps reads column {1} beyond the last row, and {2}.", count, column, reason),
            l10n.t("Forecast at most {0} steps (task.horizon).", horizon),
          ].join(" "),
    );
  }
  if (input.kind === "target" && horizon === 0)
    throw new PredictionError(
      l10n.t("with task.horizon 0, the network predicts the row that it reads, so nothing is predicted after the last"),
    );
}

function scaled(value: number, { mean, deviation }: Unit): number {
  return (value - mean) / deviation;
}

/** A value of a network in the units of its column. */
export function unscaled(value: number, { mean, deviation }: Unit): number {
  return value * deviation + mean;
}
