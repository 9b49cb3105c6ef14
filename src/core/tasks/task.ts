/** Sequences with their targets, flat, row after row. N sequences, T time steps, I inputs, O outputs. */
export interface Dataset {
  readonly sequences: number;
  readonly timeSteps: number;
  readonly inputSize: number;
  /** Numbers per output step. */
  readonly outputSize: number;
  /** 1: one target for the whole sequence; T: one for every step. */
  readonly outputSteps: number;
  /** [N, T, I] */
  readonly inputs: Float64Array;
  /** [N, outputSteps, O] */
  readonly targets: Float64Array;
}
