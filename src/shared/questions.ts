/**
 * What a view may ask about the run it shows, and what the training thread answers. A question names an iteration; the answer
 * is about the nearest one whose parameters are still known, and says which. A view asks through one channel
 * (`ask` / `answer` in the protocol); each kind is answered by a file of its own in src/core/analysis.
 */
import { MAX_TYPED_LENGTH, type Inspection, type TypedProblem } from "./inspection";

export type Question =
  /** States, gates and outputs of one sequence: of the data by its number, or one of the reader's own as it is typed. */
  | { readonly kind: "inspect"; readonly iteration: number; readonly sequence: number | string }
  /** The parameters, flat, in the order of the header's `parameters`. */
  | { readonly kind: "weights"; readonly iteration: number };

export type QuestionKind = Question["kind"];

export type Answer =
  | { readonly kind: "inspect"; readonly iteration: number; readonly sequence: number | string; readonly result: Inspection | { readonly problem: TypedProblem } }
  | { readonly kind: "weights"; readonly iteration: number; readonly values: Float64Array<ArrayBuffer> };

export type AnswerTo<K extends QuestionKind> = Extract<Answer, { readonly kind: K }>;

/** What came from outside as a question; null when it is none. Only the known fields are taken over. */
export function readQuestion(data: unknown): Question | null {
  if (typeof data !== "object" || data === null) return null;
  const { kind, iteration, sequence } = data as Readonly<Record<string, unknown>>;
  if (typeof iteration !== "number" || !Number.isSafeInteger(iteration) || iteration < 0) return null;
  switch (kind) {
    case "weights":
      return { kind, iteration };
    case "inspect":
      return isSequence(sequence) ? { kind, iteration, sequence } : null;
    default:
      return null;
  }
}

function isSequence(value: unknown): value is number | string {
  return typeof value === "string" ? value.length <= MAX_TYPED_LENGTH : typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
