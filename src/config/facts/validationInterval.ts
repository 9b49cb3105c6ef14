import type { Experiment } from "../schema/schema";
import type { DatasetShape } from "./datasetShape";

/** Evaluations cost at most one part in so many of what training costs. */
const MOST_COST = 10;
/** A step of training is a forward and a backward, which has two products for each of the forward's. */
const PASSES_OF_TRAINING = 3;
/** Iterations between evaluations at least, and in steps of so many. */
export const LEAST_INTERVAL = 10;

/**
 * Iterations between evaluations on the validation set. "auto" is every 10, or less often where that would cost more
 * than a tenth of training, counted in multiply-adds: those of a forward over V validation sequences against three
 * forwards over the B sequences of each iteration, so at least 10 V / (3 B), rounded up to a multiple of 10. It depends
 * on these counts alone, so that a file validates at the same iterations on every machine. The first and the last row
 * are evaluated whatever they cost.
 * @param data null where the data are not counted yet: "auto" is then its least
 */
export function validationInterval(
  { validation, batchSize, accumulate }: Pick<Experiment["training"], "validation" | "batchSize" | "accumulate">,
  data: Pick<DatasetShape, "sequences" | "trainingSequences"> | null,
): number {
  if (validation.every !== "auto") return validation.every;
  if (data === null) return LEAST_INTERVAL;
  const { sequences, trainingSequences } = data;
  const batch = accumulate * (batchSize === "full" ? trainingSequences : Math.min(batchSize, trainingSequences));
  const heldOut = sequences - trainingSequences;
  return Math.max(1, Math.ceil((MOST_COST * heldOut) / (PASSES_OF_TRAINING * batch * LEAST_INTERVAL))) * LEAST_INTERVAL;
}
