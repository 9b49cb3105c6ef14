import type { TrainingSetup } from "./trainingSetup";
import { stateBlocks, stateSize } from "../../shared/trace/networkSpec";
import { clearStateRow } from "../network/stateRows";

/** Of a stream in batches: the state that one batch ends in, from which the next one starts. */
export class CarriedState {
  /** See Network.readFinalState; null where every batch starts from zeros. */
  readonly values: Float64Array | null;

  constructor(private readonly setup: TrainingSetup) {
    const { carriesState, spec, batches } = setup;
    this.values = carriesState ? new Float64Array(batches.size * stateSize(spec)) : null;
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
      if (batches.starts(b)) clearStateRow(stateBlocks(network.spec), { values, B: batches.size, b });
    network.writeInitialState(this.initial);
  }
}
