/**
 * The interface between the trainer and an engine: one recurrent network with its parameters, gradients and
 * optimizer state. The plain TypeScript engine (float64) is the oracle; others must agree with it.
 *
 * Everything crosses this interface in PyTorch's names, shapes and order, whatever layout an engine uses inside.
 * Axes: B batch, T time steps, I inputs, H hidden units, O outputs, L layers.
 *
 * src/shared/trace/networkSpec.ts has the layout of the parameters for every engine.
 */
import type { OptimizerState } from "../numerics/checkpoint";
import type { CellKind, GateName, StatePart } from "../../shared/trace/cells";
import type { NetworkSpec } from "../../shared/trace/networkSpec";
import type { ArithmeticMode, EngineName, ParameterInfo } from "../../shared/trace/trace";
import type { RandomSource } from "../numerics/random";

export type { CellKind, GateName, NetworkSpec };

/**
 * One optimizer update as numbers, with the learning rate of this iteration already resolved. The formulas are in
 * src/core/optimizers.
 */
export type OptimizerUpdate =
  | { readonly kind: "sgd"; readonly learningRate: number; readonly weightDecay: number }
  | {
      readonly kind: "momentum" | "nesterov";
      readonly learningRate: number;
      readonly momentum: number;
      readonly weightDecay: number;
    }
  /** The tutorial's: no limits, first step shrinks. */
  | { readonly kind: "rprop"; readonly etaPlus: number; readonly etaMinus: number; readonly initialStep: number }
  /** PyTorch's: limits, no move where the sign changed. */
  | {
      readonly kind: "rprop-pytorch";
      readonly etaPlus: number;
      readonly etaMinus: number;
      readonly initialStep: number;
      readonly minStep: number;
      readonly maxStep: number;
    }
  | {
      readonly kind: "rmsprop";
      readonly learningRate: number;
      readonly alpha: number;
      readonly epsilon: number;
      readonly momentum: number;
      readonly weightDecay: number;
    }
  | {
      readonly kind: "adam" | "adamw";
      readonly learningRate: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly weightDecay: number;
    };

/** The updates of some kinds. */
export type UpdateOf<K extends OptimizerUpdate["kind"]> = Extract<OptimizerUpdate, { readonly kind: K }>;

export interface UpdateNorms {
  /** L2 norm of the change of the parameters, and of the parameters before it. */
  readonly update: number;
  readonly parameters: number;
}

export interface Network {
  readonly spec: NetworkSpec;
  /** How it computes. */
  readonly arithmetic: ArithmeticMode;
  readonly layout: readonly ParameterInfo[];
  readonly parameterCount: number;

  readParameters(into: Float64Array): void;
  /** Also forgets the optimizer's state. */
  writeParameters(from: Float64Array): void;
  /** As if what the other has, of the same engine and spec, were read and written. */
  adoptParameters(from: Network): void;
  readGradients(into: Float64Array): void;
  /** A copy of what the optimizer remembers, as float64 whatever the engine. */
  readOptimizer(): OptimizerState;
  /** After `writeParameters`. The next update goes on from there. */
  writeOptimizer(state: OptimizerState): void;

  /**
   * The state that the following forwards start from, until it is written again: h_0 [L, B, H], for lstm followed by
   * c_0 [L, B, H], as PyTorch's (h_0, c_0). Null, and the state before the first call: the learned initial state, or
   * zeros, for any batch.
   */
  writeInitialState(from: Float64Array | null): void;
  /** Of the last forward, same shape: h_T, for lstm followed by c_T. */
  readFinalState(into: Float64Array): void;

  /**
   * input: [B, T, I]. Returns outputs [B, 1 or T, O]; a view that the next call overwrites.
   * @param dropout null: nothing is dropped, and nothing is noisy (evaluation). Else where ctrnn draws its input noise
   * from, then for each layer its noise and the masks, see ./leakyNoise.ts. Masks, when spec.dropout > 0:
   * for each layer but the last, from the first on, one `double()` for each element of its output in the order
   * [B, T, H], with two directions [B, T, 2 H]; u < spec.dropout drops, what stays is multiplied by
   * 1 / (1 - spec.dropout).
   * @param lengths steps of each sequence that are data, where a backward layer starts; null or left out: all are.
   * Only a bidirectional network needs them: for others, what follows a sequence changes nothing before it.
   */
  forward(
    input: Float64Array,
    batch: number,
    timeSteps: number,
    dropout: RandomSource | null,
    lengths?: Uint32Array | null,
  ): Float64Array;
  /**
   * outputGradient: dL/d(outputs), same shape, of the last forward. Accumulates into the gradients of the parameters.
   * @param statesOnly only the gradients of the states are wanted: those of the parameters may have any value after it
   */
  backward(outputGradient: Float64Array, statesOnly?: boolean): void;
  /**
   * The L2 penalties of the last forward, which training adds to the loss. The next backward adds their gradients. Left
   * out by an engine that has no cell with penalties; those of other cells are 0.
   * @param share factor of penalties and gradients; 1 if left out
   */
  penalize?(share?: number): number;
  zeroGradients(): void;

  /** Global L2 norm; must not overflow while the elements are finite. */
  gradientNorm(): number;
  scaleGradients(factor: number): void;
  /** Each element into [-limit, limit]. */
  clampGradients(limit: number): void;
  /** The result may be one object that every call overwrites. */
  applyUpdate(update: OptimizerUpdate): UpdateNorms;

  // Readers. `sequence` picks one sequence of the batch; null reads all, with a leading axis B. Of a layer that reads
  // backward, too, entry t belongs to step t of the sequence; entry 0 is NaN, as its initial state is past the end.

  /** Of the last forward: h_t of `layer`, [T + 1, H], entry 0 the initial state. */
  readStates(layer: number, sequence: number | null, into: Float64Array): void;
  /**
   * Of the last backward: dL/dh_t, same shape; of ctrnn-current dL/dv_t. lru: |dL/dz_t| of each unit's complex state z,
   * which h only reads.
   */
  readStateGradients(layer: number, sequence: number | null, into: Float64Array): void;
  /** A part of the state that is carried on, of `layer`, same shape: of lstm "h" or "c", of lru "re" or "im". */
  readPart(layer: number, part: StatePart, sequence: number | null, into: Float64Array): void;
  /** Of a cell with gates: a gate of `layer` after its nonlinearity, [T, H]. */
  readGate(layer: number, gate: GateName, sequence: number | null, into: Float64Array): void;
  /**
   * Batch mean of |dL/dh_t|_2 of the last backward, [T + 1]; of lru over its complex units.
   * @param sums [T + 1], of a layer of one unit whose state is real: is filled with sum_b dL/dh_bt
   */
  readStateGradientNorms(layer: number, into: Float64Array, sums?: Float64Array | null): void;
}

/** What a network is made for: the largest batch and length to come, so that an engine can take its memory once. */
export interface NetworkCapacity {
  readonly batch: number;
  readonly timeSteps: number;
  /** The one that trains; an engine may spend more on it than on those for questions on the side. */
  readonly trains?: boolean;
  /** Of an engine that computes in both; float32 where left out. */
  readonly floats?: EngineName;
  /** Of an engine that computes in both ways; fast where left out. */
  readonly arithmetic?: ArithmeticMode;
}

/** Makes the network of an engine; its parameters are zero. Larger batches than the capacity still work. */
export type CreateNetwork = (spec: NetworkSpec, capacity: NetworkCapacity) => Network;
