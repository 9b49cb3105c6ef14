import type { JsonPath } from "./jsonSchema";

/** Stable: shown beside the message, and what a quick fix or a test looks for. */
export type ProblemCode =
  // the text
  | "file-too-large"
  | "too-many-brackets"
  | "empty-file"
  | "syntax"
  | "duplicate-key"
  | "forbidden-key"
  | "not-finite"
  // the schema
  | "not-an-object"
  | "unknown-key"
  | "missing-key"
  | "wrong-type"
  | "unknown-value"
  | "out-of-range"
  | "too-long"
  // the meaning
  | "no-such-sequence"
  | "too-much-memory"
  | "misfit"
  | "bad-initial-value"
  | "stop-without-validation"
  // what runs, but hardly as it is meant
  | "batch-too-large"
  | "nothing-held-out"
  | "truncation-too-long"
  | "patience-too-short"
  | "units-without-effect"
  | "no-effect"
  | "large-recording"
  // the files that it names, and this machine
  | "unreadable-file"
  | "no-such-column"
  | "bad-file"
  | "table"
  | "data"
  | "no-such-engine";

export interface Problem {
  readonly code: ProblemCode;
  /**
   * What found it. VS Code's own JSON support shows most of "text" and "schema" too; nothing but us knows "meaning".
   */
  readonly layer: "text" | "schema" | "meaning";
  /** An error keeps the experiment from running. Information is no fault. A hint fades what does nothing. */
  readonly severity: "error" | "warning" | "information" | "hint";
  /** What is wrong, where, and how to put it right. Plain text. */
  readonly message: string;
  /** Keys from the root to the value; of an unknown key, that key. */
  readonly path: JsonPath;
  /** In UTF-16 units of the text. */
  readonly range: TextRange;
  /** The key or value that was probably meant, where there is one. */
  readonly suggestion?: string;
  /** Values that settle it, the likeliest first. */
  readonly fixes?: readonly (
    { readonly path: JsonPath; readonly value: unknown } | { readonly path: JsonPath; readonly isRemoved: true }
  )[];
  /** What settles it in a data file. */
  readonly correction?: FileCorrection;
}

/** A line of a file, counted from 1, as it should be. */
export interface FileCorrection {
  /** As the experiment names it. */
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

export interface TextRange {
  readonly offset: number;
  readonly length: number;
}

/** A file beyond measure would give a list beyond measure. */
export const MAX_PROBLEMS = 100;

export function inTextOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => a.range.offset - b.range.offset).slice(0, MAX_PROBLEMS);
}
