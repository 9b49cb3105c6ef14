import type { Trainer } from "../training/trainer";

/** How a run stands whose loss or weights are not finite any more. */
export interface Divergence {
  readonly parametersFinite: boolean;
  /**
   * The loss of the last row, computed again from its weights and its batch by the float64 engine. Null where that is
   * the engine that trained, where the weights have overflowed, and where it is not the same step or takes too long.
   */
  readonly float64Loss: number | null;
}

/** Multiply-adds of a forward pass in plain TypeScript; a few seconds. */
const MAX_WORK = 3e9;

export function describeDivergence(trainer: Trainer): Divergence {
  const parameters = trainer.parameters();
  const parametersFinite = parameters.every(Number.isFinite);
  const { engine, spec, batchSize, dataset, parameterCount } = trainer;
  const work = batchSize * dataset.timeSteps * parameterCount;
  // Dropout would draw other units.
  const isComparable = engine === "float32" && parametersFinite && spec.dropout === 0 && work <= MAX_WORK;
  return { parametersFinite, float64Loss: isComparable ? trainer.lossAt(parameters) : null };
}
