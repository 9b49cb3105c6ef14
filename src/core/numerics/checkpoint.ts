/** The state of a random number generator: the 624 words of MT19937 and which of them is next. */
export interface RandomState {
  readonly words: Uint32Array;
  readonly position: number;
}

/**
 * What an optimizer remembers of each parameter, in the order of the layout; null before its first update and where it
 * keeps nothing.
 */
export interface OptimizerState {
  /** Updates made. */
  readonly steps: number;
  /** Momentum; rprop's step; rmsprop's mean square; Adam's m. */
  readonly first: Float64Array | null;
  /** Rprop's sign; rmsprop's velocity; Adam's v. */
  readonly second: Float64Array | null;
}

/** What the schedule reduce-on-plateau remembers. */
export interface PlateauState {
  readonly learningRate: number;
  /** Lowest loss that was an improvement; Infinity before the first. */
  readonly best: number;
  /** Losses observed since then, or since the last reduction or cooldown. */
  readonly withoutImprovement: number;
  /** Losses that are not counted yet. */
  readonly cooldown: number;
  /** Of the training losses of the present epoch, and how many they are. */
  readonly lossSum: number;
  readonly losses: number;
}

/**
 * All that a run goes on from: a trainer of the same experiment, engine and threads that takes it in makes the same
 * steps, bit for bit.
 */
export interface Checkpoint {
  /** Updates made so far. */
  readonly iteration: number;
  readonly parameters: Float64Array;
  readonly optimizer: OptimizerState;
  readonly batches: {
    /** Of the present batch in its epoch. */
    readonly position: number;
    /** The generator as it was before it drew the order of this epoch; null where there is no order to draw. */
    readonly random: RandomState | null;
  };
  /** Where the masks and the noise of the next step come from; null without dropout and noise. */
  readonly dropout: RandomState | null;
  /** The state that the next batch starts from; null where each starts from zeros. */
  readonly carried: Float64Array | null;
  /** At the lowest validation loss so far; null where there was none. Early stopping counts from its iteration. */
  readonly best: {
    readonly iteration: number;
    readonly validationLoss: number;
    readonly parameters: Float64Array;
  } | null;
  /** Null where the learning rate does not depend on the losses, and in checkpoints from before it could. */
  readonly plateau: PlateauState | null;
  /** The loss of the last row, and figures that stay until the next evaluation. */
  readonly scores: {
    readonly loss: number;
    readonly validationLoss: number;
    readonly accuracy: number;
    readonly exactAccuracy: number;
  };
}
