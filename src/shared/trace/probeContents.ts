/** What a file says that `python/rnnlab_probe.py` writes; docs/run-files.md describes its frames. */

/** A recurrent module that is watched. */
export interface ProbedLayer {
  /** Its path in the model. */
  readonly name: string;
  /** Its class, for example "LSTM" or "GRUCell". */
  readonly type: string;
  readonly cell: "rnn" | "lstm" | "gru";
  /** A cell, called once a step by the user's own loop. Gradients of its outputs are the total ones. */
  readonly single: boolean;
  /** Of "rnn"; else null. */
  readonly nonlinearity: string | null;
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** 0 without a projection. */
  readonly projSize: number;
  readonly numLayers: number;
  readonly directions: number;
  readonly bias: boolean;
  /** Of dropout between layers. */
  readonly dropout: number;
  readonly dtype: string | null;
  readonly device: string | null;
}

/** The first frame. */
export interface ProbeStart {
  readonly format: number;
  readonly runId: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Where `watch` was called. */
  readonly watch: { readonly file: string; readonly line: number };
  /** Of torch.distributed; null without it. */
  readonly rank: { readonly rank: number; readonly world: number } | null;
  /** Steps from one capture to the next, at the start. */
  readonly every: number;
  /** Sequences of a batch that are captured, at most. */
  readonly sequences: number;
  readonly maxBytes: number;
  /** Of the whole model. */
  readonly parameters: number;
  readonly layers: readonly ProbedLayer[];
  readonly versions: Readonly<Record<string, string>>;
  readonly writer: { readonly process: number; readonly machine: string };
}

/** One sequence of calls of a layer; its arrays stand beside it in the frame, their shapes in `shapes`. */
export interface CaptureValue {
  /** Calls of `step` before. */
  readonly iteration: number;
  /** Index in the layers of the start. */
  readonly layer: number;
  readonly batchSize: number;
  /** Captured, the first ones of the batch. */
  readonly sequences: number;
  readonly timeSteps: number;
  /** Of each captured sequence, where it was packed; null: all have `timeSteps`. */
  readonly lengths: readonly number[] | null;
  /** Steps of each call; several where a state was handed on in one graph. */
  readonly segments: readonly number[];
  /** Of the output. */
  readonly dtype: string;
  readonly training: boolean;
  /** What the gradients were divided by. */
  readonly scale: number;
  /** Factors of dropout between layers: not applied, drawn once more, or not to be had. */
  readonly masks: "none" | "drawn" | "unknown";
  /** Iteration of the capture whose weights these are; null where weights are not seen. */
  readonly weightsFrom: number | null;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

export interface ProbeEvent {
  readonly kind: string;
  readonly iteration: number;
  readonly detail: {
    /** Index of a layer. */
    readonly layer?: number;
    /** Path of a module that is no layer here, and the name of one of its parameters. */
    readonly module?: string;
    readonly parameter?: string;
    readonly text?: string;
    readonly every?: number;
    readonly calls?: number;
  };
}

export interface ProbeEnd {
  readonly endedAt: number;
  readonly iterations: number;
  /** Why the training ended, where it did not end well. */
  readonly failure: string | null;
  readonly captures: number;
  /** Captured steps that were not written, because the disk or the writer could not keep up. */
  readonly dropped: number;
  /** Processor time of the training thread inside the probe, in seconds. */
  readonly probeSeconds: number;
}

/** Scalars of successive steps. */
export interface ScalarBlock {
  /** Iteration of the first row. */
  readonly first: number;
  readonly rows: number;
  readonly names: readonly string[];
}

/** Where a capture is, without its arrays. */
export interface CaptureEntry {
  readonly value: CaptureValue;
  /** Of the first byte of its frame in the file. */
  readonly start: number;
}

/** A capture with its arrays. */
export interface Capture {
  readonly value: CaptureValue;
  /** Numbers by name, as many as their shape says. */
  readonly arrays: ReadonlyMap<string, Float64Array>;
}

export interface ProbeContents {
  readonly start: ProbeStart;
  /** Columns of equal length by name, `iteration` first; NaN where a step did not name the scalar. */
  readonly scalars: ReadonlyMap<string, Float64Array<ArrayBuffer>>;
  /** Steps recorded so far. */
  readonly iterations: number;
  readonly captures: readonly CaptureEntry[];
  readonly events: readonly ProbeEvent[];
  /** Null while it trains, and for ever where its process was killed. */
  readonly end: ProbeEnd | null;
  /** Bytes from the start up to the first one that is not part of a whole frame. */
  readonly goodBytes: number;
}
