import * as l10n from "@vscode/l10n";
import { NumberList } from "./numberList";

/** Numbers for each step of sequences, which may have different lengths: one sequence after the other. */
export interface StepValues {
  /** Numbers a step. */
  readonly width: number;
  /** Steps of each sequence. */
  readonly lengths: Uint32Array;
  /** [all steps, width]. NaN where a value is missing. */
  readonly values: Float64Array<ArrayBuffer>;
}

/** A sequence of a file is read row by row. */
export class StepList {
  readonly values = new NumberList();
  private readonly lengths: number[] = [];

  constructor(readonly width: number) {}

  endSequence(steps: number): void {
    this.lengths.push(steps);
  }

  finish(): StepValues {
    return { width: this.width, lengths: Uint32Array.from(this.lengths), values: this.values.slice() };
  }
}

/** What is odd about a file that can be read. */
export interface FileWarning {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** The whole line as it should be, where that is known. */
  readonly correction?: string;
}

/** @param column from 1 */
export function textProblem(line: number, column: number, text: string): Error {
  return new Error(l10n.t("line {0}, column {1}: {2}", line, column, text));
}
