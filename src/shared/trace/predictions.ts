/**
 * What a network answers to many sequences, beside what would be right; and how well it does at other lengths and as a
 * writer.
 */
import type { TraceHeader } from "./trace";

/** "both": the rows of a series on either side of the split. */
export type DataPart = "training" | "validation" | "both";

export interface Predictions {
  /** "both" for a series only. */
  readonly part: DataPart;
  /** Number of the first sequence that was looked at; the others follow. */
  readonly first: number;
  readonly sequences: number;
  /** How many of `sequences` are for training: the first ones. */
  readonly training: number;
  /** How many the part has. */
  readonly of: number;
  readonly targetKind: NonNullable<TraceHeader["data"]>["targetKind"];
  /**
   * "series": windows of one series, of which each gives its last output. "steps": an output at every step. "last": one
   * a sequence.
   */
  readonly arrangement: "series" | "steps" | "last";
  /** Outputs of a sequence, and numbers of each. */
  readonly steps: number;
  readonly width: number;
  /** [sequences, steps, width]: values in the units of the data, probabilities of a 1, or the likeliest class. */
  readonly outputs: Float64Array<ArrayBuffer>;
  /** Same shape: what would be right. */
  readonly targets: Float64Array<ArrayBuffer>;
  /** Of a series, the row of the file that each target is from, counted from 1 after the header; empty otherwise. */
  readonly rows: Float64Array<ArrayBuffer>;
  /**
   * Of a series, [sequences, width]: the last value that the network has seen of what it predicts. Empty where that is
   * none of its inputs.
   */
  readonly repeated: Float64Array<ArrayBuffer>;
  /** [sequences, steps] for bits and classes: the probability that the right answer gets. Empty for values. */
  readonly confidence: Float64Array<ArrayBuffer>;
  /** What the values are called; empty where they have no name. */
  readonly names: readonly string[];
  /** Values count as right within this distance, where right and wrong make sense. */
  readonly tolerance: number | null;
  /** Mean over the sequences shown of each part; null for a part without any. Without dropout. */
  readonly loss: { readonly training: number | null; readonly validation: number | null };
  /** Each sequence starts with the state that the one before it ended in, as in training; otherwise with zeros. */
  readonly carriesState: boolean;
  /** Training drops units out, which raises its loss. */
  readonly trainsWithDropout: boolean;
  readonly accuracy: number | null;
  /** Share of sequences of which all is right; null where a sequence has one output. */
  readonly exactAccuracy: number | null;
}

export interface LengthPoint {
  readonly length: number;
  /** How many were tried. */
  readonly sequences: number;
  readonly loss: number;
  readonly accuracy: number | null;
  readonly exactAccuracy: number | null;
}

/** Longest sequences of a task, as its schema has it. */
export const MAX_LENGTH = 100_000;

/** Longest prime and text of a sample. */
export const MAX_PRIME_LENGTH = 500;
export const MAX_SAMPLE_LENGTH = 2000;
export const MAX_TEMPERATURE = 100;
