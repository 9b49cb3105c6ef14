import type { ExperimentFiles } from "../config/facts/dataFiles";
import type { TrialResult } from "../shared/wire/sweep";
import type { Confirmation, Verdict } from "../sweepPlan/confirmation";
import { SweepPool, type SweepPoolOptions } from "./sweepPool";

export interface ConfirmBestOptions extends Pick<SweepPoolOptions, "budget" | "place"> {
  /** Ends the runs, even in the middle of a step. */
  readonly signal: AbortSignal;
  /** @param done runs so far */
  readonly onProgress: (done: number) => void;
}

/**
 * Trains the leading combinations of a sweep with new seeds, phase by phase.
 * @param scriptPath dist/sweep.js
 * @returns null if it was aborted, or if there was nothing to train
 * @throws Error if no thread can work
 */
export async function confirmBest(
  scriptPath: string,
  confirmation: Confirmation,
  files: ExperimentFiles,
  { signal, onProgress, ...options }: ConfirmBestOptions,
): Promise<Verdict | null> {
  const { job } = confirmation;
  let before = 0;
  for (let trials = confirmation.next(); trials.length > 0; trials = confirmation.next()) {
    if (signal.aborted) return null;
    const isNext = new Set(trials.map(({ index }) => index));
    const done = job.trials.map(({ index }) => index).filter((index) => !isNext.has(index));
    const results: TrialResult[] = [];
    const ended = await new Promise<boolean>((resolve, reject) => {
      const abort = (): void => void pool.cancel().then(() => resolve(false));
      const settle = (): void => signal.removeEventListener("abort", abort);
      const pool = new SweepPool(
        scriptPath,
        job,
        files,
        trials.length,
        {
          onResult(result) {
            results.push(result);
            onProgress(before + results.length);
          },
          onEnd() {
            settle();
            resolve(true);
          },
          onFailure(error) {
            settle();
            reject(error);
          },
        },
        { ...options, done },
      );
      signal.addEventListener("abort", abort, { once: true });
    });
    if (!ended) return null;
    before += results.length;
    confirmation.end(results);
  }
  return confirmation.verdict;
}
