/**
 * The trace: what a run tells about itself, as data in columns.
 *
 * A trace is a header and rows; a row is one traced iteration. Every column holds
 * `length` numbers a row, so scalars (loss) and vectors (gradient over time) travel alike.
 * Row k describes the model *before* update k: loss and gradients at the parameters of row k.
 * A finished run of N iterations therefore has N + 1 iterations, 0 to N.
 * NaN and infinities are values like any other and are kept.
 */
import type { TypingHint, LengthPlan } from "./taskHints";

export const TRACE_VERSION = 1;

export interface ColumnSpec {
  /** See {@link COLUMN} for the names every trace has. */
  readonly name: string;
  /** Numbers per row. */
  readonly length: number;
  /** How a row of `length` numbers is to be read, slowest axis first, e.g. [T + 1, H]. Its product is `length`. */
  readonly shape: readonly number[];
}

/** Columns that every trace has, one number a row. */
export const COLUMN = {
  /** 0-based iteration the row describes. */
  iteration: "iteration",
  /** Training loss at the parameters of this row. */
  loss: "loss",
  /** L2 norm of the whole gradient before clipping. */
  gradientNorm: "gradientNorm",
  /** The same after clipping; equal to gradientNorm when nothing was clipped. */
  clippedNorm: "clippedNorm",
  /** |update| / |parameters| of the update made at this iteration; 0 where none was made. */
  updateRatio: "updateRatio",
} as const;

/** Columns of one number a row that a trace has where they make sense. */
export const OPTIONAL_COLUMN = {
  /** Of the update made at this iteration; where the optimizer has one. */
  learningRate: "learningRate",
  /** Loss over the sequences held out, at the last evaluation; where some are held out. */
  validationLoss: "validationLoss",
  /**
   * Share of right outputs, 0 to 1: of the held-out sequences at the last evaluation, else of the batch. Where outputs
   * are right or wrong.
   */
  accuracy: "accuracy",
  /** Share of sequences with all outputs right; where a sequence has several. */
  exactAccuracy: "exactAccuracy",
  /**
   * Cosine between the gradient before and after clipping: 1 where its direction was kept. Where each element is
   * clipped by itself.
   */
  clipCosine: "clipCosine",
} as const;

/** Vector columns; a trace has those that its model gives. `l` is the layer, 0 nearest to the input. */
export const vectorColumn = {
  /** All parameters, flat, in the order of the header's `parameters`. Only for small models. */
  parameters: "parameters",
  /** Batch mean of |dL/dh_t|_2. Shape [T + 1]; entry 0 is the initial state. */
  stateGradNorm: (l: number) => `stateGradNorm.l${l}`,
  /** Sum over the batch of dL/dh_t, signed; only where the layer has one unit. Shape [T + 1]. */
  stateGradSum: (l: number) => `stateGradSum.l${l}`,
  /**
   * Hidden states of the inspected sequence. Shape [T + 1, units]; entry 0 is the initial state; units is H, or fewer
   * for large models: the first ones.
   */
  state: (l: number) => `state.l${l}`,
  /** dL/dh_t of the inspected sequence. Shape [T + 1, units]. */
  stateGrad: (l: number) => `stateGrad.l${l}`,
  /**
   * A gate of the inspected sequence after its nonlinearity: i, f, g, o of lstm; r, z, n of gru; i, r, a of rglru.
   * Shape [T, units].
   */
  gate: (gate: string, l: number) => `gate.${gate}.l${l}`,
  /**
   * A part of the state that is not the output, of the inspected sequence: c of lstm, modulus and argument of lru.
   * Shape [T + 1, units].
   */
  part: (part: string, l: number) => (part === "c" ? `cell.l${l}` : `${part}.l${l}`),
  /** Model output for the inspected sequence. Shape [outputs], or [T, outputs] with a read-out at every step. */
  output: "output",
} as const;

export interface ParameterInfo {
  /** PyTorch's name, e.g. weight_hh_l0. */
  readonly name: string;
  readonly shape: readonly number[];
  /** First element in the flat parameter vector. */
  readonly offset: number;
}

export type EngineName = "float64" | "float32";

