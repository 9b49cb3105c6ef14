/** What a network does with one sequence: the columns of a trace, without being one of its rows. */
import type { ColumnSpec, TraceHeader } from "./trace";

export interface Inspection {
  /** T of this sequence, which may be another length than that of training. */
  readonly timeSteps: number;
  /** States, cells, gates and output, and where there is a target dL/dh_t; named and shaped as in a trace. */
  readonly columns: readonly ColumnSpec[];
  /** One array a column. */
  readonly values: readonly Float64Array<ArrayBuffer>[];
  /** [T, inputSize] as the network sees it. */
  readonly input: readonly number[];
  /** Left out where it is that of the header. */
  readonly inputSize?: number;
  /** As in the header of a trace; NaN at steps that have no target, empty when none has one. */
  readonly target: readonly number[];
}

/** What is wrong with a sequence that somebody has typed, and where: UTF-16 offsets [from, to) into the text. */
export interface TypedProblem {
  readonly message: string;
  readonly from: number;
  readonly to: number;
}

/** More text than this is not a sequence to look at. */
export const MAX_TYPED_LENGTH = 4000;

/** The header as if this sequence had been traced, so that what reads a trace reads an inspection. */
export function headerOfInspection(
  header: TraceHeader,
  { timeSteps, columns, input, inputSize = header.inspected.inputSize, target }: Inspection,
  sequence: number,
): TraceHeader {
  return {
    ...header,
    timeSteps,
    columns,
    inspected: { sequence, inputSize, input, target },
  };
}
