import type { Experiment } from "../../config/schema/schema";
import type { TensorNorms } from "../../shared/trace/weightReport";
import type { Network } from "../network/network";
import type { Trainer } from "../training/trainer";

/** A run at one of its iterations, for questions on the side: nothing that is done with it changes the training. */
export interface RunSnapshot {
  readonly experiment: Experiment;
  /** Of the run. It may have gone on since: for what the parameters are asked of, use `parameters`. */
  readonly trainer: Trainer;
  /** The row that the parameters belong to. */
  readonly iteration: number;
  /** Flat, in the order of `trainer.layout`. */
  readonly parameters: Float64Array<ArrayBuffer>;
  /**
   * A network of the engine that trains, at `parameters`, for one sequence at a time (larger batches work and take
   * memory). The same one at every call; it belongs to this snapshot until the question is answered.
   */
  network(): Network;
  /** Over the whole run as far as it is. */
  norms(): TensorNorms;
}

/** Networks that wait for the next question: making one takes memory and, with WebAssembly, milliseconds. */
export class QuestionNetworks {
  private readonly free: Network[] = [];

  constructor(private readonly trainer: Trainer) {}

  take(parameters: Float64Array): Network {
    const network =
      this.free.pop() ?? this.trainer.cloneNetwork({ batch: 1, timeSteps: this.trainer.dataset.timeSteps });
    network.writeParameters(parameters);
    network.writeInitialState(null);
    return network;
  }

  restoreFromSnapshot(network: Network): void {
    this.free.push(network);
  }
}

/** The parameters of one iteration, and what is known of the others. */
export interface SnapshotSource {
  readonly iteration: number;
  readonly parameters: Float64Array<ArrayBuffer>;
  readonly norms?: () => TensorNorms;
}

const NO_NORMS: TensorNorms = {
  iterations: new Float64Array(0),
  norms: new Float64Array(0),
  ratios: new Float64Array(0),
};

/** @param networks where its network comes from; without them it makes one of its own */
export function createSnapshot(
  experiment: Experiment,
  trainer: Trainer,
  source: SnapshotSource,
  networks = new QuestionNetworks(trainer),
): RunSnapshot & { release(): void } {
  let network: Network | null = null;
  const { iteration, parameters, norms = () => NO_NORMS } = source;
  return {
    experiment,
    trainer,
    iteration,
    parameters,
    norms,
    network: () => (network ??= networks.take(parameters)),
    release() {
      if (network !== null) networks.restoreFromSnapshot(network);
      network = null;
    },
  };
}
