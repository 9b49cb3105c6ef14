import type { Checkpoint, PlateauState } from "../numerics/checkpoint";
import type { Batches } from "../tasks/batches";
import type { Network } from "../network/network";
import type { SeededRandom } from "../numerics/random";
import type { BestParameters } from "./bestParameters";

/** The parts of a trainer that change from step to step. */
export interface TrainingState {
  readonly network: Network;
  readonly batches: Batches;
  readonly dropout: SeededRandom | null;
  readonly carried: Float64Array | null;
  readonly best: BestParameters;
  /** See Checkpoint.plateau; restored by whoever owns it. */
  readonly plateau: PlateauState | null;
  readonly metrics: { -readonly [K in keyof Checkpoint["scores"]]: number };
}

/** Between two steps; a copy. */
export function captureCheckpoint(
  { network, batches, dropout, carried, best, plateau, metrics }: TrainingState,
  iteration: number,
): Checkpoint {
  const parameters = new Float64Array(network.parameterCount);
  network.readParameters(parameters);
  const { loss, validationLoss, accuracy, exactAccuracy } = metrics;
  return {
    iteration,
    parameters,
    optimizer: network.readOptimizer(),
    batches: batches.save(),
    dropout: dropout?.save() ?? null,
    carried: carried?.slice() ?? null,
    best: best.save(),
    plateau,
    scores: { loss, validationLoss, accuracy, exactAccuracy },
  };
}

/**
 * Puts a trainer that was made for the same experiment where the checkpoint was captured.
 * @throws RangeError when it is of another one
 */
export function restoreCheckpoint(
  { network, batches, dropout, carried, best, metrics }: TrainingState,
  checkpoint: Checkpoint,
): void {
  const { parameters, optimizer } = checkpoint;
  const fits = (values: Float64Array | null, length: number): boolean => values === null || values.length === length;
  const size = network.parameterCount;
  const others = [optimizer.first, optimizer.second, checkpoint.best?.parameters ?? null];
  if (parameters.length !== size || !others.every((values) => fits(values, size)))
    throw new RangeError(`the checkpoint has ${parameters.length} parameters, the network has ${size}`);
  if ((checkpoint.dropout === null) !== (dropout === null) || checkpoint.carried?.length !== carried?.length)
    throw new RangeError("the checkpoint does not match the training settings");
  batches.restore(checkpoint.batches);
  network.writeParameters(parameters);
  network.writeOptimizer(optimizer);
  if (checkpoint.dropout !== null) dropout?.restore(checkpoint.dropout);
  if (carried !== null && checkpoint.carried !== null) {
    carried.set(checkpoint.carried);
    network.writeInitialState(batches.continues ? carried : null);
  }
  best.restore(checkpoint.best);
  Object.assign(metrics, checkpoint.scores);
}
