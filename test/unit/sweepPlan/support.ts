import type { TrialResult } from "../../../src/shared/wire/sweep";

/** A run that went to its end, with parts replaced. */
export function resultOf(changes: Partial<TrialResult>): TrialResult {
  return {
    index: 0,
    seed: 1,
    values: [],
    status: "done",
    iterations: 100,
    loss: NaN,
    validationLoss: NaN,
    bestValidationLoss: NaN,
    accuracy: NaN,
    exactAccuracy: NaN,
    reachedAt: null,
    trainMs: 0,
    message: null,
    ...changes,
  };
}
