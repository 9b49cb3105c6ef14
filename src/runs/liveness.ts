import { hostname } from "node:os";
import type { RunPhase, RunStatus } from "../shared/trace/trace";
import { HEARTBEAT_MS } from "./runFileWriter";
import type { RunSummary } from "./runSummary";

/** A run whose file was not touched for so long does not live any more. */
export const DEAD_AFTER_MS = 4 * HEARTBEAT_MS;

/** A run that did not end and that nobody writes any more is interrupted. */
export type RunState = RunPhase | "interrupted";

/**
 * What a run is doing, as far as this window can know.
 * @param own the status of a run of this window; null when another window writes it, or nobody
 * @param now in milliseconds, on the clock of the files
 */
export function stateOf({ meta, progress, writtenAt }: RunSummary, own: RunStatus | null, now: number): RunState {
  if (progress !== null && progress.endedAt !== null) return progress.status.phase;
  if (own !== null) return own.phase;
  const { process: pid, machine } = meta.writer;
  const written = now - writtenAt < DEAD_AFTER_MS;
  const lives = machine === hostname() ? pid !== process.pid && written && isAlive(pid) : written;
  return lives ? (progress?.status.phase ?? "starting") : "interrupted";
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
