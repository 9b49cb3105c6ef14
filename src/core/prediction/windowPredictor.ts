import * as l10n from "@vscode/l10n";
import type { CreateNetwork, Network } from "../network/network";
import type { ForecastPlace, ScaledSeries } from "./scaledSeries";
import type { SeriesPredictor } from "./seriesPredictor";
import { PredictionError } from "./trainedModel";

/** Numbers that a batch of windows may have in the states of its network, and windows in a batch. */
const MOST_NUMBERS = 2 ** 21;
const MOST_WINDOWS = 64;

/** Each prediction is the answer to a window of its own at its last step, from a zero state. */
export class WindowPredictor implements SeriesPredictor {
  private readonly network: Network;
  private readonly batch: number;
  /** Rows of a window, and from its last one to the row that it predicts. */
  private readonly length: number;
  private readonly horizon: number;
  private readonly inputs: number;
  private readonly outputs: number;

  /** @throws PredictionError when no series has rows for a window */
  constructor(
    private readonly data: ScaledSeries,
    createNetwork: CreateNetwork,
  ) {
    const { recipe, spec, parameters } = data.model;
    this.length = recipe.length;
    this.horizon = recipe.horizon;
    this.inputs = spec.inputSize;
    this.outputs = spec.outputSize;
    refuseTooFew(data, recipe.length);
    const each = recipe.length * (spec.hiddenSize * spec.numLayers * 5 + spec.inputSize);
    this.batch = Math.max(1, Math.min(MOST_WINDOWS, Math.floor(MOST_NUMBERS / each)));
    this.network = createNetwork(spec, { batch: this.batch, timeSteps: recipe.length });
    this.network.writeParameters(parameters);
  }

  within(): Float64Array<ArrayBuffer> {
    const { length: T, horizon, inputs: I, outputs: O, data } = this;
    const values = new Float64Array(data.rows * O).fill(NaN);
    const span = T - 1 + horizon;
    const targets = new Uint32Array(data.series.reduce((sum, { from, to }) => sum + Math.max(0, to - from - span), 0));
    let count = 0;
    for (const { from, to } of data.series) for (let row = from + span; row < to; row++) targets[count++] = row;
    this.run(
      count,
      (n, into, offset) => {
        for (let t = 0; t < T; t++) data.fillRow(targets[n]! - span + t, into, offset + t * I);
      },
      (n, outputs) => values.set(outputs, targets[n]! * O),
    );
    return values;
  }

  /**
   * The forecast of step k comes from the window that ends `horizon` rows before it; where that reaches beyond the row,
   * the network reads what it has predicted itself. There is none where a window would begin before its series.
   */
  forecast(origins: readonly number[], steps: number): Float64Array<ArrayBuffer> {
    const { length: T, horizon, inputs: I, outputs: O, data } = this;
    data.prepareForecast(origins, steps);
    const made = new Float64Array(origins.length * steps * O);
    const places = origins.map((origin, n): ForecastPlace => ({
      series: data.seriesOf(origin),
      origin,
      made: (row, target) => made[(n * steps + row - origin - 1) * O + target]!,
    }));
    for (let step = 1; step <= steps; step++)
      this.run(
        origins.length,
        (n, into, offset) => {
          const place = places[n]!;
          const { from } = data.series[place.series]!;
          const first = place.origin + step - horizon - (T - 1);
          for (let t = 0; t < T; t++) data.fillForecastRow(Math.max(from, first + t), place, into, offset + t * I);
        },
        (n, outputs) => {
          const { series, origin } = places[n]!;
          const isWhole = origin + step - horizon - (T - 1) >= data.series[series]!.from;
          const at = (n * steps + step - 1) * O;
          if (isWhole) made.set(outputs, at);
          else made.fill(NaN, at, at + O);
        },
      );
    return made;
  }

  /**
   * @param count windows
   * @param fill writes input [T, I] of a window into `into`, from `offset` on
   * @param keep is passed the outputs [O] of a window at its last step, valid until it returns
   */
  private run(
    count: number,
    fill: (window: number, into: Float64Array, offset: number) => void,
    keep: (window: number, outputs: Float64Array) => void,
  ): void {
    const { length: T, inputs: I, outputs: O } = this;
    const values = new Float64Array(Math.min(this.batch, count) * T * I);
    for (let at = 0; at < count; at += this.batch) {
      const size = Math.min(this.batch, count - at);
      for (let b = 0; b < size; b++) fill(at + b, values, b * T * I);
      const outputs = this.network.forward(values.subarray(0, size * T * I), size, T, null);
      const steps = outputs.length / (size * O);
      for (let b = 0; b < size; b++) {
        const last = ((b + 1) * steps - 1) * O;
        keep(at + b, outputs.subarray(last, last + O));
      }
    }
  }
}

function refuseTooFew({ series, rows }: ScaledSeries, length: number): void {
  const most = series.reduce((largest, { from, to }) => Math.max(largest, to - from), 0);
  if (most >= length) return;
  const windows = length.toLocaleString("en-US");
  throw new PredictionError(
    series.length > 1
      ? l10n.t(
          "all {0} series are too short: they have at most {2} rows, but windows have {1} (task.length)",
          series.length.toLocaleString("en-US"),
          windows,
          most.toLocaleString("en-US"),
        )
      : l10n.t(
          "{0} rows are too few: the network reads windows of {1} rows (task.length)",
          rows.toLocaleString("en-US"),
          windows,
        ),
  );
}
