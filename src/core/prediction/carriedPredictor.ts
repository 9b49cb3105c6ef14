import * as l10n from "@vscode/l10n";
import type { CreateNetwork, Network } from "../network/network";
import { copyStateRow } from "../network/stateRows";
import { stateBlocks, stateSize, type NetworkSpec } from "../../shared/trace/networkSpec";
import type { ForecastPlace, ScaledSeries } from "./scaledSeries";
import type { SeriesPredictor } from "./seriesPredictor";
import { PredictionError, type CarriedAnswers } from "./trainedModel";

/** Rows that are read at once, and forecasts that are made side by side. */
const CHUNK = 256;
const BATCH = 64;

/**
 * Each series is read once from its first row on, with its state carried from row to row: series as whole sequences,
 * and streams, of which training cuts windows without a gap. After the last row the network goes on from its state. A
 * bidirectional network reads each series as a whole, and so does not go on.
 */
export class CarriedPredictor implements SeriesPredictor {
  private readonly network: Network;
  private readonly spec: NetworkSpec;
  private readonly horizon: number;
  private readonly chunk: number;
  /** Of the first row of each series, as Network.readFinalState has it; null: zeros, or what was learned. */
  private readonly start: Float64Array | null;
  private raw: Float64Array<ArrayBuffer> | null = null;

  constructor(
    private readonly data: ScaledSeries,
    private readonly answers: CarriedAnswers,
    createNetwork: CreateNetwork,
  ) {
    const { spec, recipe, parameters } = data.model;
    // The layout of the parameters is that of an answer at the last step.
    this.spec = spec.readout === "state" ? spec : { ...spec, readout: "every" };
    this.horizon = recipe.horizon;
    const isWhole = spec.directions === 2;
    this.chunk = isWhole ? longestOf(data) : spec.readout === "state" ? 1 : CHUNK;
    this.start = answers.startsAtZero ? new Float64Array(stateSize(spec)) : null;
    this.network = createNetwork(this.spec, { batch: BATCH, timeSteps: this.chunk });
    this.network.writeParameters(parameters);
  }

  within(): Float64Array<ArrayBuffer> {
    const { horizon, data, answers } = this;
    const O = this.spec.outputSize;
    const raw = this.outputs();
    const values = new Float64Array(data.rows * O).fill(NaN);
    for (const { from, to } of data.series)
      for (let row = answers.once ? to - 1 : from + answers.after + horizon; row < to; row++)
        if (row - horizon >= from) values.set(raw.subarray((row - horizon) * O, (row - horizon + 1) * O), row * O);
    return values;
  }

  forecast(origins: readonly number[], steps: number): Float64Array<ArrayBuffer> {
    const { horizon, data } = this;
    const areEnds = origins.every((origin) => origin === data.series[data.seriesOf(origin)]!.to - 1);
    if (this.spec.directions === 2 && (steps > horizon || !areEnds))
      throw new PredictionError(
        l10n.t("a bidirectional network reads each series as a whole and cannot continue it; use windows of rows"),
      );
    const O = this.spec.outputSize;
    data.prepareForecast(origins, steps);
    const raw = this.outputs();
    const made = new Float64Array(origins.length * steps * O).fill(NaN);
    for (const [n, origin] of origins.entries()) {
      const { from } = data.series[data.seriesOf(origin)]!;
      for (let step = 1; step <= Math.min(steps, horizon); step++) {
        const row = origin + step - horizon;
        if (row >= from + this.answers.after)
          made.set(raw.subarray(row * O, (row + 1) * O), (n * steps + step - 1) * O);
      }
    }
    if (steps > horizon) this.goOn(origins, steps, made);
    return made;
  }

  /** What lies further ahead than the horizon: the network reads what it has predicted. */
  private goOn(origins: readonly number[], steps: number, made: Float64Array): void {
    const { horizon, data, network, spec } = this;
    const { outputSize: O, inputSize: I } = spec;
    for (let at = 0; at < origins.length; at += BATCH) {
      const some = origins.slice(at, at + BATCH);
      const states = this.statesAfter(some);
      const inputs = new Float64Array(some.length * I);
      const places = some.map((origin, b): ForecastPlace => ({
        series: data.seriesOf(origin),
        origin,
        made: (row, target) => made[((at + b) * steps + row - origin - 1) * O + target]!,
      }));
      const state = new Float64Array(some.length * stateSize(spec));
      for (const [b, own] of states.entries())
        copyStateRow(stateBlocks(spec), { values: own, B: 1, b: 0 }, { values: state, B: some.length, b });
      for (let step = horizon + 1; step <= steps; step++) {
        for (const [b, origin] of some.entries())
          data.fillForecastRow(origin + step - horizon, places[b]!, inputs, b * I);
        network.writeInitialState(state);
        const outputs = network.forward(inputs, some.length, 1, null);
        for (let b = 0; b < some.length; b++)
          made.set(outputs.subarray(b * O, (b + 1) * O), ((at + b) * steps + step - 1) * O);
        network.readFinalState(state);
      }
    }
  }

  /** @param rows ascending @returns of each the state after it */
  private statesAfter(rows: readonly number[]): Float64Array[] {
    const { data } = this;
    const states: Float64Array[] = [];
    let present = { series: -1, row: -1, state: this.start };
    for (const row of rows) {
      const series = data.seriesOf(row);
      if (series !== present.series) present = { series, row: data.series[series]!.from - 1, state: this.start };
      const state = this.read(present.row + 1, row + 1, present.state, null);
      present = { series, row, state };
      states.push(state ?? new Float64Array(stateSize(this.spec)));
    }
    return states;
  }

  /** [rows, O], each beside the row that was read last. */
  private outputs(): Float64Array<ArrayBuffer> {
    if (this.raw !== null) return this.raw;
    const raw = new Float64Array(this.data.rows * this.spec.outputSize);
    for (const { from, to } of this.data.series) this.read(from, to, this.start, raw);
    return (this.raw = raw);
  }

  /** Reads rows of one series. @returns the state after them */
  private read(from: number, to: number, start: Float64Array | null, raw: Float64Array | null): Float64Array | null {
    const { network, data, chunk } = this;
    const { inputSize: I, outputSize: O } = this.spec;
    let state = start;
    for (let row = from; row < to; row += chunk) {
      const count = Math.min(chunk, to - row);
      const inputs = new Float64Array(count * I);
      for (let t = 0; t < count; t++) data.fillRow(row + t, inputs, t * I);
      network.writeInitialState(state);
      const outputs = network.forward(inputs, 1, count, null);
      raw?.set(outputs, row * O);
      state = new Float64Array(stateSize(this.spec));
      network.readFinalState(state);
    }
    return state;
  }
}

function longestOf({ series }: ScaledSeries): number {
  return series.reduce((most, { from, to }) => Math.max(most, to - from), 1);
}
