import type { ProblemCode } from "../schema/problem";

/**
 * The experiment cannot run, for a reason that is found when it starts; in words for a person, with the value to
 * change.
 */
export class ExperimentError extends Error {
  constructor(
    readonly code: ProblemCode,
    /** Keys from the root of the experiment. */
    readonly path: readonly string[],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
