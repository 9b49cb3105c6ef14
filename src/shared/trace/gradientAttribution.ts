/** How much of the gradient at each state comes from the loss at each step, as the training thread works it out. */
export interface GradientAttribution {
  readonly timeSteps: number;
  /** The output steps k, from 1, ascending; fewer than T for long sequences. */
  readonly steps: Int32Array<ArrayBuffer>;
  /** `values[i * (T + 1) + j]` = |dL_k/dh_j| for k = steps[i], j from 0 to T; zero where j > k. */
  readonly values: Float64Array<ArrayBuffer>;
}
