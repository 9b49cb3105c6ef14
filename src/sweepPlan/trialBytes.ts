import type { ExperimentFiles } from "../config/facts/dataFiles";
import { ExperimentError } from "../config/facts/experimentError";
import { IN_TRIAL } from "../config/facts/memoryEstimate";
import { trainingBytes } from "../config/facts/trainingBytes";
import { sweepAxes, type SweepAxis } from "../config/schema/sweepAxes";
import { createTrialReader, type SweepJob } from "./trials";

/**
 * Bytes that the largest trial of a sweep takes: with the value of each axis that takes most by itself, whatever the
 * others are.
 */
export function trialBytes(job: SweepJob, files: ExperimentFiles): number {
  const read = createTrialReader(job);
  const bytesWith = (values: readonly unknown[]): number => {
    try {
      return trainingBytes(read({ index: 0, seed: job.seed, values }), files, IN_TRIAL);
    } catch (error) {
      // Values that do not go together are not trained.
      if (error instanceof ExperimentError) return 0;
      throw error;
    }
  };
  const axes = sweepAxes(job.sweep);
  const values = axes.map((axis) => candidatesOf(axis)[0]);
  for (const [a, axis] of axes.entries()) {
    const costs = candidatesOf(axis).map((value) => ({ value, bytes: bytesWith(values.with(a, value)) }));
    values[a] = costs.reduce((most, cost) => (cost.bytes > most.bytes ? cost : most)).value;
  }
  return bytesWith(values);
}

/** The values that a sweep takes, or the ends of the range that it draws from. */
function candidatesOf({ range, values, whole }: SweepAxis): readonly unknown[] {
  if (range === null) return values;
  return [range.from, range.to].map((end) => (whole ? Math.round(end) : end));
}
