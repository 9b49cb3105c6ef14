/** What theory says of the size of the gradient on its way back, as the training thread works it out. */
export interface GradientDecay {
  /**
   * Relative to |dL/dh_from|, [T + 1]: entry t is for dL/dh_t. Zero behind a cut of truncated backpropagation. Signed
   * for a cell of one unit whose weight is negative.
   */
  readonly curve: Float64Array<ArrayBuffer>;
  /** The step where the product begins: T, or T - 1 for lstm. */
  readonly from: number;
  /** Of weight_hh, largest modulus of its eigenvalues; the weight itself for one unit. Null for gated cells. */
  readonly radius: number | null;
  /** Mean of tanh' or of the active relu units, or of the forget or update gates. Null for linear cells. */
  readonly share: number | null;
  /** Training sequences that this is the mean over. */
  readonly sequences: number;
}
