import type { TaskConfig } from "../../config/schema/schema";
import type { LengthPlan } from "../../shared/trace/taskHints";
import { longest } from "../../config/facts/sequenceLengths";
import { isLengthTask } from "../../config/facts/taskTraits";

/** Multiples of the trained length that are tried. */
const MULTIPLES = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4, 6];
const MAX_LENGTH = 10_000;

/** Null for tasks whose data come from a file or are trials: they have the lengths of the file, or of their periods. */
export function planLengths(task: TaskConfig): LengthPlan | null {
  if (!isLengthTask(task)) return null;
  const [name, trained] =
    task.kind === "binary-addition"
      ? (["bits", task.bits] as const)
      : task.kind === "copy"
        ? (["delay", task.delay] as const)
        : (["length", longest(task.length)] as const);
  const least = task.kind === "temporal-order" ? 10 : task.kind === "adding" ? 2 : 1;
  const lengths = MULTIPLES.map((multiple) => Math.round(trained * multiple)).filter(
    (length) => length >= least && length <= Math.max(MAX_LENGTH, trained),
  );
  return { name, trained, lengths: [...new Set(lengths)] };
}
