/** What the page remembers of a run across a reload of the window, after which the host may know no run any more. */
import type { RunPhase } from "../../src/shared/trace/trace";
import { isLastRun } from "./isLastRun.generated";

export interface LastRun {
  readonly uri: string;
  readonly phase: RunPhase;
  readonly iteration: number;
  readonly iterations: number;
  readonly loss: number | null;
}

/** From a state that an older version, or nobody, wrote. */
export function readLastRun(saved: unknown): LastRun | null {
  return isLastRun(saved) ? saved : null;
}
