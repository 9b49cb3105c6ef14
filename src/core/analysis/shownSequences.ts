import type { DataPart } from "../../shared/trace/predictions";
import type { Dataset } from "../tasks/task";

export interface ShownSequences {
  /** The part that is shown: "both" only where there are both. */
  readonly part: DataPart;
  readonly first: number;
  readonly count: number;
  /** How many of them are for training: the first ones. */
  readonly training: number;
  /** How many the part has; 0: the data have no such part. */
  readonly of: number;
}

/**
 * Which of the sequences are shown where not all can be: the first of a part; of both parts, those nearest to the
 * split, up to half of them for validation and more where training has fewer.
 */
export function chooseSequences(
  { sequences, trainingSequences }: Pick<Dataset, "sequences" | "trainingSequences">,
  part: DataPart,
  limit: number,
): ShownSequences {
  const held = sequences - trainingSequences;
  if (part === "both" && held > 0) {
    const validation = Math.min(held, Math.max(Math.ceil(limit / 2), limit - trainingSequences));
    const training = Math.min(trainingSequences, limit - validation);
    return { part, first: trainingSequences - training, count: training + validation, training, of: sequences };
  }
  if (part === "validation") {
    const count = Math.min(held, limit);
    return { part, first: trainingSequences, count, training: 0, of: held };
  }
  const count = Math.min(trainingSequences, limit);
  return { part: "training", first: 0, count, training: count, of: trainingSequences };
}
