import type { SequenceValues } from "./sequenceValues";

/**
 * Sequences with their targets, flat, row after row. N sequences, T time steps, I inputs, O outputs of the network.
 * The first `trainingSequences` are for training, the rest for validation.
 */
export interface Dataset {
  readonly sequences: number;
  readonly trainingSequences: number;
  readonly timeSteps: number;
  readonly inputSize: number;
  /** Outputs of the network per output step: numbers, logits of bits, or logits of classes. */
  readonly outputSize: number;
  /** 1: one target for the whole sequence; T: one for every step. */
  readonly outputSteps: number;
  /**
   * "one-hot": `inputs` holds one symbol of 0 to I - 1 a step, and the network sees I inputs of which that one is 1.
   */
  readonly inputKind: "values" | "one-hot";
  /** Of a sequence [T, I], or symbols [T]. */
  readonly inputs: SequenceValues;
  readonly targetKind: "values" | "bits" | "classes";
  /** Of classes with labels of their own, as written in the file, in the order of their numbers. */
  readonly classes?: readonly string[];
  /** Of a sequence [outputSteps, O], or for classes the index of the right one, [outputSteps]. */
  readonly targets: SequenceValues;
  /**
   * Of a sequence [outputSteps]: what each output step counts in the loss; one of weight 0 counts for nothing, in the
   * accuracy as well. Absent: all count alike.
   */
  readonly weights?: SequenceValues;
  /** How many steps of each sequence are data; what follows is padding. Absent: all of them have `timeSteps`. */
  readonly lengths?: Uint32Array;
  /** True where one output step of a sequence counts, its last one, although there is an output at every step. */
  readonly answersOnce?: boolean;
  /** Where each sequence is a trial with periods. */
  readonly trials?: Trials;
  readonly score: Score;
  /** Where values were standardized: what an input and a target stand for. */
  readonly units?: { readonly input: readonly Unit[]; readonly target: readonly Unit[] };
  /** Where sequences are windows of a table: the row, counted from 0, that the last target of a sequence is from. */
  readonly targetRow?: (sequence: number) => number;
  /** What each class counts, which the weights already say; absent where all count alike. */
  readonly classWeights?: readonly number[];
  /** Of such windows, the rows from the start of one to that of the next in the same series. */
  readonly stride?: number;
  /** Of each target of a table, as the network sees it, see naiveError; NaN where it is not known. */
  readonly naiveErrors?: readonly number[];
  /** Rows that this forecast goes back; absent: it repeats the row before. */
  readonly season?: number;
  /** True when sequence n + 1 goes on where n ends, so that a state may be carried over. */
  readonly stream: boolean;
  /** Of a stream of several series: whether a sequence is the first of one, so that it starts from zeros. */
  readonly startsSeries?: (sequence: number) => boolean;
}

/** What is known of trials beside their sequences. */
interface Trials {
  /**
   * For choice 1 where above 0: a coherence in percent, or the first of two strengths less the second. Null where
   * neither says how hard a choice is.
   */
  readonly evidence: ((sequence: number) => number) | null;
  /** The natural logarithm of the first of two strengths over the second; null where not all are above 0. */
  readonly logRatio: ((sequence: number) => number) | null;
  /** Null where there are no two modalities. */
  readonly context: ((sequence: number) => TrialContext) | null;
}

/** Which modality decides, and what the other one says: its coherence, above 0 for evidence of choice 1. */
export interface TrialContext {
  readonly modality: 1 | 2;
  readonly ignored: number;
}

/** How right and wrong are told apart. */
interface Score {
  /**
   * Values count as right within this distance; null where right and wrong make no sense. Bits and classes do not need
   * it.
   */
  readonly tolerance: number | null;
  /** Only the last so many output steps count, and of those only the ones that have a weight. */
  readonly steps: number;
}

/** A value v stands for v * deviation + mean of what is called `name`. */
export interface Unit {
  readonly name: string;
  readonly mean: number;
  readonly deviation: number;
}

/** What a generator makes: `inputs` and `targets` of all sequences. The split is made later. */
export type Sequences = Omit<Dataset, "trainingSequences" | "stream" | "inputs" | "targets"> & {
  readonly inputs: Float64Array;
  readonly targets: Float64Array;
};

/** Numbers per target step. */
export function targetWidth({ targetKind, outputSize }: Pick<Dataset, "targetKind" | "outputSize">): number {
  return targetKind === "classes" ? 1 : outputSize;
}
