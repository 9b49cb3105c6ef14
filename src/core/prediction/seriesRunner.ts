import * as l10n from "@vscode/l10n";
import type { LaterInput, RecordedTable } from "../../tables/recordedTable";
import type { CreateNetwork, Network } from "../network/network";
import type { Unit } from "../tasks/task";
import { PredictionError, type TrainedModel } from "./trainedModel";

/** Numbers that a batch of windows may have in the states of its network, and windows in a batch. */
const MOST_NUMBERS = 2 ** 21;
const MOST_WINDOWS = 64;

/** A trained network over the rows of a table, scaled as in training. */
export class SeriesRunner {
  readonly rows: number;
  readonly later: readonly LaterInput[];
  /** One for each input of the network. */
  private readonly inputs: readonly Float64Array[];
  private readonly network: Network;
  private readonly batch: number;

  /** @throws PredictionError when the table has too few rows for a window */
  constructor(
    readonly model: TrainedModel,
    table: RecordedTable,
    createNetwork: CreateNetwork,
  ) {
    const { recipe, spec, parameters } = model;
    if (table.inputs.length !== recipe.inputs.length)
      throw new PredictionError(
        l10n.t("the columns give {0} inputs, but the weights are for {1}", table.inputs.length, recipe.inputs.length),
      );
    if (table.rows < recipe.length)
      throw new PredictionError(
        l10n.t(
          "{0} rows are too few: the network reads windows of {1} rows (task.length)",
          table.rows.toLocaleString("en-US"),
          recipe.length.toLocaleString("en-US"),
        ),
      );
    this.rows = table.rows;
    this.later = table.later;
    this.inputs = table.inputs.map((values, i) => values.map((value) => scaled(value, recipe.inputs[i]!)));
    const each = recipe.length * (spec.hiddenSize * spec.numLayers * 5 + spec.inputSize);
    this.batch = Math.max(1, Math.min(MOST_WINDOWS, Math.floor(MOST_NUMBERS / each)));
    this.network = createNetwork(spec, { batch: this.batch, timeSteps: recipe.length });
    this.network.writeParameters(parameters);
  }

  /** Input `i` of a row of the table. */
  inputAt(i: number, row: number): number {
    return this.inputs[i]![row]!;
  }

  /**
   * @param count windows @param fill writes input [T, I] of a window into `into`, from `offset` on
   * @returns the outputs at the last step, [count, O], scaled
   */
  run(count: number, fill: (window: number, into: Float64Array, offset: number) => void): Float64Array {
    const { length: T, inputs, targets } = this.model.recipe;
    const [I, O] = [inputs.length, targets.length];
    const results = new Float64Array(count * O);
    const values = new Float64Array(Math.min(this.batch, count) * T * I);
    for (let at = 0; at < count; at += this.batch) {
      const size = Math.min(this.batch, count - at);
      for (let b = 0; b < size; b++) fill(at + b, values, b * T * I);
      const outputs = this.network.forward(values.subarray(0, size * T * I), size, T, null);
      const steps = outputs.length / (size * O);
      for (let b = 0; b < size; b++)
        for (let o = 0; o < O; o++) results[(at + b) * O + o] = outputs[((b + 1) * steps - 1) * O + o]!;
    }
    return results;
  }
}

function scaled(value: number, { mean, deviation }: Unit): number {
  return (value - mean) / deviation;
}

/** A value of a network in the units of its column. */
export function unscaled(value: number, { mean, deviation }: Unit): number {
  return value * deviation + mean;
}
