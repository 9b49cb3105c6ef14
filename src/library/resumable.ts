import type { RunEntry } from "../runs/runStore";

type RunAsFarAsItIs = Pick<RunEntry, "state" | "progress">;

/** Iteration of the checkpoint that a run which did not come to its end can go on from; null: it cannot. */
export function resumePoint({ state, progress }: RunAsFarAsItIs): number | null {
  return state === "interrupted" || state === "stopped" || state === "failed" ? (progress?.checkpoint ?? null) : null;
}

export function isResumable(entry: RunAsFarAsItIs): boolean {
  return resumePoint(entry) !== null;
}

/** Whether one more iteration can be trained, past the end of a run that is done. Not of one that diverged. */
export function isContinuable(entry: RunAsFarAsItIs): boolean {
  return isResumable(entry) || (entry.state === "done" && (entry.progress?.checkpoint ?? null) !== null);
}

/** Whether somebody trains it; in this window or in another one. */
export function isUnderWay({ state }: Pick<RunEntry, "state">): boolean {
  return state === "starting" || state === "running" || state === "paused";
}
