import type { JsonPath } from "./jsonSchema";
import type { ProblemCode } from "./problem";
import type { Experiment } from "./schema";

/** Bytes one experiment may take while it trains. */
export const MEMORY_LIMIT = 1024 ** 3;

export interface MeaningProblem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly path: JsonPath;
}

/** What the schema cannot say, because it is about more than one value. */
export function checkMeaning(experiment: Experiment): MeaningProblem[] {
  const { task, trace } = experiment;
  const problems: MeaningProblem[] = [];
  if (trace.sequence >= task.sequences) {
    const message = `trace.sequence is ${trace.sequence}, but task.sequences is ${task.sequences}, so they are numbered 0 to ${task.sequences - 1}. Choose one of those.`;
    problems.push({ code: "no-such-sequence", message, path: ["trace", "sequence"] });
  }
  const bytes = estimateMemory(experiment);
  if (bytes > MEMORY_LIMIT) {
    const message = `This experiment would need about ${formatBytes(bytes)} of memory; the limit is ${formatBytes(MEMORY_LIMIT)}. Reduce task.sequences or task.length.`;
    problems.push({ code: "too-much-memory", message, path: ["task", task.length > task.sequences ? "length" : "sequences"] });
  }
  return problems;
}

/**
 * Bytes of 64-bit floats that training holds: for each sequence and time step the input, and the hidden state and its
 * gradient, these two twice because questions on the side (gradient check, loss surface) have a network of their own.
 */
export function estimateMemory({ task, model }: Experiment): number {
  const inputSize = 1;
  const perStep = inputSize + 2 * 2 * model.hiddenSize;
  return 8 * task.sequences * (task.length + 1) * perStep;
}

function formatBytes(bytes: number): string {
  const gibibytes = bytes / 1024 ** 3;
  return `${gibibytes < 10 ? gibibytes.toFixed(1) : Math.round(gibibytes).toLocaleString("en-US")} GiB`;
}