/** How products are added: fused with one rounding, or separately with two, which gives the same bits everywhere. */
export type ArithmeticMode = "fast" | "portable";

export interface TraceHeader {
  readonly version: typeof TRACE_VERSION;
  readonly runId: string;
  readonly name: string;
  /** Hash of the resolved config: two runs with the same hash and engine have the same trace. */
  readonly configHash: string;
  readonly engine: EngineName;
  /**
   * float64 was computed in WebAssembly. Left out where in plain TypeScript, whose last digits differ, as in all runs
   * once; float32 is always in WebAssembly.
   */
  readonly webAssembly?: true;
  /** How it was computed, whatever was asked for; left out in earlier runs. */
  readonly arithmetic?: ArithmeticMode;
  /** Iterations asked for. */
  readonly iterations: number;
  /** Time steps T of the inspected sequence. */
  readonly timeSteps: number;
  readonly cell: string;
  readonly hiddenSize: number;
  /** With two directions each of a layer counts, in PyTorch's order: forward, then backward. */
  readonly numLayers: number;
  /** Of a bidirectional model; left out for others. */
  readonly directions?: 2;
  readonly parameters: readonly ParameterInfo[];
  readonly columns: readonly ColumnSpec[];
  /** The sequence whose states are traced. `input` has shape [T, inputSize], `target` [outputs]. */
  readonly inspected: {
    readonly sequence: number;
    readonly inputSize: number;
    readonly input: readonly number[];
    readonly target: readonly number[];
  };
  /** How inputs, outputs and targets of the inspected sequence are to be read; as values when left out. */
  readonly data?: {
    /** "one-hot": of the inputs of a step the one that is 1 is its symbol. */
    readonly inputKind: "values" | "one-hot";
    /** "bits", "classes": the outputs are logits; a target of classes is one index a step. */
    readonly targetKind: "values" | "bits" | "classes";
    /** Text of each symbol and class; null when they have none. */
    readonly vocabulary: readonly string[] | null;
    /** Labels of the classes, as written in the data file; left out where they have none of their own. */
    readonly classes?: readonly string[];
    /** Whether there are measures beside loss and accuracy to ask for. */
    readonly measured?: boolean;
    /** Whether sequences are trials whose choices depend on a coherence. */
    readonly coherences?: boolean;
    /** Whether they are trials in which two strengths are compared. */
    readonly pairs?: boolean;
    /** Whether the loss is at one step of each sequence alone, although there is an output at every step. */
    readonly answersOnce?: boolean;
    /** Iterations in an epoch: its batches, over the batches of an iteration. */
    readonly batchesPerEpoch: number;
    /** How many sequences there are; numbers from 0, those for training first. */
    readonly sequences?: { readonly training: number; readonly validation: number };
    /** How a sequence of the reader's own is typed. */
    readonly typing?: TypingHint;
    /** Other lengths at which the task can be tried; left out where there are none. */
    readonly lengths?: LengthPlan;
    /** How the columns of a table were read and scaled, as files of weights say it; left out where there are none. */
    readonly recipe?: Readonly<Record<string, string>>;
  };
  /** The clip in force, for the charts. */
  readonly clip: { readonly norm: number } | { readonly value: number } | null;
  /** Time steps of truncated backpropagation, see NetworkSpec; left out where nothing is cut. */
  readonly truncate?: number;
  /** Of a run that a probe records in Python; left out for the lab's own. */
  readonly probed?: ProbedTrace;
}

/**
 * What a run that a probe records has instead of one stack of layers. A row is one captured step. `timeSteps` is that
 * of the longest sequence so far; shorter ones end in NaN. `gradientNorm` of a row is the largest mean |dL/dh_t| in it,
 * as the gradient of the weights is not recorded; clippedNorm and updateRatio are NaN.
 */
export interface ProbedTrace {
  /** By the layer of the vector columns: each direction of each layer of each module that is watched. */
  readonly layers: readonly {
    /** "encoder.lstm · layer 0 · backward" */
    readonly name: string;
    readonly cell: string;
    /** Of a state. */
    readonly units: number;
    /** Its gradient flows from the first time step to the last. */
    readonly isBackward: boolean;
  }[];
  /** Names that `step` was called with, beside those that have columns of their own; see `namedScalar`. */
  readonly scalars: readonly string[];
  /** Of the whole model. */
  readonly parameters: number;
}

