/**
 * What the dynamics of a network are, in float64, with its parameters at one iteration. A state h has n numbers: h of
 * each layer, then for lstm c of each layer. F(h) is the state one step later, under one input.
 */

export type FixedPointKind = "stable" | "saddle" | "unstable";

/** A state with F(h) = h within rounding, or a slow one, where |F(h) - h| has a minimum that is not zero. */
export interface FixedPoint {
  /** [n] */
  readonly state: Float64Array<ArrayBuffer>;
  /** |F(h) - h|^2 / 2 */
  readonly q: number;
  readonly kind: FixedPointKind;
  /** Eigenvalues of dF/dh with a modulus above 1. */
  readonly unstable: number;
  /** [n] each, in descending order of the modulus. */
  readonly re: Float64Array<ArrayBuffer>;
  readonly im: Float64Array<ArrayBuffer>;
  /** In the axes of the principal components, [3]. */
  readonly place: Float64Array<ArrayBuffer>;
  /** [directions, 3]: unstable directions of length 1 there, of the largest eigenvalues; of a complex pair two. */
  readonly directions: Float64Array<ArrayBuffer>;
}

/** Principal components of the states that sequences of the data visit. */
export interface StateAxes {
  /** [n] */
  readonly mean: Float64Array<ArrayBuffer>;
  /** [3, n], each of length 1; zeros where a state has fewer numbers. */
  readonly axes: Float64Array<ArrayBuffer>;
  /** [3]: the share of the variance of each. */
  readonly shares: Float64Array<ArrayBuffer>;
}

export interface Trajectories extends StateAxes {
  readonly sequences: number;
  readonly timeSteps: number;
  /** [sequences, timeSteps + 1, 3]; entry 0 is the initial state. */
  readonly places: Float64Array<ArrayBuffer>;
  /** The class of each sequence where each has one; else null. */
  readonly classes: readonly number[] | null;
  /** [sequences, timeSteps]: the first number of the input, or of symbols which one it is. */
  readonly inputs: Float64Array<ArrayBuffer>;
}

export interface FixedPoints {
  /** The constant input, [I]. */
  readonly input: Float64Array<ArrayBuffer>;
  readonly points: readonly FixedPoint[];
  readonly slowPoints: readonly FixedPoint[];
  /** Starts of the search; those that ended at a fixed or slow point, and those that ended outside of the states. */
  readonly starts: number;
  readonly settled: number;
  readonly outliers: number;
  readonly trajectories: Trajectories;
}

/** Along one sequence of the data. */
export interface StepJacobians {
  readonly sequence: number;
  readonly timeSteps: number;
  /** The steps t that follow, ascending: all, or of a large network some that are spread evenly. */
  readonly steps: Float64Array<ArrayBuffer>;
  /** Of dh_t / dh_{t-1}, [steps, n], descending. */
  readonly singularValues: Float64Array<ArrayBuffer>;
  /** [steps, n], in descending order of the modulus. */
  readonly re: Float64Array<ArrayBuffer>;
  readonly im: Float64Array<ArrayBuffer>;
  /**
   * Of dh_T / dh_0: natural logarithms of its singular values, and of the moduli of its eigenvalues, [n] each. NaN
   * where one is below the rounding of the largest.
   */
  readonly logProduct: Float64Array<ArrayBuffer>;
  readonly logProductEigenvalues: Float64Array<ArrayBuffer>;
}

export interface Lyapunov {
  readonly input: Float64Array<ArrayBuffer>;
  /** The largest ones, descending, per step. */
  readonly exponents: Float64Array<ArrayBuffer>;
  /** The estimates after more and more steps: [checks, exponents], and the steps of each. */
  readonly history: Float64Array<ArrayBuffer>;
  readonly historySteps: Float64Array<ArrayBuffer>;
  /** Steps that were averaged over, and those before them. */
  readonly steps: number;
  readonly transient: number;
  /** The dimension of the attractor by Kaplan and Yorke; null where more exponents would be needed for it. */
  readonly dimension: number | null;
}

export interface Sharpness {
  /** Eigenvalues of the Hessian of the loss, descending, and a bound of the error of each. */
  readonly eigenvalues: Float64Array<ArrayBuffer>;
  readonly errors: Float64Array<ArrayBuffer>;
  /** Sequences that the loss is the mean over. */
  readonly sequences: number;
  readonly loss: number;
  readonly learningRate: number | null;
  /** The sharpness above which the optimizer is unstable on a quadratic; null where there is no such number. */
  readonly threshold: number | null;
  /** The simple noise scale tr(Sigma) / |G|^2, in sequences; null where the mean gradient is below its noise. */
  readonly noiseScale: number | null;
  /** tr(Sigma), the variance of the gradient of one sequence, and |G|^2, without bias. */
  readonly gradientVariance: number;
  readonly gradientSquared: number;
  readonly batches: number;
  readonly batchSize: number;
}

export interface InputMemory {
  readonly timeSteps: number;
  /**
   * The root mean square over sequences of |dy_T / dx_t|, Frobenius norm, [T]; null of one layer alone, whose model has
   * the outputs.
   */
  readonly inputGradient: Float64Array<ArrayBuffer> | null;
  /** Sequences of it. */
  readonly sequences: number;
  /** Of a linear map from the state h_t to x_{t-k}, on sequences it was not fitted to: R^2 for k = 0, 1, ... */
  readonly decodable: Float64Array<ArrayBuffer>;
  /** The sum of R^2 over the lags, negative ones left out. */
  readonly capacity: number;
  /** Pairs of state and input, fitted and tested, of lag 0. */
  readonly fitted: number;
  readonly tested: number;
}
