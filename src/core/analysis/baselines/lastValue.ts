import type { SlicedTask } from "../../../lib/slicedTask";
import { lossOf } from "./answer";
import type { BaselineTask } from "./baselineTask";

/**
 * The loss of repeating the last value seen: the answer at a step is the target's own column in that step's input (the
 * naive forecast; Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, section 5.2). Null for
 * tasks that are no series, where the target is not among the inputs, and at a horizon of 0, where it would be the
 * target itself.
 */
export function* lastValue(task: BaselineTask): SlicedTask<number | null> {
  const columns = repeatedColumns(task);
  if (columns === null) return null;
  const { timeSteps, inputSize, outputSteps, inputs } = task.dataset;
  const firstOutput = timeSteps - outputSteps;
  return yield* lossOf(task, (n, s, o) => inputs.at(n, (firstOutput + s) * inputSize + columns[o]!), 1);
}

/** By output, the input that is the same quantity at an earlier step; null where the baseline does not apply. */
export function repeatedColumns({ task, dataset }: Omit<BaselineTask, "loss">): readonly number[] | null {
  if (task.kind === "sine") return [0];
  const { units, targetKind } = dataset;
  if (task.kind !== "csv" || task.horizon === 0 || units === undefined || targetKind !== "values") return null;
  const names = units.input.map(({ name }) => name);
  const columns = units.target.map(({ name }) => names.indexOf(name));
  return columns.includes(-1) ? null : columns;
}
