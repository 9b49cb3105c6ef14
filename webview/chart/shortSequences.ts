/** Where sequences have different lengths, the steps behind the end of the longest in a batch have no values. */
import { COLUMN, type TraceHeader } from "../../src/shared/trace/trace";
import type { ChartModel } from "./model";

/**
 * Tells of a row whether a NaN in it is a step that no sequence of the batch reaches. One that was computed makes the
 * norm of the gradient NaN as well.
 */
export function unreachedSteps(model: Pick<ChartModel, "column">): (row: number) => boolean {
  const norms = model.column(COLUMN.gradientNorm);
  return (row) => Number.isFinite(norms?.[row] ?? NaN);
}

/** The last time step of the sequence that is looked into. */
export function lastStepOf({ inspected, timeSteps }: Pick<TraceHeader, "inspected" | "timeSteps">): number {
  const steps = inspected.input.length / inspected.inputSize;
  return steps > 0 && steps < timeSteps ? steps : timeSteps;
}
