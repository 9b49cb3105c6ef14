import type { TrainingSource } from "../core/training/trainingSource";

/** How many there are of what, as an exported script says it: numbers, or names where another table may have others. */
interface ScriptSizes {
  readonly training: string;
  readonly sequences: string;
  readonly validation: string;
  readonly batch: string;
  readonly batchesPerEpoch: string;
}

export function scriptSizes(source: TrainingSource): ScriptSizes {
  if (source.data.kind === "table")
    return {
      training: "training_count",
      sequences: "sequence_count",
      validation: "(sequence_count - training_count)",
      batch: "batch_size",
      batchesPerEpoch: "batches_per_epoch",
    };
  const { trainingSequences, sequences, batchSize, batchesPerEpoch } = source;
  return {
    training: String(trainingSequences),
    sequences: String(sequences),
    validation: String(sequences - trainingSequences),
    batch: String(batchSize),
    batchesPerEpoch: String(batchesPerEpoch),
  };
}
