import type { TrainingSetup } from "./trainingSetup";
import { statePartCount } from "../../shared/trace/cells";

/** Of a stream in batches: the state that one batch ends in, from which the next one starts. */
export class CarriedState {
  /** [L, B, H], for lstm twice; null where every batch starts from zeros. */
  readonly values: Float64Array | null;

  constructor(private readonly setup: TrainingSetup) {
    const { carriesState, spec, batches } = setup;
    const length = statePartCount(spec.cell) * spec.numLayers * batches.size * spec.hiddenSize;
    this.values = carriesState ? new Float64Array(length) : null;
  }

  /** What the current batch starts from; null: zeros. */
  get initial(): Float64Array | null {
    return this.setup.batches.continues ? this.values : null;
  }

  /** Makes the next batch the current one. */
  advance(): void {
    const { network, batches } = this.setup;
    const { values } = this;
    if (values !== null) network.readFinalState(values);
    batches.advance();
    if (values === null) return;
    for (let b = 0; b < batches.size; b++)
      if (batches.starts(b)) clearRow(values, b, batches.size, network.spec.hiddenSize);
    network.writeInitialState(this.initial);
  }
}

/** The state of row `b` of a batch becomes zeros. @param values [blocks, batch, units] */
export function clearRow(values: Float64Array, b: number, batch: number, units: number): void {
  for (let start = b * units; start < values.length; start += batch * units) values.fill(0, start, start + units);
}
