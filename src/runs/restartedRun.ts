/** A run that went on from its best weights, as it stands in its record. */
import type { RunContents, RunEvent } from "./format/runContents";

const KIND = "restarted";

/** Of which weights a run goes on. */
export type WeightsChoice = "best" | "last";

/** The iterations at which it did, ascending. */
export function restarts(events: readonly RunEvent[]): readonly number[] {
  return events.filter(({ kind }) => kind === KIND).map(({ iteration }) => iteration);
}

/**
 * The run as if its last checkpoint were at its best validation loss. Of that moment the parameters are known, and
 * nothing else: the optimizer and the schedule reduce-on-plateau start anew; batches, dropout and a state that is
 * carried over go on where they were at the last checkpoint.
 * @returns null when there are no such weights before the checkpoint
 */
export function restartAtBest(contents: RunContents): RunContents | null {
  const { checkpoint, events, status } = contents;
  const best = checkpoint?.best ?? null;
  if (checkpoint === null || best === null || best.iteration >= checkpoint.iteration) return null;
  const { iteration, validationLoss, parameters } = best;
  return {
    ...contents,
    checkpoint: {
      ...checkpoint,
      iteration,
      parameters,
      optimizer: { steps: 0, first: null, second: null },
      plateau: null,
      scores: { ...checkpoint.scores, validationLoss },
    },
    events: [...events, { kind: KIND, iteration, detail: { leftAt: checkpoint.iteration } }],
    // What ended it, at its end or by its patience, does not end what follows.
    status: { ...status, phase: "stopped", message: null },
    endedAt: null,
  };
}
