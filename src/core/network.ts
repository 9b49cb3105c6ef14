/**
 * The interface between the trainer and an engine: one recurrent network with its parameters, gradients and
 * optimizer state. The plain TypeScript engine (float64) is the oracle; others must agree with it.
 *
 * Everything crosses this interface in PyTorch's names, shapes and order, whatever layout an engine uses inside.
 * Axes: B batch, T time steps, I inputs, H hidden units, O outputs.
 */
import type { ParameterInfo } from "../shared/trace";

export interface NetworkSpec {
  readonly cell: "linear" | "rnn" | "lstm" | "gru";
  /** Only for `rnn`. */
  readonly nonlinearity: "tanh" | "relu";
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  /** "state": the last hidden state is the output (O = H). "last", "every": a linear read-out at the last or at every step. */
  readonly readout: "state" | "last" | "every";
  readonly outputSize: number;
}

/** One optimizer update as numbers, with the step size of this iteration already resolved. */
export type OptimizerUpdate =
  | { readonly kind: "sgd"; readonly learningRate: number }
  | { readonly kind: "rprop"; readonly etaPlus: number; readonly etaMinus: number; readonly initialStep: number };

export interface UpdateNorms {
  /** L2 norm of the change of the parameters, and of the parameters before it. */
  readonly update: number;
  readonly parameters: number;
}

export interface Network {
  readonly spec: NetworkSpec;
  readonly layout: readonly ParameterInfo[];
  readonly parameterCount: number;

  readParameters(into: Float64Array): void;
  /** Also forgets the optimizer's state. */
  writeParameters(from: Float64Array): void;
  readGradients(into: Float64Array): void;

  /** input: [B, T, I]. Returns outputs [B, 1 or T, O]; a view that the next call overwrites. */
  forward(input: Float64Array, batch: number, timeSteps: number): Float64Array;
  /** outputGradient: dL/d(outputs), same shape. Accumulates into the gradients of the parameters. */
  backward(outputGradient: Float64Array): void;
  zeroGradients(): void;

  /** Global L2 norm; must not overflow while the elements are finite. */
  gradientNorm(): number;
  scaleGradients(factor: number): void;
  /** Each element into [-limit, limit]. */
  clampGradients(limit: number): void;
  applyUpdate(update: OptimizerUpdate): UpdateNorms;

  /** Of the last forward: h_t of `layer`, [B, T + 1, H], entry 0 the initial state. */
  readStates(layer: number, into: Float64Array): void;
  /** Of the last backward: dL/dh_t, same shape. */
  readStateGradients(layer: number, into: Float64Array): void;
}