/** Rows in columns: `columns[i]` holds `rows * header.columns[i].length` numbers, row after row. */
export interface TraceRows {
  readonly rows: number;
  readonly columns: readonly Float64Array<ArrayBuffer>[];
}

/** {@link TraceRows} on their way to a page, where vectors of a float32 run need no more than float32. */
export interface FrameRows {
  readonly rows: number;
  readonly columns: readonly (Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>)[];
}

/** Where a trainer writes its rows; its columns are those of the header, in order. */
export interface TraceRecorder {
  /** Read again after every `nextRow()`: making room may replace them. */
  readonly columns: readonly Float64Array[];
  /** Makes room for a row and returns its index r: column i holds it from `r * length` on. */
  nextRow(): number;
}

/** Loss over a grid of two parameters, at one batch of data. */
export interface LossSurface {
  readonly runId: string;
  /** Index in the flat parameter vector. */
  readonly xParameter: number;
  readonly yParameter: number;
  readonly xRange: readonly [number, number];
  readonly yRange: readonly [number, number];
  /** `loss[row * columns + column]`, row along y from yRange[0] up, both ends included. */
  readonly columns: number;
  readonly rows: number;
  readonly loss: Float64Array<ArrayBuffer>;
}

export interface GradientCheckTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Elements compared; left out when all were. They are spread evenly over the tensor. */
  readonly checked?: number;
  /** max over the elements compared of |analytic - numeric| / max(|analytic|, |numeric|, floor). */
  readonly maxRelativeError: number;
  /**
   * Error at each of the check's `epsilons`, over the elements with the largest gradients; left out where that would
   * take too long.
   */
  readonly errors?: readonly number[];
  /** The element where it happens, and both values there. */
  readonly worst: { readonly index: number; readonly analytic: number; readonly numeric: number };
}

export interface GradientCheck {
  readonly iteration: number;
  readonly epsilon: number;
  /** Other steps that were tried, for curves of the error, the largest first. */
  readonly epsilons?: readonly number[];
  readonly tolerance: number;
  readonly passed: boolean;
  readonly tensors: readonly GradientCheckTensor[];
}

export const RUN_PHASES = ["idle", "starting", "running", "paused", "done", "stopped", "diverged", "failed"] as const;
export type RunPhase = (typeof RUN_PHASES)[number];

/** The lowest validation loss of a run so far; of equal ones the first. */
export interface BestValidation {
  readonly iteration: number;
  readonly validationLoss: number;
}

export interface RunStatus {
  readonly phase: RunPhase;
  /** Iteration reached and iterations asked for. */
  readonly iteration: number;
  readonly iterations: number;
  readonly loss: number | null;
  /** Training time so far, without pauses and without time spent waiting for a pace; milliseconds. */
  readonly trainMs: number;
  /** Training steps a second over the last reports; 0 when not running. */
  readonly stepsPerSecond: number;
  /** Null while nothing was validated. */
  readonly best: BestValidation | null;
  /** Why the run failed, diverged or stopped early, in words for a person: a whole sentence. */
  readonly message: string | null;
  /** What may help against what the message says, in sentences of its own; null when nothing is known to. */
  readonly advice: string | null;
}

export const IDLE: RunStatus = {
  phase: "idle",
  iteration: 0,
  iterations: 0,
  loss: null,
  trainMs: 0,
  stepsPerSecond: 0,
  best: null,
  message: null,
  advice: null,
};

/** The message and the advice, where there is no room to set them apart; null when there is neither. */
export function explain({ message, advice }: Pick<RunStatus, "message" | "advice">): string | null {
  return [message, advice].filter((text) => text !== null).join(" ") || null;
}

/** Numbers of h in each layer: H, of an lstm with a projection fewer. */
export function stateUnits({ hiddenSize, parameters, probed }: TraceHeader): number {
  if (probed !== undefined) return hiddenSize;
  return parameters.find(({ name }) => name.startsWith("weight_hr_l"))?.shape[0] ?? hiddenSize;
}
