/**
 * What the weights and states predict for the size of the gradient on its way back. Computed in the training thread.
 */
export interface GradientDecay {
  /**
   * [T + 1], relative to |dL/dh_T|: entry t is for dL/dh_t. The direction of the read-out, sent back through the mean
   * Jacobian of each step, in which each sequence has the weight of what it still carries; for a lower layer with what
   * the layers above send into it at every step. Losses before the last step are left out. With one sequence it is
   * backpropagation itself. Zero behind a cut of truncated backpropagation. Signed for a cell of one unit whose factor
   * is negative.
   */
  readonly curve: Float64Array<ArrayBuffer>;
  /**
   * Per step back: the spectral radius of the mean step Jacobian, over sequences and steps (lstm: of h and c together).
   * Where that Jacobian is 1 x 1, its only entry, with its sign.
   */
  readonly factor: number;
  /**
   * The product of what the units keep of their state, unit by unit, as a root mean square over the units: the forget
   * gate of lstm, the update gate of gru, |lambda| of lru, a of rglru. Null for other cells.
   */
  readonly cellAlone: {
    /** [T + 1], relative to its value at `from`; 1 at later steps. */
    readonly curve: Float64Array<ArrayBuffer>;
    /** The step where it begins: T, or T - 1 for lstm. */
    readonly from: number;
    /** Mean over units, steps and sequences of the gate. */
    readonly share: number;
    /** lru: |lambda| of each unit, by which every step back multiplies its gradient. Null for other cells. */
    readonly moduli: Float64Array<ArrayBuffer> | null;
  } | null;
  /** rnn of several units: what the slopes f' of the units do to weight_hh. Null for other cells. */
  readonly slopes: {
    /** Spectral radius of weight_hh alone. */
    readonly radius: number;
    /** Mean of f' over units, steps and sequences. */
    readonly mean: number;
    readonly nonlinearity: "tanh" | "relu";
  } | null;
  /** Training sequences averaged over. */
  readonly sequences: number;
}
