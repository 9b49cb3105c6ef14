import type { TrialResult } from "../../../src/shared/wire/sweep";
import { TrialColumns } from "../../../src/shared/wire/trialColumns";

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
    gradientReach: NaN,
    reachedAt: null,
    trainMs: 0,
    message: null,
    ...changes,
  };
}

/** In columns; each parameter whose values are all numbers is one of numbers. */
export function trialsOf(...results: readonly TrialResult[]): TrialColumns {
  const count = Math.max(0, ...results.map(({ values }) => values.length));
  const parameters = Array.from({ length: count }, (_, p) => ({
    kind: results.every(({ values }) => typeof values[p] === "number") ? ("number" as const) : ("choice" as const),
  }));
  return TrialColumns.of(parameters, results);
}
