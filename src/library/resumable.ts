import type { RunEntry } from "../runs/runStore";
import type { BestValidation, RunStatus } from "../shared/trace/trace";

type RunAsFarAsItIs = Pick<RunEntry, "state" | "progress">;

/** Iteration of the checkpoint that a run which did not come to its end can go on from; null: it cannot. */
export function resumePoint({ state, progress }: RunAsFarAsItIs): number | null {
  return state === "interrupted" || state === "stopped" || state === "failed" ? (progress?.checkpoint ?? null) : null;
}

export function isResumable(entry: RunAsFarAsItIs): boolean {
  return resumePoint(entry) !== null;
}

/** Of weights before those of the last checkpoint, whatever ended the run: it can go on from them. Null: none. */
export function earlierBest({ state, progress }: RunAsFarAsItIs): BestValidation | null {
  if (isUnderWay({ state })) return null;
  const [best, checkpoint] = [progress?.status.best ?? null, progress?.checkpoint ?? null];
  return best !== null && checkpoint !== null && best.iteration < checkpoint ? best : null;
}

/** Whether one more iteration can be trained, past the end of a run that is done. Not of one that diverged. */
export function isContinuable(entry: RunAsFarAsItIs): boolean {
  return isResumable(entry) || (entry.state === "done" && (entry.progress?.checkpoint ?? null) !== null);
}

/** Whether somebody trains it; in this window or in another one. */
export function isUnderWay({ state }: Pick<RunEntry, "state">): boolean {
  return state === "starting" || state === "running" || state === "paused";
}

/**
 * Whether the file of a run that has ended has every iteration that this window knows of. It may have more: those of
 * a process that was ended before it could tell of them.
 */
export function holdsAllOf({ state, progress }: RunAsFarAsItIs, { iteration }: Pick<RunStatus, "iteration">): boolean {
  return !isUnderWay({ state }) && progress !== null && progress.status.iteration >= iteration;
}
