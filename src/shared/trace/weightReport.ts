/**
 * What the training thread tells about the weights of a run, in amounts that a view can draw whatever the size of the
 * model.
 */

/** One tensor at one iteration. */
export interface TensorReport {
  readonly name: string;
  readonly shape: readonly number[];
  /** Rows and columns of cells; a vector is one column. */
  readonly rows: number;
  readonly columns: number;
  /** Elements that one cell stands for, down and across; 1 where each has its own. */
  readonly rowStep: number;
  readonly columnStep: number;
  /** [rows, columns]: the element, or of several the one of the largest size. NaN where one is not finite. */
  readonly cells: Float32Array<ArrayBuffer>;
  /** L2 norm. */
  readonly norm: number;
  /** Largest size of an element. */
  readonly largest: number;
}

/** Norms of each tensor over the run, at some of its iterations. */
export interface TensorNorms {
  /** Ascending. */
  readonly iterations: Float64Array<ArrayBuffer>;
  /** [iterations, tensors]: L2 norm before the update of that iteration. */
  readonly norms: Float64Array<ArrayBuffer>;
  /** Same shape: norm of the update made there over that norm. NaN for a tensor of zeros. */
  readonly ratios: Float64Array<ArrayBuffer>;
}

/** Eigenvalues of the matrix that the gradient of a layer is multiplied by, step after step. */
export interface Spectrum {
  /**
   * "weight_hh" for linear and rnn. "meanJacobian" for gated cells: the step Jacobian, averaged over steps and up to 16
   * training sequences; lstm: of h and c together, 2 H eigenvalues.
   */
  readonly of: "weight_hh" | "meanJacobian";
  readonly re: Float64Array<ArrayBuffer>;
  readonly im: Float64Array<ArrayBuffer>;
}

/** Rows. Larger matrices take longer than anybody waits. */
export const MAX_EIGENVALUES = 256;
