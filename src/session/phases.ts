import type { RunPhase, RunStatus } from "../shared/trace/trace";

/** What a run may become. A final phase leads only to a new start. */
const NEXT: Readonly<Record<RunPhase, readonly RunPhase[]>> = {
  idle: ["starting"],
  // A recorded run that is shown has ended already.
  starting: ["running", "paused", "done", "stopped", "diverged", "failed"],
  running: ["paused", "done", "stopped", "diverged", "failed"],
  paused: ["running", "done", "stopped", "diverged", "failed"],
  done: ["starting"],
  stopped: ["starting"],
  diverged: ["starting"],
  failed: ["starting"],
};

/** Staying in a phase is no transition and always allowed. */
export function mayBecome(from: RunPhase, to: RunPhase): boolean {
  return from === to || NEXT[from].includes(to);
}

/** A run is under way: it can be stopped, and a new start has to wait for its end. */
export function isActive(phase: RunPhase): boolean {
  return phase === "starting" || phase === "running" || phase === "paused";
}

/** `next` where the phases allow it; else what there was, and a word about it. */
export function nextStatus(status: RunStatus, next: RunStatus, warn: (message: string) => void): RunStatus {
  if (mayBecome(status.phase, next.phase)) {
    return next;
  }
  warn(`Ignored an invalid status change from ${status.phase} to ${next.phase}.`);
  return status;
}
