import { trainingWork } from "../config/facts/trainingWork";
import type { TrialResult } from "../shared/wire/sweep";
import type { SweepFolder } from "../sweepFolder/planFile";

/** Of a core, on the low side: multiplications and additions a second, and seconds of an iteration beside them. */
const WORK_PER_SECOND = 1e9;
const ITERATION_SECONDS = 2e-5;
/** Of data in files, nothing is known without reading them. */
const UNKNOWN_ITERATION_SECONDS = 1e-3;

/** Seconds that a trial takes: the mean of those that have ended, else an estimate from the experiment. */
export function estimateTrialSeconds({ read }: SweepFolder, results: readonly TrialResult[]): number {
  const ended = results.filter(({ status }) => status !== "failed");
  if (ended.length > 0) return ended.reduce((sum, { trainMs }) => sum + trainMs, 0) / ended.length / 1000;
  const { experiment } = read;
  const work = trainingWork(experiment, undefined);
  const iteration = work === 0 ? UNKNOWN_ITERATION_SECONDS : ITERATION_SECONDS;
  return work / WORK_PER_SECOND + experiment.training.iterations * iteration;
}
