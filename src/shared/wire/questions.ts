/**
 * What a view may ask about the run it shows, and what the training thread answers. A question names an iteration; the
 * answer is about the nearest one whose parameters are still known, and says which. A view asks through one channel
 * (`ask` / `answer` in the protocol); each kind is answered by a file of its own in src/core/analysis.
 */
import type { GradientDecay } from "../trace/gradientDecay";
import type { GradientAttribution } from "../trace/gradientAttribution";
import {
  MAX_LENGTH,
  MAX_PRIME_LENGTH,
  MAX_SAMPLE_LENGTH,
  MAX_TEMPERATURE,
  type DataPart,
  type LengthPoint,
  type Predictions,
} from "../trace/predictions";
import { MAX_TYPED_LENGTH, type Inspection, type TypedProblem } from "../trace/inspection";
import type { SpectrumBlock, TensorNorms, TensorReport } from "../trace/weightReport";

export type Question =
  /**
   * States, gates and outputs of one sequence: of the data by its number, or one of the reader's own as it is typed.
   */
  | { readonly kind: "inspect"; readonly iteration: number; readonly sequence: number | string }
  /** Answers to the first sequences of a part of the data. */
  | { readonly kind: "predictions"; readonly iteration: number; readonly part: DataPart }
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
  | { readonly kind: "weights"; readonly iteration: number };

export type QuestionKind = Question["kind"];

export type Answer =
  | { readonly kind: "predictions"; readonly iteration: number; readonly predictions: Predictions }
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
  | {
      readonly kind: "spectrum";
      readonly iteration: number;
      readonly layer: number;
      readonly blocks: readonly SpectrumBlock[];
    }
  | { readonly kind: "weights"; readonly iteration: number; readonly values: Float64Array<ArrayBuffer> };

export type AnswerTo<K extends QuestionKind> = Extract<Answer, { readonly kind: K }>;

/** What came from outside as a question; null when it is none. Only the known fields are taken over. */
export function readQuestion(data: unknown): Question | null {
  if (typeof data !== "object" || data === null) return null;
  const fields = data as Readonly<Record<string, unknown>>;
  const { kind, iteration } = fields;
  if (!isCount(iteration)) return null;
  switch (kind) {
    case "weights":
    case "tensors":
    case "norms":
      return { kind, iteration };
    case "inspect": {
      const { sequence } = fields;
      return isCount(sequence) || isText(sequence, MAX_TYPED_LENGTH) ? { kind, iteration, sequence } : null;
    }
    case "predictions": {
      const { part } = fields;
      return part === "training" || part === "validation" ? { kind, iteration, part } : null;
    }
    case "lengths": {
      const { length } = fields;
      return isCount(length) && length > 0 && length <= MAX_LENGTH ? { kind, iteration, length } : null;
    }
    case "sample": {
      const { prime, length, temperature, draw } = fields;
      if (!isText(prime, MAX_PRIME_LENGTH) || !isCount(length) || length > MAX_SAMPLE_LENGTH || !isCount(draw))
        return null;
      return typeof temperature === "number" && temperature >= 0 && temperature <= MAX_TEMPERATURE
        ? { kind, iteration, prime, length, temperature, draw }
        : null;
    }
    case "decay":
    case "spectrum": {
      const { layer } = fields;
      return isCount(layer) ? { kind, iteration, layer } : null;
    }
    case "attribution": {
      const { layer, sequence } = fields;
      return isCount(layer) && isCount(sequence) ? { kind, iteration, layer, sequence } : null;
    }
    default:
      return null;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === "string" && value.length <= longest;
}
