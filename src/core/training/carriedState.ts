import type { TrainingSetup } from "./trainingSetup";

/** Of a stream in batches: the state that one batch ends in, from which the next one starts. */
export class CarriedState {
  /** [L, B, H], for lstm twice; null where every batch starts from zeros. */
  readonly values: Float64Array | null;

  constructor(private readonly setup: TrainingSetup) {
    const { carriesState, spec, batches } = setup;
    const length = (spec.cell === "lstm" ? 2 : 1) * spec.numLayers * batches.size * spec.hiddenSize;
    this.values = carriesState ? new Float64Array(length) : null;
  }

  /** What the current batch starts from; null: zeros. */
  get initial(): Float64Array | null {
    return this.setup.batches.continues ? this.values : null;
  }

  /** Makes the next batch the current one. */
  advance(): void {
    const { network, batches } = this.setup;
    if (this.values !== null) network.readFinalState(this.values);
    batches.advance();
    if (this.values !== null) network.writeInitialState(this.initial);
  }
}
