import type { RunEntry } from "../runs/runStore";

/** Whether a run that did not come to its end has a checkpoint to go on from. */
export function isResumable({ state, progress }: Pick<RunEntry, "state" | "progress">): boolean {
  return (
    (state === "interrupted" || state === "stopped" || state === "failed") &&
    progress !== null &&
    progress.checkpoint !== null
  );
}
