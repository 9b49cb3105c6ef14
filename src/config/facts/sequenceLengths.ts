import type { TaskConfig } from "../schema/schema";

/** Steps of a sequence: one number for all, or from the first to the second, drawn for each sequence. */
export type SequenceLength = number | readonly number[];

export function longest(length: SequenceLength): number {
  return typeof length === "number" ? length : length[1]!;
}

export function shortest(length: SequenceLength): number {
  return typeof length === "number" ? length : length[0]!;
}

/** Steps of the longest sequence, where the task says them; null where the data do. */
export function knownLength(task: TaskConfig): number | null {
  return !("length" in task) || task.length === "series" ? null : longest(task.length);
}
