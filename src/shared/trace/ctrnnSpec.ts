/** What a leaky network has beside the numbers of every network. */

/**
 * Where the leak is. With alpha = dt / tau, p_t = W_ih x_t + W_hh h_{t-1} + b and standard normal numbers xi_t:
 *
 *   rate          h_t = (1 - alpha) h_{t-1} + alpha f(p_t + sqrt(2 / alpha) sigma xi_t)
 *   current       v_t = (1 - alpha) v_{t-1} + alpha p_t + sqrt(2 alpha) sigma xi_t,       h_t = f(v_t)
 *   leak-inside   h_t = f((1 - alpha) h_{t-1} + alpha p_t + sqrt(2 alpha) sigma xi_t)
 */
export type CtrnnForm = "rate" | "current" | "leak-inside";

export type CtrnnNonlinearity = "tanh" | "relu" | "softplus" | "retanh" | "power";

export interface CtrnnSpec {
  readonly form: CtrnnForm;
  readonly nonlinearity: CtrnnNonlinearity;
  /** dt / tau, in (0, 1]; where tau is learned, at the start. */
  readonly alpha: number;
  /** Whether each unit has an alpha of its own: the sigmoid of the parameter `leak_l{l}` [H]. */
  readonly learnedTau: boolean;
  /** Standard deviations sigma of the recurrent and of the input noise of the continuous process, in training. */
  readonly noise: number;
  readonly inputNoise: number;
  /** Which recurrent connections there are, and their signs. */
  readonly connections: ConnectionSpec;
  /** Factors of the mean square of the rates h, and of that of each weight matrix, in the loss of training. */
  readonly rateL2: number;
  readonly weightL2: number;
}

export interface ConnectionSpec {
  /**
   * Dale's law: the first so many units of each layer send weights >= 0, the others weights <= 0, and none to itself.
   * Null: any signs.
   */
  readonly excitatory: number | null;
  /** The probability of each connection, or 1 and 0 for each, [H, H] by rows; row i has what unit i receives. */
  readonly connectivity: number | readonly (readonly number[])[];
  /** Of the draw of the connections. */
  readonly seed: number;
}

export function hasPenalties({ rateL2, weightL2 }: CtrnnSpec): boolean {
  return rateL2 > 0 || weightL2 > 0;
}

/** The standard deviation of noise that is added to a sum at each step, before the factor alpha. */
export function noiseScale(sigma: number, alpha: number): number {
  return Math.sqrt(2 / alpha) * sigma;
}
