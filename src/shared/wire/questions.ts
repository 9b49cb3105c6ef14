/**
 * What a view may ask about the run it shows, and what the training thread answers. A question names an iteration; the
 * answer is about the nearest one whose parameters are still known, and says which. A view asks through one channel
 * (`ask` / `answer` in the protocol); each kind is answered by a file of its own in src/core/analysis.
 */
import type { FixedPoints, InputMemory, Lyapunov, Sharpness, StepJacobians } from "../trace/dynamics";
import type { GradientDecay } from "../trace/gradientDecay";
import type { GradientAttribution } from "../trace/gradientAttribution";
import type { DataPart, LengthPoint, Predictions } from "../trace/predictions";
import type { Measures } from "../trace/measures";
import type { Psychometric } from "../trace/psychometric";
import type { Inspection, TypedProblem } from "../trace/inspection";
import type { Spectrum, TensorNorms, TensorReport } from "../trace/weightReport";

export type Question =
  /**
   * States, gates and outputs of one sequence: of the data by its number, or one of the reader's own as it is typed.
   */
  | { readonly kind: "inspect"; readonly iteration: number; readonly sequence: number | string }
  /** Answers to the first sequences of a part of the data; "both" is answered with validation unless it is a series. */
  | { readonly kind: "predictions"; readonly iteration: number; readonly part: DataPart }
  /** Measures of the whole validation set, or of the training set where nothing is held out. */
  | { readonly kind: "measures"; readonly iteration: number }
  /** Loss and accuracy on the same task at another length. */
  | { readonly kind: "lengths"; readonly iteration: number; readonly length: number }
  /** Text by a network that was trained on text; another `draw`, another text. */
  | {
      readonly kind: "sample";
      readonly iteration: number;
      readonly prime: string;
      readonly length: number;
      readonly temperature: number;
      readonly draw: number;
    }
  /** What theory says of the gradient on its way back through a layer. */
  | { readonly kind: "decay"; readonly iteration: number; readonly layer: number }
  /**
   * How much of the gradient at each state of a layer comes from the loss at each step, for one sequence of the data.
   */
  | { readonly kind: "attribution"; readonly iteration: number; readonly layer: number; readonly sequence: number }
  /** Each tensor as cells, with its norm. */
  | { readonly kind: "tensors"; readonly iteration: number }
  /** Norms of the tensors and of their updates over the run so far; the iteration only says how far that is. */
  | { readonly kind: "norms"; readonly iteration: number }
  /** Eigenvalues of weight_hh of a layer. */
  | { readonly kind: "spectrum"; readonly iteration: number; readonly layer: number }
  /** The parameters, flat, in the order of the header's `parameters`. */
  | { readonly kind: "weights"; readonly iteration: number }
  | { [K in AnalysisKind]: AnalysisQuestion<K> }[AnalysisKind];

export type QuestionKind = Question["kind"];

/** What each analysis of the dynamics finds. */
export interface AnalysisResults {
  readonly fixedPoints: FixedPoints;
  readonly jacobians: StepJacobians;
  readonly lyapunov: Lyapunov;
  readonly sharpness: Sharpness;
  readonly memory: InputMemory;
  readonly psychometric: Psychometric;
}
export type AnalysisKind = keyof AnalysisResults;

/** What is to be said of each but the iteration. */
export interface AnalysisOptions {
  /** Under this constant input, one number for each input of the network; null: zeros. */
  readonly fixedPoints: { readonly input: readonly number[] | null };
  /** Along this one of the sequences that the states are those of. */
  readonly jacobians: { readonly sequence: number };
  /** The same input as for fixed points. */
  readonly lyapunov: { readonly input: readonly number[] | null };
  readonly sharpness: object;
  readonly memory: object;
  /** Of tasks in which a choice depends on evidence. */
  readonly psychometric: object;
}

/**
 * An analysis takes long: each answer says how far it is, and the same question with another `poll` goes on with it.
 * What is not asked any more does not go on. `attempt` tells one that begins again from the one before.
 */
export type AnalysisQuestion<K extends AnalysisKind> = {
  readonly kind: K;
  readonly iteration: number;
  /** Of a model that a probe has recorded, whose layers are analyzed one at a time. */
  readonly layer: number;
  readonly attempt: number;
  readonly poll: number;
} & AnalysisOptions[K];

export interface AnalysisAnswer<K extends AnalysisKind> {
  readonly kind: K;
  readonly iteration: number;
  readonly attempt: number;
  readonly poll: number;
  /** Pieces of work so far, and all of them. */
  readonly done: number;
  readonly total: number;
  /** Null until it is done. */
  readonly found: AnalysisResults[K] | null;
}

export type Answer =
  | { readonly kind: "predictions"; readonly iteration: number; readonly predictions: Predictions }
  | { readonly kind: "measures"; readonly iteration: number; readonly measures: Measures }
  | { readonly kind: "lengths"; readonly iteration: number; readonly point: LengthPoint }
  /** `missing`: characters of the prime that the network cannot read. */
  | {
      readonly kind: "sample";
      readonly iteration: number;
      readonly draw: number;
      readonly text: string;
      readonly missing: string;
    }
  | {
      readonly kind: "inspect";
      readonly iteration: number;
      readonly sequence: number | string;
      readonly result: Inspection | { readonly problem: TypedProblem };
    }
  | { readonly kind: "decay"; readonly iteration: number; readonly layer: number; readonly decay: GradientDecay }
  | {
      readonly kind: "attribution";
      readonly iteration: number;
      readonly layer: number;
      readonly sequence: number;
      readonly items: GradientAttribution;
    }
  | { readonly kind: "tensors"; readonly iteration: number; readonly tensors: readonly TensorReport[] }
  | { readonly kind: "norms"; readonly iteration: number; readonly norms: TensorNorms }
  | { readonly kind: "spectrum"; readonly iteration: number; readonly layer: number; readonly spectrum: Spectrum }
  | { readonly kind: "weights"; readonly iteration: number; readonly values: Float64Array<ArrayBuffer> }
  | { [K in AnalysisKind]: AnalysisAnswer<K> }[AnalysisKind];

export type AnswerTo<K extends QuestionKind> = Extract<Answer, { readonly kind: K }>;
