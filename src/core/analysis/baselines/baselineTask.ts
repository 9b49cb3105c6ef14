import type { Loss } from "../../../config/facts/taskTraits";
import type { TaskConfig } from "../../../config/schema/schema";
import type { Dataset } from "../../tasks/task";

/** What baselines are computed from; no network takes part. */
export interface BaselineTask {
  readonly dataset: Dataset;
  readonly loss: Loss;
  readonly task: TaskConfig;
}

/** Sequences `from` to `to`, the last one excluded. */
export interface SequenceRange {
  readonly from: number;
  readonly to: number;
}

/** Answers are fitted on these. */
export function fittedOn({ trainingSequences }: Pick<Dataset, "trainingSequences">): SequenceRange {
  return { from: 0, to: trainingSequences };
}

/** Baselines are measured on the validation sequences, or on the training sequences where nothing is held out. */
export function measuredOn({
  sequences,
  trainingSequences,
}: Pick<Dataset, "sequences" | "trainingSequences">): SequenceRange {
  return trainingSequences < sequences ? { from: trainingSequences, to: sequences } : { from: 0, to: sequences };
}
