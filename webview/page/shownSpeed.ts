import { isActive } from "../ui/controlRules";
import type { Pace } from "../../src/shared/wire/protocol";
import type { RunStatus } from "../../src/shared/trace/trace";

/**
 * Steps per second: while a run trains, of the moment; afterwards the mean over the run; 0 where there is none. Both
 * leave out the time spent waiting for a speed limit, so a limit in force bounds them.
 * @param limit 0: none
 */
export function shownSpeed(status: RunStatus, limit: Pace): number {
  const mean = isActive(status.phase) || status.trainMs <= 0 ? 0 : (status.iteration / status.trainMs) * 1000;
  const free = status.stepsPerSecond > 0 ? status.stepsPerSecond : mean;
  return limit > 0 ? Math.min(free, limit) : free;
}
