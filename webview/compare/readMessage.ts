import { isCompareHostMessage } from "../../src/shared/guards/isCompareHostMessage.generated";
import { isCompareState } from "../../src/shared/guards/isCompareState.generated";
import { readFields } from "../../src/shared/guards/readFields";
import { COLUMN } from "../../src/shared/trace/trace";
import type { CompareHostMessage, ComparedRun, CompareState } from "../../src/shared/wire/comparison";

/** Null when it is no message of ours. */
export function readCompareMessage(data: unknown): CompareHostMessage | null {
  if (!isCompareHostMessage(data)) return null;
  const { runs, differences } = data.comparison;
  return runs.every(curvesFit) && differences.every(({ values }) => values.length === runs.length) ? data : null;
}

function curvesFit({ curves }: ComparedRun): boolean {
  const length = curves[COLUMN.iteration]?.length;
  return length !== undefined && Object.values(curves).every((column) => column.length === length);
}

const DEFAULT_STATE: CompareState = { ids: [], hidden: [], logarithmic: true };

/** What an earlier page has left; what cannot be read of it is as if it had not been left. */
export function readCompareState(saved: unknown): CompareState {
  return readFields(isCompareState, saved, DEFAULT_STATE);
}
